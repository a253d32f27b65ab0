import type { Node } from '../../../ir/graph';
import type { Activation } from '../../../ir/ops/common';
import type { Binary, Compare, Unary, UnaryFunction } from '../../../ir/ops/elementwise';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { broadcastOperand, checkBroadcast, checkTypes, commonOrder } from './broadcasting';
import type { Conversion } from './conversion';
import { erf, Formula } from './namedElementwise';
import type { Permutation } from './permutation';

interface KernelFacts {
  readonly op: string;
  readonly types: readonly string[];
  /** The kernel has a fused activation function. */
  readonly fuses?: boolean;
}

const REALS = ['float32'];
const NUMBERS = ['float32', 'int32', 'int64'];

/** Types as the reference kernels of TensorFlow Lite have them. */
const BINARY: Readonly<Record<Binary['kind'], KernelFacts>> = {
  Add: { op: 'ADD', types: [...NUMBERS, 'quantized'], fuses: true },
  Sub: { op: 'SUB', types: [...NUMBERS, 'quantized'], fuses: true },
  Mul: { op: 'MUL', types: [...NUMBERS, 'quantized'], fuses: true },
  Div: { op: 'DIV', types: ['float32', 'int32'], fuses: true },
  Minimum: { op: 'MINIMUM', types: [...NUMBERS, 'int8', 'uint8', 'int16', 'quantized'] },
  Maximum: { op: 'MAXIMUM', types: [...NUMBERS, 'int8', 'uint8', 'int16', 'quantized'] },
  Pow: { op: 'POW', types: ['float32', 'int32'] },
  FloorDiv: { op: 'FLOOR_DIV', types: ['float32', 'int32'] },
  FloorMod: { op: 'FLOOR_MOD', types: NUMBERS },
  SquaredDifference: { op: 'SQUARED_DIFFERENCE', types: ['float32', 'int32', 'quantized'] },
};

export const FUSED: Readonly<Record<Activation, string>> = {
  none: 'NONE',
  relu: 'RELU',
  reluN1To1: 'RELU_N1_TO_1',
  relu6: 'RELU6',
  tanh: 'TANH',
  signBit: 'SIGN_BIT',
};

export function convertBinary(c: Conversion, node: Node, op: Binary): void {
  const ids = node.inputs.filter((id) => id !== null);
  const output = node.outputs[0]!;
  if (ids.length < 2 && (op.kind === 'Sub' || op.kind === 'Div')) throw new Refusal('it has one operand');
  const order = commonOrder(c, ids, c.rank(output));
  const operands = ids.map((id) => broadcastOperand(c, id, order));
  if (operands.length === 1) {
    c.define(output, operands[0]!, order);
    return;
  }
  const [first, ...rest] = operands;
  const made = rest.reduce((left, right, index) => {
    const isLast = index === rest.length - 1;
    return binary(c, node, op, { left, right, order, activation: isLast ? op.activation : 'none' });
  }, first!);
  c.define(output, made, order);
}

interface Operands {
  readonly left: TensorId;
  readonly right: TensorId;
  readonly order: Permutation;
  readonly activation: Activation;
}

function binary(c: Conversion, node: Node, { kind }: Binary, { left, right, order, activation }: Operands): TensorId {
  const { op, types, fuses } = BINARY[kind];
  checkTypes(c, left, op, types);
  if (c.draft.tensor(left).dtype !== c.draft.tensor(right).dtype) throw new Refusal('its operands differ in type');
  checkBroadcast(c, [left, right]);
  const facts = c.resultFacts(node.outputs[0]!, order);
  const isPartial = node.inputs.length > 2;
  const shape = isPartial ? broadcastShape(c.draft.shape(left), c.draft.shape(right)) : facts.shape;
  const attributes = fuses
    ? { fused_activation_function: FUSED[activation], ...(kind === 'Add' || kind === 'Sub' ? NO_POT : {}) }
    : {};
  return c.emit(op, [left, right], { ...facts, shape }, attributes);
}

/** The general int16 arithmetic; says nothing about other types. */
const NO_POT = { pot_scale_int16: false };

function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return left === 1 ? right : left;
  });
}

