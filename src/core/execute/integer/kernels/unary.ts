import { ModelError } from '../../../ir/errors';
import type { Unary, UnaryFunction } from '../../../ir/ops/elementwise';
import { storedRange } from '../activationRange';
import { clamp, quantizeMultiplier, type QuantizedMultiplier } from '../fixedPoint';
import { inverseSquareRoot } from '../gemmlowp';
import { refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { cosSingle, expSingle, sinSingle } from '../singlePrecision';
import { eachElement } from './activation';

/** Unary operators. Source: TFLM kernels {elementwise,neg,exp,floor,ceil,round}.cc. */

const fround = Math.fround;

/** Halves to even: TFLM round.cc. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

const FLOAT_FUNCTIONS: Partial<Readonly<Record<UnaryFunction, (x: number) => number>>> = {
  abs: Math.abs,
  neg: (x) => -x,
  exp: expSingle,
  log: Math.log,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / fround(Math.sqrt(x)),
  square: (x) => x * x,
  sin: sinSingle,
  cos: cosSingle,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
};

function prepareAbs(context: KernelContext<Unary>, input: Operand, output: Operand): Run {
  if (input.dtype === 'int16' && input.tensor.quantization === null) {
    return eachElement(input, output, Math.abs);
  }
  const { min, max } = storedRange(output);
  const isSame = input.scale === output.scale;
  const by = quantizeMultiplier(fround(input.scale / output.scale));
  return eachElement(input, output, (x) => {
    const value = Math.abs(x - input.zeroPoint);
    return clamp((isSame ? value : context.multiply(value, by)) + output.zeroPoint, min, max);
  });
}

/** Bits added so that 1 / sqrt(x) of an integer keeps some: elementwise.cc, RsqrtEvalQuantized. */
const ROOT_SHIFT = 20;

function prepareInverseRoot(context: KernelContext<Unary>, input: Operand, output: Operand): Run {
  const by = quantizeMultiplier(1 / fround(fround(Math.sqrt(input.scale)) * output.scale));
  const { min, max } = storedRange(output);
  const shifted = (by: QuantizedMultiplier, bits: number): QuantizedMultiplier => ({
    multiplier: by.multiplier,
    shift: by.shift + bits,
  });
  return eachElement(input, output, (x) => {
    const value = x - input.zeroPoint;
    if (value < 0) {
      throw new ModelError('bad-data', 'RSQRT takes positive values only, and its input holds a negative one.');
    }
    if (value === 0) return max;
    const root = context.multiply(1, shifted(inverseSquareRoot(value), ROOT_SHIFT));
    return clamp(context.multiply(root, shifted(by, -ROOT_SHIFT)) + output.zeroPoint, min, max);
  });
}

function prepare(context: KernelContext<Unary>): Run {
  const { fn } = context.op;
  const input = context.input(0);
  const output = context.output();
  if (input.dtype !== output.dtype) return refuseTypes(context);
  if (input.dtype === 'float32') {
    return eachElement(input, output, FLOAT_FUNCTIONS[fn] ?? refuse('TensorFlow Lite Micro has no kernel for it'));
  }
  if (fn === 'not' && input.dtype === 'bool') return eachElement(input, output, (x) => (x === 0 ? 1 : 0));
  if (fn === 'abs' && (input.dtype === 'int8' || input.dtype === 'int16')) return prepareAbs(context, input, output);
  if (fn === 'rsqrt' && input.dtype === 'int8') return prepareInverseRoot(context, input, output);
  return refuseTypes(context);
}

export const unaryKernels: KernelTable = { Unary: prepare };
