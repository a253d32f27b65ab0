import { isFloat } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import { inferWithValues } from '../../../ir/inferShapes';
import { mainGraph, type Model } from '../../../ir/model';
import type { OpKind } from '../../../ir/ops/op';
import type { OpWith } from '../../../ir/semantics/definition';
import { isStatic, type Shape } from '../../../ir/shape';
import type { TensorId } from '../../../ir/tensor';
import { reachable } from '../../../ir/traverse';
import { writeTflite } from '../../../formats/tflite/writeTflite';
import { foldOnnxConstants } from '../../fold/foldConstants';
import { spreadQuantization, withFloatResults } from '../../fold/spreadQuantization';
import { fuseLayers } from '../../fold/fuseLayers';
import { bindInputs, type ShapeBindings } from '../../run/bindInputs';
import { Refusal, unsupportedError, type Unsupported } from '../refusal';
import { convertActivation, convertSoftmax } from './activation';
import { Conversion } from './conversion';
import type { StatePort } from '../toOnnx/statePorts';
import { convertConv } from './convolution';
import { expandQuantized } from './expandQuantized';
import { convertFullyConnected, convertMatMul } from './dense';
import { convertBinary, convertCompare, convertSelect, convertUnary } from './elementwise';
import { convertScatterNd, NAMED_ELEMENTS } from './elements';
import { withFreeBatch } from './freeBatch';
import { convertGatherNd, NAMED_INDEXING } from './indexing';
import { NAMED_MADE } from './made';
import { NAMED_ELEMENTWISE } from './namedElementwise';
import { convertBatchNorm, convertNorm } from './normalization';
import { channelsLast, identity, permuted, type Permutation } from './permutation';
import { convertGlobalLpPool, convertGlobalPool, convertLpPool, convertPool } from './pooling';
import { convertDequantize, convertQuantize, isInteger } from './quantization';
import {
  convertBlock,
  convertConcat,
  convertExpand,
  convertGather,
  convertPad,
  convertSlice,
  convertSplit,
  convertTile,
} from './rearrange';
import { convertRecurrent } from './recurrent';
import type { IntegerForm } from './signedStorage';
import { convertArgReduce, convertCumSum, convertReduce } from './reduction';
import { convertResize } from './resize';
import { convertCast, convertIdentity, convertReshape, convertTranspose, foldKnown } from './reshaping';
import { convertTransposeConv } from './transposeConvolution';
import { unsupportedReason } from './unsupportedOperators';
import { withPlainFloats } from './widen';

export interface ToTfliteOptions {
  /** Free dimensions of the inputs; without any, a free batch stays free where it can, and the others are 1. */
  readonly bindings?: ShapeBindings;
  /**
   * `file` (the default): inputs and outputs keep their shapes, with one transposition at the border. `native`: those of
   * four dimensions become NHWC, as cameras give pictures and as TFLite's tools expect.
   */
  readonly layout?: 'file' | 'native';
}

export interface ConvertedModel {
  readonly bytes: Uint8Array;
  /** What a user should know of the result. */
  readonly notes: readonly string[];
  /** State of a TFLite file as inputs and outputs of the ONNX file; left out or empty where there is none. */
  readonly states?: readonly StatePort[];
}

/**
 * An ONNX model as a TFLite file of the same results: NHWC inside, channels last from the first convolution to the last,
 * weights laid out anew, layers joined with their batch normalization, bias and activation. Quantized tensors (QDQ)
 * become int8 with the same scales; uint8 is shifted to int8.
 *
 * Throws ModelError `bad-data` for bindings that contradict the file, `unsupported-dtype` for inputs that TFLite's kernels
 * do not take, `unsupported-operator` with every node that cannot be converted in `details`, and what reading the
 * weights throws.
 */