const COMPARE: Readonly<Record<Compare['fn'], string>> = {
  equal: 'EQUAL',
  notEqual: 'NOT_EQUAL',
  less: 'LESS',
  lessEqual: 'LESS_EQUAL',
  greater: 'GREATER',
  greaterEqual: 'GREATER_EQUAL',
  and: 'LOGICAL_AND',
  or: 'LOGICAL_OR',
  // Of booleans, "one of the two" is "not the same".
  xor: 'NOT_EQUAL',
};

export function convertCompare(c: Conversion, node: Node, op: Compare): void {
  const name = COMPARE[op.fn];
  const ids = [c.input(node, 0), c.input(node, 1)];
  const output = node.outputs[0]!;
  const order = commonOrder(c, ids, c.rank(output));
  const operands = ids.map((id) => broadcastOperand(c, id, order));
  const isLogic = name.startsWith('LOGICAL');
  const isEquality = op.fn === 'equal' || name === 'NOT_EQUAL';
  const types = isLogic ? ['bool'] : isEquality ? [...NUMBERS, 'bool'] : NUMBERS;
  checkTypes(c, operands[0]!, name, types);
  checkBroadcast(c, operands);
  c.define(output, c.emit(name, operands, { ...c.resultFacts(output, order), dtype: 'bool' }), order);
}

export function convertSelect(c: Conversion, node: Node): void {
  const ids = [0, 1, 2].map((index) => c.input(node, index));
  const output = node.outputs[0]!;
  const order = commonOrder(c, ids, c.rank(output));
  const operands = ids.map((id) => broadcastOperand(c, id, order));
  checkTypes(c, operands[1]!, 'SELECT_V2', [...NUMBERS, 'int8', 'uint8', 'int16', 'bool']);
  checkBroadcast(c, operands);
  c.define(output, c.emit('SELECT_V2', operands, c.resultFacts(output, order)), order);
}

const UNARY: Readonly<Partial<Record<UnaryFunction, KernelFacts>>> = {
  abs: { op: 'ABS', types: ['float32', 'int32'] },
  neg: { op: 'NEG', types: NUMBERS },
  exp: { op: 'EXP', types: REALS },
  log: { op: 'LOG', types: REALS },
  sqrt: { op: 'SQRT', types: REALS },
  rsqrt: { op: 'RSQRT', types: REALS },
  square: { op: 'SQUARE', types: REALS },
  sin: { op: 'SIN', types: REALS },
  cos: { op: 'COS', types: REALS },
  floor: { op: 'FLOOR', types: REALS },
  ceil: { op: 'CEIL', types: REALS },
  round: { op: 'ROUND', types: REALS },
  sign: { op: 'SIGN', types: REALS },
  not: { op: 'LOGICAL_NOT', types: ['bool'] },
};

export function convertUnary(c: Conversion, node: Node, op: Unary): void {
  const x = c.input(node, 0);
  const output = node.outputs[0]!;
  const order = c.order(x);
  const value = c.value(x, order);
  const facts = c.resultFacts(output, order);
  if (op.fn === 'reciprocal') {
    checkTypes(c, value, 'DIV', REALS);
    const one = c.draft.reals('one', [], Float32Array.of(1));
    const made = c.emit('DIV', [one, value], facts, { fused_activation_function: 'NONE' });
    c.define(output, made, order);
    return;
  }
  if (op.fn === 'isNaN') {
    checkTypes(c, value, 'NOT_EQUAL', REALS);
    c.define(output, c.emit('NOT_EQUAL', [value, value], { ...facts, dtype: 'bool' }), order);
    return;
  }
  if (op.fn === 'erf' || op.fn === 'tan') {
    checkTypes(c, value, node.source.op, REALS);
    const f = new Formula(c, value);
    const made = op.fn === 'erf' ? erf(f, value) : f.binary('DIV', f.op('SIN', value), f.op('COS', value));
    c.define(output, made, order);
    return;
  }
  const kernel = UNARY[op.fn];
  if (!kernel) throw new Refusal(`TFLite has no operator for ${op.fn}`);
  checkTypes(c, value, kernel.op, kernel.types);
  c.define(output, c.emit(kernel.op, [value], facts), order);
}
