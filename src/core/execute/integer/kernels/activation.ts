import type { ActivationNode } from '../../../ir/ops/activation';
import { storedRange } from '../activationRange';
import { clamp, quantizeMultiplier, roundHalfAway, roundingDivideByPot } from '../fixedPoint';
import { logistic, tanh } from '../gemmlowp';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Prepare, type Run } from '../kernel';
import type { Operand } from '../operand';
import { expSingle } from '../singlePrecision';
import { logistic16, radiusOf, tableScale, tanh16 } from '../sigmoidTable';
import { elementwise } from './elementwise';
import { hardSwish8 } from './hardSwish';

/** Activations as operators of their own. Source: TFLM kernels {activations,logistic,tanh,leaky_relu,prelu,elu}.cc. */

type Context = KernelContext<ActivationNode>;
type Map = (x: number) => number;

const fround = Math.fround;

/** Applies a function to each element. */
export function eachElement(input: Operand, output: Operand, map: Map): Run {
  need(input.count === output.count, 'its output does not fit its input');
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) results[i] = map(values[i]!);
  };
}

/** A function of int8 as a table of its 256 values. */
export function eachByte(input: Operand, output: Operand, map: Map): Run {
  const table = Int8Array.from({ length: 256 }, (_, i) => map(i - 128));
  return eachElement(input, output, (x) => table[x + 128]!);
}

function operands(context: Context): { readonly input: Operand; readonly output: Operand } {
  const input = context.input(0);
  const output = context.output();
  if (input.dtype !== output.dtype) return refuseTypes(context);
  return { input, output };
}

function clampTo(output: Operand): Map {
  const { min, max } = storedRange(output);
  return (x) => clamp(x, min, max);
}

function isQuantized(operand: Operand): boolean {
  return operand.dtype === 'int8' || operand.dtype === 'int16';
}

function prepareRelu(context: Context): Run {
  const { input, output } = operands(context);
  if (input.dtype === 'float32') return eachElement(input, output, (x) => (x < 0 ? 0 : x));
  if (!isQuantized(input)) return refuseTypes(context);
  const by = quantizeMultiplier(fround(input.scale / output.scale));
  const { min, max } = storedRange(output);
  const lowest = Math.max(min, output.zeroPoint);
  return eachElement(input, output, (x) =>
    clamp(output.zeroPoint + context.multiply(x - input.zeroPoint, by), lowest, max),
  );
}

/** RELU6 on integers clamps without rescaling: input and output share their scale. */
function prepareRelu6(context: Context): Run {
  const { input, output } = operands(context);
  if (input.dtype === 'float32') return eachElement(input, output, (x) => (x > 6 ? 6 : x < 0 ? 0 : x));
  if (!isQuantized(input)) return refuseTypes(context);
  const six = input.zeroPoint + roundHalfAway(fround(6 / input.scale));
  const zero = input.zeroPoint;
  const { max } = storedRange(output);
  const highest = Math.min(max, six);
  return eachElement(input, output, (x) => clamp(x, zero, highest));
}

function prepareLogistic(context: Context): Run {
  const { input, output } = operands(context);
  if (input.dtype === 'float32') return eachElement(input, output, logisticFloat);
  if (input.dtype === 'int16') {
    const scale = tableScale(input, output, 0);
    return eachElement(input, output, (x) => logistic16(x, scale));
  }
  if (input.dtype !== 'int8') return refuseTypes(context);
  need(output.zeroPoint === -128, 'its output zero point is not -128');
  const { by, radius } = radiusOf(input);
  return eachByte(input, output, (x) => {
    const value = x - input.zeroPoint;
    if (value <= -radius) return -128;
    if (value >= radius) return 127;
    return clamp(roundingDivideByPot(logistic(context.multiply(value, by), 4), 23) - 128, -128, 127);
  });
}

/** TFLite reference/logistic.h: the exponential near 0, saturation far from it. */
function logisticFloat(x: number): number {
  if (x > 16.619047164916992188) return 1;
  if (x < -9) return expSingle(x);
  return fround(1 / fround(1 + expSingle(-x)));
}

