import { isInteger, type DType } from '../dtype';
import type { Binary, Compare, Unary, UnaryFunction } from '../ops/elementwise';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OpDefinition, OutputFacts, Role } from './definition';
import { broadcast, product } from './dims';

type Combine = (a: number, b: number) => number;

const divide: Record<'integer' | 'real', Combine> = {
  integer: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  real: (a, b) => a / b,
};

const binaryValue: Readonly<Record<Exclude<Binary['kind'], 'Div'>, Combine>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Minimum: (a, b) => Math.min(a, b),
  Maximum: (a, b) => Math.max(a, b),
  Pow: (a, b) => a ** b,
  FloorDiv: (a, b) => (b === 0 ? 0 : Math.floor(a / b)),
  FloorMod: (a, b) => (b === 0 ? 0 : a - b * Math.floor(a / b)),
  SquaredDifference: (a, b) => (a - b) ** 2,
};

const compareValue: Readonly<Record<Compare['fn'], (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  and: (a, b) => a !== 0 && b !== 0,
  or: (a, b) => a !== 0 || b !== 0,
  xor: (a, b) => (a !== 0) !== (b !== 0),
};

/** Only what appears in computations of shapes. */
const unaryValue: Partial<Readonly<Record<UnaryFunction, (a: number) => number>>> = {
  abs: Math.abs,
  neg: (a) => -a,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
  not: (a) => (a === 0 ? 1 : 0),
  sign: Math.sign,
};

/** Values of a result of numpy's broadcasting, where each operand is as long as the result or a single value. */
function combined(
  shape: Shape | null,
  operands: readonly KnownValues[],
  combine: (values: number[]) => number,
): KnownValues | null {
  const count = shape ? product(shape) : null;
  if (count === null || operands.some((operand) => operand.length !== 1 && operand.length !== count)) return null;
  return Array.from({ length: count }, (_, index) =>
    combine(operands.map((operand) => operand[operand.length === 1 ? 0 : index]!)),
  );
}

/** Values of all operands, or null as soon as one is not known or there are fewer than the operator needs. */
function operandValues(context: InferenceContext, needed: number): readonly KnownValues[] | null {
  if (context.inputCount < needed) return null;
  const values: KnownValues[] = [];
  for (let input = context.inputCount - 1; input >= 0; input -= 1) {
    const value = context.value(input);
    if (!value) return null;
    values.unshift(value);
  }
  return values;
}

function allShapes(context: InferenceContext): readonly (Shape | null)[] {
  return Array.from({ length: context.inputCount }, (_, input) => context.shape(input));
}

function combineOf(kind: Binary['kind'], dtype: DType | null): Combine {
  if (kind !== 'Div') return binaryValue[kind];
  return divide[dtype !== null && isInteger(dtype) ? 'integer' : 'real'];
}

function inferBinary(op: Binary, context: InferenceContext): readonly OutputFacts[] {
  const shape = broadcast(allShapes(context));
  const operands = operandValues(context, 1);
  const combine = combineOf(op.kind, context.dtype(0));
  const value = operands && combined(shape, operands, (values) => values.reduce(combine));
  return [{ shape, value }];
}

function inferCompare(op: Compare, context: InferenceContext): readonly OutputFacts[] {
  const shape = broadcast(allShapes(context));
  const operands = operandValues(context, 2);
  const compare = compareValue[op.fn];
  const value = operands && combined(shape, operands, ([a, b]) => (compare(a!, b!) ? 1 : 0));
  return [{ shape, dtype: 'bool', value }];
}

function inferUnary(op: Unary, context: InferenceContext): readonly OutputFacts[] {
  const compute = unaryValue[op.fn];
  const value = compute ? (context.value(0)?.map(compute) ?? null) : null;
  const shape = context.shape(0);
  return op.fn === 'isNaN' || op.fn === 'isInf' ? [{ shape, dtype: 'bool' }] : [{ shape, value }];
}

function binary(constant: 'bias' | 'scale'): OpDefinition<Binary> {
  const role: Role = { activation: 'input', constant };
  return { infer: inferBinary, roles: () => [role] };
}

const bounded: OpDefinition<Binary> = { infer: inferBinary, roles: () => ['input'] };

export const elementwise: Definitions<Binary['kind'] | 'Compare' | 'Unary' | 'Select'> = {
  Add: binary('bias'),
  Sub: binary('bias'),
  Mul: binary('scale'),
  Div: binary('scale'),
  Minimum: bounded,
  Maximum: bounded,
  Pow: bounded,
  FloorDiv: bounded,
  FloorMod: bounded,
  SquaredDifference: bounded,
  Compare: { infer: inferCompare, detail: (op) => op.fn },
  Unary: { infer: inferUnary },
  Select: {
    roles: () => ['condition', 'input'],
    infer: (_op, context) => {
      const shape = broadcast(allShapes(context));
      const operands = operandValues(context, 3);
      const value = operands && combined(shape, operands, ([condition, a, b]) => (condition === 0 ? b! : a!));
      return [{ shape, dtype: context.dtype(1) ?? 'unknown', value }];
    },
  },
};
