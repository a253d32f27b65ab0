import type { Node } from '../../../ir/graph';
import type { Op } from '../../../ir/ops/op';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { INTEGER_ACTIVATIONS } from './activation';
import type { Conversion } from './conversion';
import { isQuantized } from './draft';

export function convertQuantize(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const wanted = c.integerForm(output)?.quantization;
  if (!wanted) throw new Refusal('its scale is known only at run time, or its type is neither int8 nor int16');
  if (wanted.axis !== null) throw new Refusal('activations with a scale a channel', 'quantize activations per tensor');
  const order = c.order(x);
  c.define(output, c.value(x, order), order);
}

export function convertDequantize(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const constant = c.constant(x);
  const quantization = constant ? constant.quantization : c.integerForm(x)?.quantization;
  if (!quantization) throw new Refusal('its scale is known only at run time, or its type is neither int8 nor int16');
  if (constant) {
    const reals = c.reals(x)!;
    const bytes = new Uint8Array(reals.buffer, reals.byteOffset, reals.byteLength);
    c.values.constants.set(output, { dtype: 'float32', shape: constant.shape, quantization: null, bytes: () => bytes });
    return;
  }
  if (quantization.axis !== null)
    throw new Refusal('activations with a scale a channel', 'quantize activations per tensor');
  const order = c.order(x);
  c.define(output, c.value(x, order), order);
}

const WITH_WEIGHTS: ReadonlySet<Op['kind']> = new Set<Op['kind']>([
  'Conv1d',
  'Conv2d',
  'DepthwiseConv2d',
  'TransposeConv2d',
  'FullyConnected',
]);

/** Operators whose int8 kernels this conversion writes; the others are computed between DEQUANTIZE and QUANTIZE. */
const INTEGER_KINDS: ReadonlySet<Op['kind']> = new Set<Op['kind']>([
  ...WITH_WEIGHTS,
  'Add',
  'Sub',
  'Mul',
  'Pool',
  'GlobalPool',
  'Softmax',
  'LogSoftmax',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Concat',
  'Split',
  'Slice',
  'Pad',
  'Gather',
  'SpaceToDepth',
  'DepthToSpace',
  'Resize',
  'Tile',
]);

/** Operators all of whose operands are data. */
const OF_SEVERAL: ReadonlySet<Op['kind']> = new Set<Op['kind']>(['Add', 'Sub', 'Mul', 'Concat', 'Activation']);

const INTEGER_REDUCTIONS: ReadonlySet<string> = new Set(['mean', 'sum', 'max', 'min']);

/** Of these there are int8 kernels only. */
const ONLY_INT8: ReadonlySet<string> = new Set(['LogSoftmax', 'SpaceToDepth', 'DepthToSpace', 'Tile', 'Reduce sum']);
const ONLY_INT8_ACTIVATIONS: ReadonlySet<string> = new Set(['hardSwish', 'prelu', 'relu6', 'relu']);

function hasInt16Kernel(op: Op): boolean {
  if (op.kind === 'Activation') return !ONLY_INT8_ACTIVATIONS.has(op.fn);
  return !ONLY_INT8.has(op.kind === 'Reduce' ? `Reduce ${op.fn}` : op.kind);
}

function hasIntegerKernel(op: Op): boolean {
  if (op.kind === 'Activation') return INTEGER_ACTIVATIONS.has(op.fn);
  return op.kind === 'Reduce' ? INTEGER_REDUCTIONS.has(op.fn) : INTEGER_KINDS.has(op.kind);
}

function dataOperands({ op, inputs }: Node): Node['inputs'] {
  if (WITH_WEIGHTS.has(op.kind)) return inputs.slice(0, 2);
  return OF_SEVERAL.has(op.kind) ? inputs : inputs.slice(0, 1);
}

/**
 * Whether a node is computed on the stored integers: all that it reads and makes is quantized, of one type, and a kernel
 * does it.
 */
export function isInteger(c: Conversion, node: Node): boolean {
  const areQuantized = (ids: Node['inputs']) => ids.every((id) => id !== null && isQuantized(c.tensor(id)));
  const operands = dataOperands(node);
  if (operands.length === 0 || !areQuantized(operands)) return false;
  const isWide = (id: TensorId | null | undefined): boolean => c.tensor(id!).dtype === 'int16';
  const wide = isWide(operands[0]);
  // What picks a place needs no scale on its result.
  if (node.op.kind === 'ArgMax' || node.op.kind === 'ArgMin') return !wide;
  if (!hasIntegerKernel(node.op) || !areQuantized(node.outputs)) return false;
  const data = WITH_WEIGHTS.has(node.op.kind) ? operands.slice(0, 1) : operands;
  const isOneType = [...data, ...node.outputs].every((id) => isWide(id) === wide);
  return isOneType && (!wide || hasInt16Kernel(node.op));
}
