import type { DType } from '../../../ir/dtype';
import { need, needOrAbort, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelTensor, KernelView } from './kernelView';
import { activationRange, byInput, byOutput, counts, oneOf, sameShape, sameType, zeroPoint } from './rules';

/** Kernels of two or more operands, element by element. */

const NARROW: readonly DType[] = ['int8', 'int16'];

function isNarrow({ dtype }: KernelTensor): boolean {
  return NARROW.includes(dtype);
}

function unquantizedWide(...tensors: readonly KernelTensor[]): void {
  for (const { role, isQuantized } of tensors) need(!isQuantized, `${role} is int32 with a scale`);
}

/**
 * QuantizeMultiplierSmallerThanOneExp of quantization_util.cc takes numbers between 0 and 1, and stops the firmware
 * (TFLITE_CHECK) at others: at those of an operand without a scale.
 */
function belowOne(value: number, what: string): void {
  needOrAbort(value > 0 && value < 1, `${what} is not between 0 and 1`);
}

/** Sums of narrow integers are computed at twice the coarser scale, shifted left. */
function sumScales(a: KernelTensor, b: KernelTensor, output: KernelTensor): void {
  const twice = 2 * Math.max(a.scale, b.scale);
  for (const { scale, role } of [a, b]) belowOne(scale / twice, `the scale of ${role}, against the coarser one,`);
  const shift = output.dtype === 'int16' ? 15 : 20;
  belowOne(twice / (2 ** shift * output.scale), 'the scale of its inputs against that of its output');
}

/** add.cc, add_common.cc: prepare asks little, the arithmetic is chosen by the output. */
const add: KernelCheck = {
  prepare(node) {
    const [a, b, output] = [node.input(0), node.input(1), node.output()];
    if (isNarrow(output)) {
      needOrAbort(output.isQuantized, `its output is ${output.dtype} without a scale`);
      sumScales(a, b, output);
    }
    if (output.dtype === 'int32') unquantizedWide(a, b);
  },
  invoke: (node) => oneOf(node.output(), ['float32', 'int32', ...NARROW]),
};

/** sub.cc, sub_common.cc */
const subtract: KernelCheck = {
  prepare(node) {
    const [a, b, output] = [node.input(0), node.input(1), node.output()];
    if (isNarrow(output)) sumScales(a, b, output);
    if (output.dtype === 'int32') unquantizedWide(a, b, output);
  },
  invoke: (node) => oneOf(node.output(), ['float32', 'int32', ...NARROW]),
};

/** mul.cc, mul_common.cc */
const multiply: KernelCheck = {
  prepare(node) {
    const [a, b, output] = [node.input(0), node.input(1), node.output()];
    counts(node, 2, 1);
    sameType(a, b);
    if (!isNarrow(output) || a.dtype !== 'int16') return;
    for (const tensor of [a, b, output]) zeroPoint(tensor, 0);
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int32', ...NARROW]),
};

/** div.cc */
const divide: KernelCheck = {
  prepare(node) {
    const [a, b, output] = [node.input(0), node.input(1), node.output()];
    sameType(a, b);
    sameType(a, output);
    if (output.dtype === 'int32') unquantizedWide(a, b);
  },
  invoke: (node) => oneOf(node.output(), ['float32', 'int32', 'int8']),
  values(node) {
    if (node.output().dtype === 'float32') return null;
    return valuesOf(node, 1, 'its second input is computed at run time, and integers are not divided by 0');
  },
};

/** add_n.cc */
const addMany: KernelCheck = {
  prepare(node) {
    need(node.inputs >= 2, `it has ${node.inputs} inputs where its kernel takes 2 or more`);
    need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
    const first = node.input(0);
    const output = node.output();
    sameType(output, first);
    for (let index = 1; index < node.inputs; index += 1) {
      const other = node.input(index);
      sameShape(first, other);
      sameType(first, other);
      if (first.dtype !== 'int8') continue;
      const sameScale = first.zeroPoint === other.zeroPoint && first.scale === other.scale;
      need(sameScale, `${first.role} and ${other.role} have different scales`);
    }
    oneOf(output, ['float32', 'int8']);
  },
};

/** floor_div.cc and floor_mod.cc */
const flooring: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    sameType(node.input(0), node.input(1));
    sameType(node.input(0), node.output());
  },
  invoke: (node) => oneOf(node.input(0), ['float32']),
};

/** squared_difference.cc */
const squaredDifference: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const tensors = [node.input(0), node.input(1), node.output()] as const;
    const [a, b] = tensors;
    sameType(a, b);
    if (!isNarrow(a)) return;
    for (const tensor of tensors) {
      if (a.dtype === 'int16') zeroPoint(tensor, 0);
      else need(Math.abs(tensor.zeroPoint + 0.5) < 128, `the zero point of ${tensor.role} is ${tensor.zeroPoint}`);
    }
    const twice = 2 * Math.max(a.scale, b.scale);
    for (const { scale, role } of [a, b]) belowOne(scale / twice, `the scale of ${role}, against the coarser one,`);
  },
  invoke: (node) => oneOf(node.output(), ['float32', 'int32', ...NARROW]),
};

/** comparisons.cc */
function comparison(dtypes: readonly DType[]): KernelCheck {
  return {
    prepare(node) {
      const [a, b] = [node.input(0), node.input(1)];
      if (a.dtype === 'int8') for (const { scale, role } of [a, b]) belowOne(scale, `the scale of ${role}`);
    },
    invoke: (node) => oneOf(node.input(0), dtypes),
  };
}

const ORDERED: readonly DType[] = ['float32', 'int32', 'int64', 'int8'];

/** cumsum.cc */
const cumulativeSum: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, axis, output] = [node.input(0), node.input(1, 'its axis'), node.output()];
    oneOf(input, ['float32', 'int8']);
    oneOf(axis, ['int32']);
    need(axis.count === 1, `its axis has ${axis.count} numbers`);
    need(input.dims.length >= 1, 'its input is a scalar');
    sameType(input, output);
    sameShape(input, output);
    if (output.dtype === 'int8') activationRange(output);
  },
  values: (node) => valuesOf(node, 1, 'its axis is computed at run time and may lie outside the input'),
};

function valuesOf(node: KernelView, index: number, why: string): string | null {
  return node.input(index).isConstant ? null : why;
}

export const arithmeticChecks: KernelChecks = {
  ADD: add,
  SUB: subtract,
  MUL: multiply,
  DIV: divide,
  ADD_N: addMany,
  FLOOR_DIV: {
    ...flooring,
    values: (node) => valuesOf(node, 1, 'its second input is computed at run time, and 0 there is an error'),
  },
  FLOOR_MOD: flooring,
  SQUARED_DIFFERENCE: squaredDifference,
  // maximum_minimum.cc
  MAXIMUM: byOutput(['float32', 'int8', 'int16', 'int32', 'int64']),
  MINIMUM: byOutput(['float32', 'int8', 'int16', 'int32', 'int64']),
  EQUAL: comparison(['bool', ...ORDERED]),
  NOT_EQUAL: comparison(['bool', ...ORDERED]),
  GREATER: comparison([...ORDERED, 'int16']),
  GREATER_EQUAL: comparison(ORDERED),
  LESS: comparison(ORDERED),
  LESS_EQUAL: comparison(ORDERED),
  // logical.cc reads bytes as booleans, whatever they are.
  LOGICAL_AND: {},
  LOGICAL_OR: {},
  CUMSUM: cumulativeSum,
  NEG: byInput(['float32']),
};