export function toTflite(model: Model, options: ToTfliteOptions = {}): ConvertedModel {
  const plain = withKnownShapes(expandQuantized(model));
  const typed = { ...plain, graphs: [withFloatResults(mainGraph(plain)), ...plain.graphs.slice(1)] };
  const { model: inferred, valueOf } = inferWithValues(options.bindings ? bindInputs(typed, options.bindings) : typed);
  const folded = fuseLayers(spreadQuantization(liveGraph(foldOnnxConstants(liveGraph(mainGraph(inferred))))));
  const { graph, notes } = withPlainFloats(folded);
  const c = new Conversion(graph, (id) => (id < mainGraph(inferred).tensors.length ? valueOf(id) : null));
  const layout = options.layout ?? 'file';
  const inputs = graph.inputs.filter((id) => !c.tensor(id).constant).map((id) => convertInput(c, id, layout));
  const unsupported = convertNodes(c);
  if (unsupported.length > 0) throw unsupportedError(unsupported, 'TFLite');
  const outputs = graph.outputs.map((id) => convertOutput(c, id, layout));
  const made = c.draft.finish(inputs, uniqueOutputs(c, outputs), `Converted from ONNX${titleOf(model)}`);
  const isBatch = !options.bindings && hasFreeBatch(mainGraph(plain));
  const { model: file, fixedBy } = isBatch ? withFreeBatch(made) : { model: made, fixedBy: null };
  const isFixed = !isBatch || fixedBy !== null;
  const bound = isFixed ? boundNotes(plain, inferred, fixedBy) : [];
  return { bytes: writeTflite(file), notes: [...bound, ...notes, ...c.notes] };
}

/** Operators without a word in the vocabulary, each element of whose result has its place in the first input. */
const KEEP_SHAPE: ReadonlySet<string> = new Set([...Object.keys(NAMED_ELEMENTWISE), 'Trilu']);

/** Such operators as one that shape inference knows; `source` still says what they are, and converts them. */
function withKnownShapes(model: Model): Model {
  const [graph, ...bodies] = model.graphs as [Graph, ...Graph[]];
  const nodes = graph.nodes.map((node): Node => {
    const isKept = node.op.kind === 'Opaque' && KEEP_SHAPE.has(node.source.op);
    return isKept ? { ...node, op: { kind: 'Unary', fn: 'exp' } } : node;
  });
  return { ...model, graphs: [{ ...graph, nodes }, ...bodies] };
}

function titleOf({ producer }: Model): string {
  return producer === '' ? '' : ` (${producer})`;
}

/** Without what no output needs. */
function liveGraph(graph: Graph): Graph {
  const live = reachable(graph);
  const nodes = graph.nodes.filter((node) => live[node.id] === 1);
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes: nodes.map((node, id) => ({ ...node, id })) };
}

const INPUT_TYPES: readonly string[] = ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool'];

function portOrder(shape: Shape | null, layout: 'file' | 'native'): Permutation {
  const rank = shape?.length ?? 0;
  return layout === 'native' && rank === 4 ? channelsLast(4) : identity(rank);
}

function convertInput(c: Conversion, id: TensorId, layout: 'file' | 'native'): TensorId {
  const { name, dtype, shape } = c.tensor(id);
  if (!isStatic(shape)) throw new ModelError('dynamic-shape', `The input ${name} has no known rank.`);
  if (!INPUT_TYPES.includes(dtype)) {
    const fix = isFloat(dtype) ? ': convert the model to float32 first' : '';
    throw new ModelError(
      'unsupported-dtype',
      `The input ${name} is ${dtype}, which TFLite's kernels do not take${fix}.`,
    );
  }
  const order = portOrder(shape, layout);
  const form = asPort(c, id, 'input');
  if (form && dtype === 'uint8') c.notes.add(`The input ${name} is int8 now: its uint8 values less 128.`);
  const facts = { dtype, shape: permuted(shape, order), ...form };
  const made = c.draft.activation(name, facts);
  c.values.add(id, { id: made, order });
  return made;
}

