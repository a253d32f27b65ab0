import { ModelError } from '../../ir/errors';
import type { Graph } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import type { Format } from '../format';
import { Parse } from './parse';
import { parseModel } from './parseModel';
import { GraphReader } from './readGraphs';
import { foldQdq } from './qdq/foldQdq';
import { looksLikeOnnx } from './signature';
import { TensorConstant, externalFile } from './tensorConstant';

/** First bytes of the text file that stands for a model that Git LFS has not fetched. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

export const onnxFormat: Format = {
  id: 'onnx',
  extensions: ['.onnx'],
  matches: looksLikeOnnx,
  read: (source) => foldQdq(readOnnxAsStored(source)),
};

/** The model exactly as the file has it, with its QuantizeLinear and DequantizeLinear nodes. */
export function readOnnxAsStored(source: ByteSource): Model {
  refuseWhatIsNoModel(source);
  const parse = new Parse(source);
  const record = parseModel(parse);
  const graphs = new GraphReader(parse).readAll(record);
  if (parse.unknownFields > 0) {
    parse.note(`${parse.unknownFields} fields of a newer ONNX version are kept in the file but not shown.`);
  }
  if (record.trainingInfos > 0) parse.note('The file holds training information; it is kept but not shown.');
  noteExternalData(parse, graphs);
  return {
    format: 'onnx',
    graphs,
    signatures: [],
    metadata: record.metadata,
    formatVersion: `ONNX, IR ${record.irVersion}`,
    opsets: record.opsets,
    producer: [record.producerName, record.producerVersion].filter((part) => part !== '').join(' '),
    description: record.docString,
    fileBytes: source.size,
    notes: parse.notes,
    raw: record.range,
  };
}

function refuseWhatIsNoModel(source: ByteSource): void {
  if (source.size === 0) throw new ModelError('empty', `${source.name} is empty.`);
  const start = source.read(0, Math.min(LFS_POINTER.length, source.size));
  if (new TextDecoder().decode(start) === LFS_POINTER) {
    throw new ModelError(
      'lfs-pointer',
      `${source.name} is a Git LFS pointer, not the model itself: run "git lfs pull" to fetch it.`,
    );
  }
}

/** Says once a file where weights lie, and which of them cannot be read. */
function noteExternalData(parse: Parse, graphs: readonly Graph[]): void {
  const counts = new Map<string, number>();
  for (const graph of graphs) {
    graph.tensors.forEach(({ constant, captured }) => {
      if (constant === null || captured || !(constant instanceof TensorConstant) || !constant.record.external) return;
      const { location } = constant.record.external;
      counts.set(location, (counts.get(location) ?? 0) + 1);
    });
  }
  for (const [location, count] of counts) {
    const weights = count === 1 ? '1 tensor is' : `${count} tensors are`;
    try {
      const file = externalFile(parse.source, location);
      parse.note(`${weights} in ${file.name} (${file.size} bytes).`);
    } catch (error) {
      // Missing weights can still come; a file that reaches out of its folder is not to be trusted at all.
      if (!(error instanceof ModelError) || error.reason === 'outside-folder') throw error;
      parse.note(`${weights} in another file that cannot be read: ${error.message}`);
    }
  }
}