function prepareTanh(context: Context): Run {
  const { input, output } = operands(context);
  if (input.dtype === 'float32') return eachElement(input, output, (x) => fround(Math.tanh(x)));
  if (input.dtype === 'int16') {
    const scale = tableScale(input, output, 1);
    return eachElement(input, output, (x) => tanh16(x, scale));
  }
  if (input.dtype !== 'int8') return refuseTypes(context);
  const { by, radius } = radiusOf(input);
  return eachByte(input, output, (x) => {
    const value = x - input.zeroPoint;
    if (value <= -radius) return -128;
    if (value >= radius) return 127;
    return clamp(roundingDivideByPot(tanh(context.multiply(value, by), 4), 24), -128, 127);
  });
}

function prepareLeakyRelu(context: Context): Run {
  const { input, output } = operands(context);
  const alpha = fround(context.op.alpha ?? 0);
  if (input.dtype === 'float32') return eachElement(input, output, (x) => (x > 0 ? x : fround(x * alpha)));
  if (!isQuantized(input)) return refuseTypes(context);
  const scaledAlpha = fround(fround(input.scale * alpha) / output.scale);
  const byAlpha = quantizeMultiplier(Math.abs(scaledAlpha));
  const sign = scaledAlpha < 0 ? -1 : 1;
  const byOne = quantizeMultiplier(fround(input.scale / output.scale));
  const limit = clampTo(output);
  return eachElement(input, output, (x) => {
    const value = x - input.zeroPoint;
    const scaled = value >= 0 ? context.multiply(value, byOne) : sign * context.multiply(value, byAlpha);
    return limit(output.zeroPoint + scaled);
  });
}

function preparePrelu(context: Context): Run {
  const { input, output } = operands(context);
  const slope = context.input(1);
  if (input.dtype === 'float32' && slope.dtype === 'float32') {
    return elementwise(input, slope, output, (x, a) => (x >= 0 ? x : fround(x * a)));
  }
  if (!isQuantized(input) || slope.dtype !== 'int8') return refuseTypes(context);
  const byOne = quantizeMultiplier(input.scale / output.scale);
  const bySlope = quantizeMultiplier((input.scale * slope.scale) / output.scale);
  const limit = clampTo(output);
  return elementwise(input, slope, output, (x, a) => {
    const value = x - input.zeroPoint;
    const scaled =
      value >= 0 ? context.multiply(value, byOne) : context.multiply(Math.imul(value, a - slope.zeroPoint), bySlope);
    return limit(output.zeroPoint + scaled);
  });
}

function prepareHardSwish(context: Context): Run {
  const { input, output } = operands(context);
  if (input.dtype === 'float32') {
    return eachElement(input, output, (x) => fround(fround(x * Math.min(6, Math.max(0, fround(x + 3)))) / 6));
  }
  if (input.dtype !== 'int8') return refuseTypes(context);
  return eachByte(input, output, hardSwish8(input, output));
}

/** ELU on int8 is a table worked out in floating point. */
function prepareElu(context: Context): Run {
  const { input, output } = operands(context);
  const elu: Map = (x) => (x < 0 ? fround(Math.expm1(x)) : x);
  if (input.dtype === 'float32') return eachElement(input, output, elu);
  if (input.dtype !== 'int8') return refuseTypes(context);
  const inverse = fround(1 / output.scale);
  return eachByte(input, output, (x) => {
    const real = fround(input.scale * (x - input.zeroPoint));
    return clamp(roundHalfAway(fround(elu(real) * inverse)) + output.zeroPoint, -128, 127);
  });
}

const FUNCTIONS: Partial<Readonly<Record<ActivationNode['fn'], Prepare<ActivationNode>>>> = {
  relu: prepareRelu,
  relu6: prepareRelu6,
  leakyRelu: prepareLeakyRelu,
  prelu: preparePrelu,
  sigmoid: prepareLogistic,
  tanh: prepareTanh,
  hardSwish: prepareHardSwish,
  elu: prepareElu,
};

function prepare(context: Context): Run {
  const run = FUNCTIONS[context.op.fn] ?? refuse('TensorFlow Lite Micro has no kernel for it');
  return run(context);
}

export const activationKernels: KernelTable = { Activation: prepare };
