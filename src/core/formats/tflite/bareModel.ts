import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { isPerChannel, type Quantization } from '../../ir/quantization';
import type { Tensor } from '../../ir/tensor';
import type { KeptLists } from './keptLists';
import { encodeQuantization } from './quantization';
import type { NodeParts } from './readNodes';
import type { TensorParts } from './readTensors';
import type { ModelParts } from './readTflite';
import { encodeShape } from './readTensors';
import type { QuantizationRecord } from './schema/modelTables';

/** Who must still be able to load the file: any TFLite runtime, or TFLM alone. */
export type StripLevel = 'tflite' | 'tflm';

/**
 * A TFLite model without what its runtime never reads: names, descriptions, ranges beside scales, places of debug
 * information, unused operator codes and buffers, an archive behind the model. At level `tflm` also names of inputs and
 * outputs, signatures, stated ranks, free dimensions and, where all are zero, all but one of a tensor's zero points.
 *
 * Sources: tflite-micro at 90b983c2b. InitializeTfLiteTensorFromFlatbuffer (micro_allocator.cc) reads shape, type,
 * buffer, scales and zero points, the first of which serves every channel where they are fewer than the scales. TFLite's
 * ParseQuantization (core/interpreter_builder.cc) refuses a tensor with fewer zero points than scales.
 */
export function bareTfliteModel(model: Model, level: StripLevel): Model {
  const isForTflm = level === 'tflm';
  const { trailing, ...parts } = (model.fileParts ?? {}) as Partial<ModelParts>;
  const hasArchive = model.metadata.some(({ isAttached }) => isAttached);
  const { description: _description, ...record } = parts.record ?? {};
  const { signatures: _signatures, ...rest } = parts;
  const bare: Partial<ModelParts> = {
    ...(isForTflm ? rest : parts),
    ...bareLists(parts),
    record,
    metadataBuffers: [],
    ...(isForTflm ? { statesRanks: false } : {}),
    ...(trailing && !hasArchive ? { trailing } : {}),
  };
  return {
    ...model,
    graphs: model.graphs.map((graph, index) => bareGraph(graph, isForTflm, index === 0)),
    signatures: isForTflm ? [] : model.signatures,
    description: '',
    fileParts: { ...bare },
  };
}

function bareLists({ operatorCodes }: Partial<KeptLists>): Partial<KeptLists> {
  return {
    ...(operatorCodes ? { operatorCodes: operatorCodes.filter(({ isUsed }) => isUsed) } : {}),
    unusedBuffers: [],
    metadataFields: null,
  };
}

function bareGraph(graph: Graph, isForTflm: boolean, isMain: boolean): Graph {
  const { name: _name, debug_metadata_index: _index, ...record } = partsRecord(graph.fileParts);
  const ports = new Set(isForTflm || !isMain ? [] : [...graph.inputs, ...graph.outputs]);
  return {
    ...graph,
    name: '',
    tensors: graph.tensors.map((tensor) => bareTensor(tensor, isForTflm, ports.has(tensor.id))),
    nodes: graph.nodes.map(bareNode),
    fileParts: { record },
  };
}

function partsRecord(parts: Graph['fileParts']): Readonly<Record<string, unknown>> {
  return (parts?.record ?? {}) as Readonly<Record<string, unknown>>;
}

function bareNode(node: Node): Node {
  const parts = node.fileParts as NodeParts | undefined;
  if (!parts?.record) return node;
  const { debug_metadata_index: _index, ...record } = parts.record;
  return { ...node, fileParts: { ...parts, record } };
}

function bareTensor(tensor: Tensor, isForTflm: boolean, keepsName: boolean): Tensor {
  const { record = {}, shape, ...parts } = (tensor.fileParts ?? { dtype: tensor.dtype }) as Partial<TensorParts>;
  const { quantization, name: _name, ...rest } = record;
  const bare = bareQuantization(tensor, quantization ?? null, isForTflm);
  const kept: Partial<TensorParts> = {
    ...parts,
    record: {
      ...rest,
      ...(bare ? { quantization: bare } : {}),
      ...(keepsName && tensor.name !== '' ? {} : { name: null }),
    },
    ...(shape && !isForTflm ? { shape } : {}),
  };
  const named = { ...tensor, name: keepsName ? tensor.name : '', fileParts: { ...kept } };
  return isForTflm && tensor.shape !== null ? { ...named, shape: statedShape(tensor.shape, shape) } : named;
}

/** What the file says beside its scales is kept only where it is more than ranges. */
function bareQuantization(
  { quantization }: Tensor,
  record: QuantizationRecord | null,
  isForTflm: boolean,
): QuantizationRecord | null {
  if (quantization === null && !record?.details && !record?.scale?.length) return null;
  const bare = { ...(record ?? encodeQuantization(quantization)!), min: null, max: null };
  return isForTflm && quantization && needsOneZeroPoint(quantization) ? { ...bare, zero_point: [0] } : bare;
}

/** Whether one zero point says as much to TFLM as one a channel. */
export function needsOneZeroPoint(quantization: Quantization): boolean {
  const { scaleTensor, zeroPoints } = quantization;
  return scaleTensor === undefined && isPerChannel(quantization) && zeroPoints.every((point) => point === 0);
}

/** TFLM knows no free dimensions: it takes the shape that is stated beside them. */
function statedShape(shape: NonNullable<Tensor['shape']>, kept: TensorParts['shape']): NonNullable<Tensor['shape']> {
  return kept?.shape ?? encodeShape(shape).shape ?? shape;
}
