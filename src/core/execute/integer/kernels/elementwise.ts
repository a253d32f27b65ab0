import type { Activation } from '../../../ir/ops/common';
import type { Binary, Compare, Select } from '../../../ir/ops/elementwise';
import { quantizedRange, realRange, storedRange, type Range } from '../activationRange';
import { broadcastIndices } from '../broadcast';
import { quantizeMultiplier } from '../fixedPoint';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import type { NumberArray } from '../storage';
import { quantizedBinary } from './quantizedBinary';

/** Binary operators with broadcasting. Source: TFLM kernels {add,sub,mul,div,maximum_minimum,comparisons,select}.cc. */

type Combine = (a: number, b: number) => number;

/** Applies a function of two elements over broadcast operands. */
export function elementwise(a: Operand, b: Operand, output: Operand, combine: Combine): Run {
  const fromA = broadcastIndices(a.shape, output.shape);
  const fromB = broadcastIndices(b.shape, output.shape);
  return () => {
    const left = a.numbers;
    const right = b.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      results[i] = combine(left[fromA ? fromA[i]! : i]!, right[fromB ? fromB[i]! : i]!);
    }
  };
}

const fround = Math.fround;

const FLOAT_COMBINE: Partial<Readonly<Record<Binary['kind'], Combine>>> = {
  Add: (a, b) => fround(a + b),
  Sub: (a, b) => fround(a - b),
  Mul: (a, b) => fround(a * b),
  Div: (a, b) => fround(a / b),
  Minimum: (a, b) => (a < b ? a : b),
  Maximum: (a, b) => (a > b ? a : b),
  FloorDiv: (a, b) => Math.floor(fround(a / b)),
  FloorMod: (a, b) => {
    const rest = a % b;
    return rest !== 0 && b < 0 !== rest < 0 ? fround(rest + b) : rest;
  },
  SquaredDifference: (a, b) => fround(fround(a - b) * fround(a - b)),
};

/** Unquantized 32-bit integers wrap as in C. */
const INT32_COMBINE: Partial<Readonly<Record<Binary['kind'], Combine>>> = {
  Add: (a, b) => (a + b) | 0,
  Sub: (a, b) => (a - b) | 0,
  Mul: (a, b) => Math.imul(a, b),
  Div: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  SquaredDifference: (a, b) => Math.imul((a - b) | 0, (a - b) | 0),
};

function clamped(combine: Combine, { min, max }: Range): Combine {
  return (a, b) => Math.min(Math.max(combine(a, b), min), max);
}

function activated(combine: Combine, activation: Activation): Combine {
  return activation === 'none' ? combine : clamped(combine, realRange(activation));
}

function isQuantizedType(operand: Operand): boolean {
  return operand.dtype === 'int8' || operand.dtype === 'int16';
}

/** TFLM chooses a kernel by the output alone. */
function refuseMixed(context: KernelContext<Binary>, a: Operand, b: Operand, output: Operand): Run {
  need(
    output.dtype !== 'float32',
    `TensorFlow Lite Micro reads ${a.dtype} and ${b.dtype} as float32, beyond the end of their bytes`,
  );
  return refuseTypes(context);
}

function prepareBinary(context: KernelContext<Binary>): Run {
  const { kind, activation } = context.op;
  const a = context.input(0);
  const b = context.input(1);
  const output = context.output();
  if (a.dtype !== b.dtype || a.dtype !== output.dtype) return refuseMixed(context, a, b, output);
  if (output.dtype === 'float32') {
    return elementwise(a, b, output, activated(FLOAT_COMBINE[kind] ?? refuseTypes(context), activation));
  }
  if (kind === 'Minimum' || kind === 'Maximum') return prepareExtreme(context, a, b, output);
  if (output.dtype === 'int32') {
    const combine = INT32_COMBINE[kind] ?? refuseTypes(context);
    // ADD ignores its activation on int32.
    return elementwise(a, b, output, kind === 'Add' ? combine : activated(combine, activation));
  }
  if (!isQuantizedType(output)) return refuseTypes(context);
  return elementwise(a, b, output, clamped(quantizedBinary(context), quantizedRange(activation, output)));
}

/** MINIMUM and MAXIMUM compare the stored integers as they are. */
function prepareExtreme(context: KernelContext<Binary>, a: Operand, b: Operand, output: Operand): Run {
  if (output.dtype === 'int64') return extremeWide(context.op.kind === 'Maximum', a, b, output);
  storedRange(output);
  const combine = FLOAT_COMBINE[context.op.kind] ?? refuseTypes(context);
  return elementwise(a, b, output, combine);
}

