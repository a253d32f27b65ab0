import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import type { Hdf5File, VisitHdf5 } from '../../ports/hdf5';
import { RangeByteSource } from '../../ports/rangeByteSource';
import type { Format, ReaderPorts } from '../format';
import type { ZipEntry } from '../zip/zipDirectory';
import { zipDirectory } from '../zip/zipDirectory';
import { buildKerasGraph } from './buildKerasGraph';
import type { KerasModel } from './kerasConfig';
import { damaged, parseKerasConfig } from './kerasConfig';
import type { WeightsByLayer } from './layerWeights';
import { weightsOfArchive, weightsOfLayers } from './layerWeights';

/** The first bytes of every HDF5 file ("HDF5 File Format Specification", III.A). */
const HDF5_SIGNATURE = '\x89HDF\r\n\x1a\n';

const ZIP_SIGNATURE = 'PK\x03\x04';

/** A config of the largest networks is some megabytes. */
const MAX_CONFIG_BYTES = 64 << 20;

/** Keras models as Keras saves them: an HDF5 file, or since Keras 3 an archive with a config and an HDF5 file in it. */
export const kerasFormat: Format = {
  id: 'keras',
  extensions: ['.keras', '.h5', '.hdf5'],
  readOnly: 'convert it to .tflite or .onnx first',
  matches: (source) => isHdf5(source) || (isArchive(source) && source.name.toLowerCase().endsWith('.keras')),
  read: readKeras,
};

/** True for a file whose reading needs the HDF5 port. */
export function needsHdf5(source: ByteSource): boolean {
  return kerasFormat.matches(source);
}

function isHdf5(source: ByteSource): boolean {
  return startsWith(source, HDF5_SIGNATURE);
}

function isArchive(source: ByteSource): boolean {
  return startsWith(source, ZIP_SIGNATURE);
}

function startsWith(source: ByteSource, signature: string): boolean {
  if (source.size < signature.length) return false;
  return String.fromCharCode(...source.read(0, signature.length)) === signature;
}

function readKeras(source: ByteSource, { hdf5 }: ReaderPorts = {}): Model {
  if (source.size === 0) throw new ModelError('empty', `${source.name} is empty.`);
  if (!hdf5) {
    throw new ModelError('read-only', `${source.name} is a Keras model: convert it to .tflite or .onnx first.`);
  }
  return isArchive(source) ? readArchive(source, hdf5) : hdf5(source, (file) => readHdf5Model(source, file));
}

function readHdf5Model(source: ByteSource, file: Hdf5File): Model {
  const config = file.attribute('/', 'model_config');
  const root = file.members('/model_weights').length > 0 ? '/model_weights' : '/';
  const weights = weightsOfLayers(file, root);
  const version = file.attribute('/', 'keras_version');
  const backend = file.attribute('/', 'backend');
  const producer = typeof version === 'string' ? `Keras ${version}` : '';
  const notes = typeof backend === 'string' ? [`Saved by Keras on ${backend}.`] : [];
  if (typeof config === 'string') {
    return kerasModel(source, 'Keras HDF5', producer, parseKerasConfig(source, config), weights, notes);
  }
  if ([...weights.values()].every((each) => each.length === 0)) {
    throw new ModelError('not-a-model', `${source.name} is an HDF5 file, but holds no Keras model.`);
  }
  const layers = [...weights].map(([name]) => ({ name, className: 'Weights', config: {}, calls: [[]] }));
  const model = { name: '', className: 'Weights', layers, inputs: [], outputs: [] };
  const note = 'The file holds weights only, without the model that they belong to: each layer is a box of its own.';
  return kerasModel(source, 'Keras HDF5 weights', producer, model, weights, [note, ...notes]);
}

function readArchive(source: ByteSource, hdf5: VisitHdf5): Model {
  const entries = zipDirectory(source);
  if (!entries) throw new ModelError('corrupt', `${source.name} is damaged: its archive has no directory.`);
  const config = entries.find(({ name }) => name === 'config.json');
  if (!config) throw new ModelError('not-a-model', `${source.name} is an archive, but holds no Keras model.`);
  const model = parseKerasConfig(source, jsonOf(source, config));
  const stored = entries.find(({ name }) => name === 'model.weights.h5');
  const producer = producerOf(entries.find(({ name }) => name === 'metadata.json'));
  if (typeof stored?.storedAt !== 'number') {
    const why = stored ? 'are packed in a way that is not read here' : 'are not in the archive';
    return kerasModel(source, 'Keras archive', producer, model, new Map(), [`The weights ${why}.`]);
  }
  const inner = new RangeByteSource(source, stored.storedAt, stored.byteLength);
  return hdf5(inner, (file) => kerasModel(source, 'Keras archive', producer, model, weightsOfArchive(file, model), []));
}

function jsonOf(source: ByteSource, entry: ZipEntry): string {
  const bytes = entry.byteLength <= MAX_CONFIG_BYTES ? entry.head(entry.byteLength) : null;
  if (!bytes) throw damaged(source, `${entry.name} in it cannot be unpacked`);
  return new TextDecoder().decode(bytes);
}

function producerOf(metadata: ZipEntry | undefined): string {
  const text = metadata ? new TextDecoder().decode(metadata.head(4096) ?? new Uint8Array(0)) : '';
  const version = /"keras_version":\s*"([^"]{1,40})"/.exec(text)?.[1];
  return version === undefined ? '' : `Keras ${version}`;
}

function kerasModel(
  source: ByteSource,
  formatVersion: string,
  producer: string,
  model: KerasModel,
  weights: WeightsByLayer,
  notes: readonly string[],
): Model {
  const graph = buildKerasGraph(source.name, model, weights);
  return {
    format: 'keras',
    graphs: [graph],
    signatures: [],
    metadata: [],
    formatVersion: model.className === '' ? formatVersion : `${formatVersion}, ${model.className}`,
    opsets: {},
    producer,
    description: '',
    fileBytes: source.size,
    notes,
  };
}
