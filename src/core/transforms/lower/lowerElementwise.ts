import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { ActivationNode, Softmax } from '../../ir/ops/activation';
import type { Binary, Compare, Unary, UnaryFunction } from '../../ir/ops/elementwise';
import { NCHW_AXIS } from './constantLayout';
import { floorDivision, floorRemainder, isRealTensor } from './lowerArithmetic';
import type { LowerContext } from './lowerContext';

const BINARY: Partial<Record<Binary['kind'], string>> = {
  Add: 'Add',
  Sub: 'Sub',
  Mul: 'Mul',
  Div: 'Div',
  Minimum: 'Min',
  Maximum: 'Max',
  Pow: 'Pow',
};

const UNARY: Partial<Record<UnaryFunction, string>> = {
  abs: 'Abs',
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
  sign: 'Sign',
  not: 'Not',
  erf: 'Erf',
  reciprocal: 'Reciprocal',
};

const COMPARE: Partial<Record<Compare['fn'], string>> = {
  equal: 'Equal',
  less: 'Less',
  lessEqual: 'LessOrEqual',
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
  and: 'And',
  or: 'Or',
  xor: 'Xor',
};

export function lowerBinary(context: LowerContext, node: Node, op: Binary): void {
  const ids = node.inputs.filter((id) => id !== null);
  const layout = context.preferredLayout(ids);
  const values = ids.map((id) => context.value(id, layout));
  const value = binary(context, op, isRealTensor(context, ids[0]!), values);
  context.define(node.outputs[0]!, context.activate(value, op.activation), layout);
}

function binary(context: LowerContext, op: Binary, isReal: boolean, values: readonly string[]): string {
  const name = BINARY[op.kind];
  if (name) return context.node(name, values);
  const [x, y] = values as [string, string];
  if (op.kind === 'FloorDiv') return floorDivision(context, isReal, x, y);
  if (op.kind === 'FloorMod') return floorRemainder(context, isReal, x, y);
  const difference = context.node('Sub', values);
  return context.node('Mul', [difference, difference]);
}

export function lowerUnary(context: LowerContext, node: Node, op: Unary): void {
  const layout = context.preferredLayout([node.inputs[0]!]);
  const x = context.value(node.inputs[0]!, layout);
  context.define(node.outputs[0]!, unary(context, op.fn, x), layout);
}

function unary(context: LowerContext, fn: UnaryFunction, x: string): string {
  if (fn === 'square') return context.node('Mul', [x, x]);
  if (fn === 'rsqrt') return context.node('Reciprocal', [context.node('Sqrt', [x])]);
  const name = UNARY[fn];
  if (!name) throw new ModelError('unsupported-operator', `The function ${fn} is not supported.`);
  return context.node(name, [x]);
}

export function lowerCompare(context: LowerContext, node: Node, op: Compare): void {
  const values = [context.value(node.inputs[0]!), context.value(node.inputs[1]!)];
  const name = COMPARE[op.fn];
  const value = name ? context.node(name, values) : context.node('Not', [context.node('Equal', values)]);
  context.define(node.outputs[0]!, value);
}

export function lowerSelect(context: LowerContext, node: Node): void {
  const [condition, x, y] = node.inputs.slice(0, 3).map((id) => context.value(id!)) as [string, string, string];
  const rank = context.rank(node.inputs[1]!);
  // SELECT, not SELECT_V2, takes whole rows by a list of conditions.
  const isRows = node.source.op === 'SELECT' && context.rank(node.inputs[0]!) === 1 && rank > 1;
  const rows = isRows
    ? context.node('Reshape', [condition, context.integers([-1, ...new Array<number>(rank - 1).fill(1)])])
    : condition;
  context.define(node.outputs[0]!, context.node('Where', [rows, x, y]));
}

export function lowerSoftmax(context: LowerContext, node: Node, op: Softmax): void {
  const layout = context.preferredLayout([node.inputs[0]!]);
  const rank = context.rank(node.inputs[0]!);
  const place = op.axis < 0 ? op.axis + rank : op.axis;
  const axis = layout === 'NCHW' ? NCHW_AXIS[place]! : place;
  const x = context.value(node.inputs[0]!, layout);
  const scaled = op.beta === 1 ? x : context.node('Mul', [x, context.scalar(op.beta)]);
  context.define(node.outputs[0]!, context.node(op.kind, [scaled], { ints: { axis } }), layout);
}

export function lowerActivation(context: LowerContext, node: Node, op: ActivationNode): void {
  const ids = (op.fn === 'prelu' ? node.inputs : node.inputs.slice(0, 1)).filter((id) => id !== null);
  const layout = context.preferredLayout(ids);
  const values = ids.map((id) => context.value(id, layout));
  context.define(node.outputs[0]!, activation(context, op, values), layout);
}

type ActivationLowering = (context: LowerContext, x: string, op: ActivationNode) => string;

const ACTIVATIONS: Partial<Record<ActivationNode['fn'], ActivationLowering>> = {
  relu: (c, x) => c.node('Relu', [x]),
  relu6: (c, x) => c.clip(x, 0, 6),
  reluN1To1: (c, x) => c.clip(x, -1, 1),
  relu0To1: (c, x) => c.clip(x, 0, 1),
  leakyRelu: (c, x, op) => c.node('LeakyRelu', [x], { floats: { alpha: op.alpha ?? 0.01 } }),
  elu: (c, x, op) => c.node('Elu', [x], { floats: { alpha: op.alpha ?? 1 } }),
  tanh: (c, x) => c.node('Tanh', [x]),
  sigmoid: (c, x) => c.node('Sigmoid', [x]),
  hardSwish: (c, x) => c.node('HardSwish', [x]),
  gelu: (c, x, op) => gelu(c, x, op.approximate ?? false),
  clip: (c, x, op) => c.clip(x, op.min ?? -Infinity, op.max ?? Infinity),
};

function activation(context: LowerContext, op: ActivationNode, values: readonly string[]): string {
  if (op.fn === 'prelu') return context.node('PRelu', values);
  const lower = ACTIVATIONS[op.fn];
  if (!lower) throw new ModelError('unsupported-operator', `The activation ${op.fn} is not supported.`);
  return lower(context, values[0]!, op);
}

/** x·Φ(x), by the error function or by the tanh formula (Hendrycks & Gimpel, arXiv:1606.08415). */
function gelu(context: LowerContext, x: string, approximate: boolean): string {
  const inner = approximate ? context.node('Tanh', [geluTanhArgument(context, x)]) : erfOf(context, x);
  const half = context.node('Mul', [x, context.scalar(0.5)]);
  return context.node('Mul', [half, context.node('Add', [inner, context.scalar(1)])]);
}

function erfOf(context: LowerContext, x: string): string {
  return context.node('Erf', [context.node('Mul', [x, context.scalar(Math.SQRT1_2)])]);
}

function geluTanhArgument(context: LowerContext, x: string): string {
  const cube = context.node('Mul', [context.node('Mul', [x, x]), x]);
  const sum = context.node('Add', [x, context.node('Mul', [cube, context.scalar(0.044715)])]);
  return context.node('Mul', [sum, context.scalar(Math.sqrt(2 / Math.PI))]);
}