function extremeWide(isMax: boolean, a: Operand, b: Operand, output: Operand): Run {
  const fromA = broadcastIndices(a.shape, output.shape);
  const fromB = broadcastIndices(b.shape, output.shape);
  return () => {
    const left = a.elements as BigInt64Array;
    const right = b.elements as BigInt64Array;
    const results = output.elements as BigInt64Array;
    for (let i = 0; i < results.length; i += 1) {
      const [x, y] = [left[fromA ? fromA[i]! : i]!, right[fromB ? fromB[i]! : i]!];
      results[i] = x > y === isMax ? x : y;
    }
  };
}

type Test = (a: number, b: number) => boolean;

const COMPARISONS: Partial<Readonly<Record<Compare['fn'], Test>>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
};

/** On the stored bytes, as TFLM's builds do it, also where a bool is neither 0 nor 1. */
const LOGICAL: Partial<Readonly<Record<Compare['fn'], Combine>>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
};

/** EQUAL and NOT_EQUAL compare bool as well. */
function isCompared({ dtype }: Operand, fn: Compare['fn']): boolean {
  if (dtype === 'bool') return fn === 'equal' || fn === 'notEqual';
  return dtype === 'int8' || dtype === 'int32' || dtype === 'float32';
}

/**
 * Quantized operands are brought to a common scale: TFLM comparisons.cc, with a left shift of 8. It has no scales for
 * int16, which its GREATER takes all the same.
 */
function prepareCompare(context: KernelContext<Compare>): Run {
  const { fn } = context.op;
  const a = context.input(0);
  const b = context.input(1);
  const output = context.output();
  if (a.dtype !== b.dtype || output.dtype !== 'bool') return refuseTypes(context);
  const logical = LOGICAL[fn];
  if (logical) return a.dtype === 'bool' ? elementwise(a, b, output, logical) : refuseTypes(context);
  const test = COMPARISONS[fn] ?? refuse('TensorFlow Lite Micro has no kernel for it');
  if (a.dtype === 'int64') return compareWide(a, b, output, test);
  if (!isCompared(a, fn)) return refuseTypes(context);
  if (a.dtype !== 'int8') return elementwise(a, b, output, (x, y) => (test(x, y) ? 1 : 0));
  const byA = quantizeMultiplier(a.scale);
  const byB = quantizeMultiplier(b.scale);
  need(byA.shift <= 0 && byB.shift <= 0, 'a scale is not below one');
  return elementwise(a, b, output, (x, y) => {
    const left = context.multiply((x - a.zeroPoint) * 256, byA);
    const right = context.multiply((y - b.zeroPoint) * 256, byB);
    return test(left, right) ? 1 : 0;
  });
}

function compareWide(a: Operand, b: Operand, output: Operand, test: Test): Run {
  const fromA = broadcastIndices(a.shape, output.shape);
  const fromB = broadcastIndices(b.shape, output.shape);
  return () => {
    const left = a.elements as BigInt64Array;
    const right = b.elements as BigInt64Array;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      // The order of two wide integers is that of their difference and zero.
      const difference = left[fromA ? fromA[i]! : i]! - right[fromB ? fromB[i]! : i]!;
      results[i] = test(difference < 0n ? -1 : difference > 0n ? 1 : 0, 0) ? 1 : 0;
    }
  };
}

function prepareSelect(context: KernelContext<Select>): Run {
  const condition = context.input(0);
  const a = context.input(1);
  const b = context.input(2);
  const output = context.output();
  if (condition.dtype !== 'bool' || a.dtype !== b.dtype || a.dtype !== output.dtype) return refuseTypes(context);
  if (output.dtype === 'int64' || output.dtype === 'uint64') return refuseTypes(context);
  // SELECT takes a condition of rank 1 for the first dimension; SELECT_V2 broadcasts.
  const isByRow = context.node.source.op === 'SELECT' && condition.rank === 1 && output.rank > 1;
  const conditionShape = isByRow ? [condition.count, ...output.shape.slice(1).map(() => 1)] : condition.shape;
  const fromCondition = broadcastIndices(conditionShape, output.shape);
  const fromA = broadcastIndices(a.shape, output.shape);
  const fromB = broadcastIndices(b.shape, output.shape);
  return () => {
    const chosen: NumberArray = condition.numbers;
    const left = a.numbers;
    const right = b.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const takesA = chosen[fromCondition ? fromCondition[i]! : i]! !== 0;
      results[i] = takesA ? left[fromA ? fromA[i]! : i]! : right[fromB ? fromB[i]! : i]!;
    }
  };
}

export const elementwiseKernels: KernelTable = {
  Add: prepareBinary,
  Sub: prepareBinary,
  Mul: prepareBinary,
  Div: prepareBinary,
  Minimum: prepareBinary,
  Maximum: prepareBinary,
  FloorDiv: prepareBinary,
  FloorMod: prepareBinary,
  SquaredDifference: prepareBinary,
  Compare: prepareCompare,
  Select: prepareSelect,
};
