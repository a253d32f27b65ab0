import type { Pad, Plain, RearrangeOp, Slice } from '../../../ir/ops/rearrange';
import { asText } from '../parseAttribute';
import { dtypeOf } from '../onnxFields';
import type { NodeView, OpTable } from './nodeView';
import { RESIZE_OPS } from './resize';

export const REARRANGE_OPS: OpTable = {
  ...RESIZE_OPS,
  Reshape: (node) => ({
    kind: 'Reshape',
    shape: node.opset < 5 ? node.numbers('shape') : node.constant(1),
    zeroCopies: !node.flag('allowzero'),
  }),
  Flatten: (node) => ({ kind: 'Flatten', axis: node.number('axis', 1) }),
  Squeeze: (node) => ({ kind: 'Squeeze', axes: axesSince13(node) }),
  Unsqueeze: (node) => ({ kind: 'Unsqueeze', axes: axesSince13(node) }),
  Transpose: (node) => ({ kind: 'Transpose', permutation: node.numbers('perm') ?? reversed(node.rank(0)) }),
  Concat: (node) => ({ kind: 'Concat', axis: node.number('axis', node.opset < 4 ? 1 : 0), activation: 'none' }),
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: (node) => ({ kind: 'Gather', axis: node.number('axis', 0), batchDims: 0 }),
  SpaceToDepth: (node) => blockRearrange(node, 'SpaceToDepth'),
  DepthToSpace: (node) => blockRearrange(node, 'DepthToSpace'),
  Cast: cast,
  Identity: plain('Identity'),
  // With one output and no training flag that could be true, Dropout passes its input on.
  Dropout: (node) => (node.outputCount === 1 && !node.input(2) && !node.flag('is_test') ? { kind: 'Identity' } : null),
  Shape: (node) => (node.has('end') || node.number('start', 0) !== 0 ? null : { kind: 'Shape' }),
  Tile: (node) => (node.opset < 6 ? null : { kind: 'Tile' }),
  Expand: plain('Expand'),
  GatherND: (node) => (node.number('batch_dims', 0) === 0 ? { kind: 'GatherNd' } : null),
  ScatterND: (node) => (node.text('reduction', 'none') === 'none' ? { kind: 'ScatterNd' } : null),
  ConstantOfShape: fill,
  Range: plain('Range'),
  Constant: plain('Constant'),
};

function plain(kind: Plain['kind']): () => RearrangeOp {
  return () => ({ kind });
}

/** Zeros of float32 where `value`, a tensor of one element, does not say otherwise. */
function fill(node: NodeView): Plain {
  const value = node.has('value') ? node.attributes.value : undefined;
  if (value === undefined) return { kind: 'Fill', output: 'float32', value: 0 };
  if (typeof value !== 'object' || value === null || !('tensor' in value)) return { kind: 'Fill' };
  const { dtype, value: element } = value.tensor;
  return { kind: 'Fill', output: dtype, ...(element === undefined ? {} : { value: element }) };
}

function reversed(rank: number | null): readonly number[] | null {
  return rank === null ? null : Array.from({ length: rank }, (_, index) => rank - 1 - index);
}

/** Squeeze, Unsqueeze and ReduceSum take their axes from an attribute before opset 13 and from an input since. */
function axesSince13(node: NodeView): readonly number[] | null {
  return node.opset < 13 ? node.numbers('axes') : node.constant(1);
}

function split(node: NodeView): RearrangeOp {
  const axis = node.number('axis', 0);
  const sizes = node.opset < 13 ? node.numbers('split') : node.constant(1);
  return { kind: 'Split', axis, sizes: sizes ?? unevenParts(node, axis) };
}

/** `num_outputs` (opset 18) cuts into equal parts of which the last may be smaller. */
function unevenParts(node: NodeView, axis: number): readonly number[] | null {
  const parts = node.number('num_outputs', 0);
  const shape = node.shape(0);
  const size = shape?.[axis < 0 ? axis + shape.length : axis];
  if (parts < 1 || parts !== node.outputCount || typeof size !== 'number' || size % parts === 0) return null;
  const part = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, index) => Math.max(0, Math.min(part, size - index * part)));
}

/** Attributes before opset 10, inputs since. */
function slice(node: NodeView): Slice {
  const byInputs = node.opset >= 10;
  const begin = byInputs ? node.constant(1) : node.numbers('starts');
  const end = byInputs ? node.constant(2) : node.numbers('ends');
  const count = begin?.length ?? end?.length;
  const firstAxes = count === undefined ? null : Array.from({ length: count }, (_, index) => index);
  const ones = firstAxes?.map(() => 1) ?? null;
  const given = (index: number, otherwise: readonly number[] | null): readonly number[] | null =>
    node.input(index) ? node.constant(index) : otherwise;
  const axes = byInputs ? given(3, firstAxes) : (node.numbers('axes') ?? firstAxes);
  return { kind: 'Slice', begin, end, strides: byInputs ? given(4, ones) : ones, axes, shrink: [] };
}

const PAD_MODES: Readonly<Record<string, Pad['mode']>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'edge',
  wrap: 'wrap',
};

/** Attributes before opset 11, inputs since; `axes` (opset 18) says which dimensions the pads are for. */
function pad(node: NodeView): Pad | null {
  const mode = PAD_MODES[node.text('mode', 'constant')];
  if (!mode) return null;
  const pads = node.opset < 11 ? (node.numbers('pads') ?? node.numbers('paddings')) : node.constant(1);
  const unknown: Pad = { kind: 'Pad', mode, before: null, after: null };
  if (!pads) return unknown;
  const before = pads.slice(0, pads.length / 2);
  const after = pads.slice(pads.length / 2);
  if (node.opset < 18 || !node.input(3)) return { kind: 'Pad', mode, before, after };
  const axes = node.constant(3);
  const rank = node.rank(0);
  if (axes?.length !== before.length || rank === null) return unknown;
  const spread = (values: readonly number[]): number[] => {
    const result = new Array<number>(rank).fill(0);
    axes.forEach((axis, index) => (result[axis < 0 ? axis + rank : axis] = values[index] ?? 0));
    return result;
  };
  return { kind: 'Pad', mode, before: spread(before), after: spread(after) };
}

function blockRearrange(node: NodeView, kind: 'SpaceToDepth' | 'DepthToSpace'): RearrangeOp {
  const mode = node.text('mode', 'DCR') === 'CRD' ? 'CRD' : 'DCR';
  return { kind, layout: 'NCHW', blockSize: node.number('blocksize', 1), mode };
}

/** `to` is a TensorProto.DataType; before opset 6 it was its name. */
function cast(node: NodeView): RearrangeOp | null {
  const name = asText(node.attributes.to);
  const to = name === null ? dtypeOf(node.number('to', 0)) : OLD_TYPE_NAMES[name];
  return to && to !== 'unknown' ? { kind: 'Cast', to } : null;
}

const OLD_TYPE_NAMES: Readonly<Record<string, ReturnType<typeof dtypeOf>>> = {
  FLOAT: 'float32',
  DOUBLE: 'float64',
  FLOAT16: 'float16',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  BOOL: 'bool',
};