/** The integers of a quantized input or output. Throws ModelError `unsupported-dtype` for what TFLite has no form of. */
function asPort(c: Conversion, id: TensorId, what: 'input' | 'output'): IntegerForm | null {
  try {
    return c.integerForm(id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const fix = error.fix === null ? '' : `: ${error.fix}`;
    throw new ModelError('unsupported-dtype', `The ${what} ${c.tensor(id).name} has ${error.message}${fix}.`);
  }
}

function convertOutput(c: Conversion, id: TensorId, layout: 'file' | 'native'): TensorId {
  const { name, shape, dtype } = c.tensor(id);
  const order = portOrder(shape, layout);
  c.integer = asPort(c, id, 'output') !== null;
  if (c.integer && dtype === 'uint8') c.notes.add(`The output ${name} is int8 now: its uint8 values less 128.`);
  const made = c.value(id, order);
  c.integer = false;
  const first = c.values.stored(id)[0]?.id;
  if (first !== undefined && first !== made && c.draft.tensor(first).name === name)
    c.draft.rename(first, `${name}/nhwc`);
  if (c.draft.isMade(made)) c.draft.rename(made, name);
  return made;
}

/** A value that is an input, a constant or an output already gets an operator of its own, so that each port is one. */
function uniqueOutputs(c: Conversion, outputs: readonly TensorId[]): readonly TensorId[] {
  const seen = new Set<TensorId>();
  return outputs.map((id) => {
    const isOwn = c.draft.isMade(id) && !seen.has(id);
    seen.add(id);
    if (isOwn) return id;
    const shape = c.draft.shape(id);
    return c.emitLike(id, shape, 'RESHAPE', [id, c.draft.integers(shape)], { new_shape: shape });
  });
}

/** Of every input the first dimension is free, and no other. */
function hasFreeBatch({ inputs, tensors }: Graph): boolean {
  const shapes = inputs.filter((id) => !tensors[id]!.constant).map((id) => tensors[id]!.shape);
  const isBatch = (shape: Shape | null): boolean =>
    shape !== null && shape.length > 1 && shape.every((dim, i) => (typeof dim === 'number') === i > 0);
  return shapes.length > 0 && shapes.every(isBatch);
}

function boundNotes(before: Model, after: Model, fixedBy: string | null): readonly string[] {
  const [from, to] = [mainGraph(before), mainGraph(after)];
  const because = fixedBy === null ? '' : `, on account of ${fixedBy}`;
  return from.inputs.flatMap((id) => {
    const { name, shape, constant } = from.tensors[id]!;
    const bound = to.tensors[id]!.shape;
    if (constant || !shape || isStatic(shape) || !bound) return [];
    return [
      `The free dimensions of ${name} (${shape.map((dim) => dim ?? '?').join('×')}) are fixed at ${bound.join('×')}${because}.`,
    ];
  });
}

type Converter<K extends OpKind> = (c: Conversion, node: Node, op: OpWith<K>) => void;

const CONVERTERS: { readonly [K in OpKind]?: Converter<K> } = {
  Conv1d: convertConv,
  Conv2d: convertConv,
  Conv3d: convertConv,
  DepthwiseConv2d: convertConv,
  TransposeConv2d: convertTransposeConv,
  Pool: convertPool,
  GlobalPool: convertGlobalPool,
  FullyConnected: convertFullyConnected,
  MatMul: convertMatMul,
  Add: convertBinary,
  Sub: convertBinary,
  Mul: convertBinary,
  Div: convertBinary,
  Minimum: convertBinary,
  Maximum: convertBinary,
  Pow: convertBinary,
  FloorDiv: convertBinary,
  FloorMod: convertBinary,
  SquaredDifference: convertBinary,
  Compare: convertCompare,
  Select: convertSelect,
  Unary: convertUnary,
  Activation: convertActivation,
  Softmax: convertSoftmax,
  LogSoftmax: convertSoftmax,
  BatchNorm: convertBatchNorm,
  LayerNorm: convertNorm,
  InstanceNorm: convertNorm,
  GroupNorm: convertNorm,
  RmsNorm: convertNorm,
  L2Normalize: convertNorm,
  Lrn: convertNorm,
  Reshape: convertReshape,
  Flatten: convertReshape,
  Squeeze: convertReshape,
  Unsqueeze: convertReshape,
  Transpose: convertTranspose,
  Identity: convertIdentity,
  Cast: convertCast,
  Concat: convertConcat,
  Split: convertSplit,
  Slice: convertSlice,
  Pad: convertPad,
  Gather: convertGather,
  SpaceToDepth: convertBlock,
  DepthToSpace: convertBlock,
  Tile: convertTile,
  Expand: convertExpand,
  GatherNd: convertGatherNd,
  ScatterNd: convertScatterNd,
  Resize: convertResize,
  Reduce: convertReduce,
  ArgMax: convertArgReduce,
  ArgMin: convertArgReduce,
  CumSum: convertCumSum,
  Lstm: convertRecurrent,
  Gru: convertRecurrent,
  Rnn: convertRecurrent,
  Quantize: convertQuantize,
  Dequantize: convertDequantize,
};

/** Operators that the vocabulary has no word for. */
const BY_NAME: Readonly<Record<string, (c: Conversion, node: Node) => void>> = {
  ...NAMED_ELEMENTWISE,
  ...NAMED_INDEXING,
  ...NAMED_ELEMENTS,
  ...NAMED_MADE,
  ConvTranspose: (c, node) => convertTransposeConv(c, node, {}),
  LpPool: convertLpPool,
  GlobalLpPool: convertGlobalLpPool,
};

/** Nodes on stored integers whose meaning does not depend on how integers stand for reals, up to the shift to int8. */
const KEEPS_INTEGERS: ReadonlySet<OpKind> = new Set<OpKind>([
  'Quantize',
  'Dequantize',
  'Pool',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Concat',
  'Split',
  'Slice',
  'Gather',
]);

function convertNodes(c: Conversion): readonly Unsupported[] {
  const unsupported: Unsupported[] = [];
  const lost = new Set<TensorId>();
  for (const node of c.graph.nodes) {
    try {
      refuseUnknown(node);
      // What an unsupported node would have made is not there to be looked at.
      if (node.inputs.some((id) => id !== null && lost.has(id))) node.outputs.forEach((id) => lost.add(id));
      else convertNode(c, node);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      node.outputs.forEach((id) => lost.add(id));
      unsupported.push(describe(c, node, error));
    } finally {
      c.integer = false;
    }
  }
  return unsupported;
}

function describe(c: Conversion, { source, outputs }: Node, { message, fix }: Refusal): Unsupported {
  const name = source.name || (outputs[0] === undefined ? '' : c.tensor(outputs[0]).name);
  return { node: source.index, op: source.op, name, reason: message, fix };
}

/** Scales that are computed at run time: what quantize_dynamic of ONNX Runtime writes. */
const DYNAMIC = /Integer(ToFloat)?$|^DynamicQuantize/;

function refuseUnknown({ op, source }: Node): void {
  if (DYNAMIC.test(source.op)) {
    const fix = 'convert the float model and quantize that, or quantize statically (QDQ)';
    throw new Refusal('its input is quantized at run time, and TFLite has its scales in the file', fix);
  }
  const isOwn = source.op.startsWith('QLinear');
  if (isOwn || (op.kind === 'Opaque' && !BY_NAME[source.op])) {
    if (!isOwn) throw unsupportedReason({ source });
    throw new Refusal(
      'it brings scales of its own in a form that is not converted',
      'export the quantized model in the QDQ form',
    );
  }
  if (source.integer && !KEEPS_INTEGERS.has(op.kind)) {
    throw new Refusal('it computes with stored integers', 'export the quantized model in the QDQ form');
  }
}

function convertNode(c: Conversion, node: Node): void {
  if (node.op.kind === 'Constant' || foldKnown(c, node)) return;
  const named = BY_NAME[node.source.op];
  const converter = named ?? (CONVERTERS[node.op.kind] as Converter<OpKind> | undefined);
  if (!converter) throw unsupportedReason(node);
  c.integer = isInteger(c, node);
  converter(c, node, node.op);
}
