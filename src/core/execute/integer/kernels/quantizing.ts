import type { Requantize } from '../../../ir/ops/control';
import type { Cast } from '../../../ir/ops/rearrange';
import { storedRange } from '../activationRange';
import { clamp, quantizeMultiplier, roundHalfAway } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { eachElement } from './activation';

/** QUANTIZE, DEQUANTIZE and CAST. Source: TFLM quantize_common.cc, dequantize_common.cc and cast.cc. */

const REQUANTIZED = new Set([
  'int8 int8',
  'int8 uint8',
  'int8 int16',
  'int8 int32',
  'uint8 int8',
  'int16 int8',
  'int16 int16',
  'int16 int32',
  'int32 int8',
  'int32 int16',
]);

function prepareQuantize(context: KernelContext<Requantize>): Run {
  const input = context.input(0);
  const output = context.output();
  need((output.tensor.quantization?.scales.length ?? 0) === 1, 'its output has not one scale');
  const { min, max } = storedRange(output);
  if (input.dtype === 'float32' && (output.dtype === 'int8' || output.dtype === 'int16')) {
    return eachElement(input, output, (x) =>
      clamp(roundHalfAway(Math.fround(x / output.scale)) + output.zeroPoint, min, max),
    );
  }
  if (!REQUANTIZED.has(`${input.dtype} ${output.dtype}`)) return refuseTypes(context);
  const by = quantizeMultiplier(input.scale / output.scale);
  // The same scale and zero points 128 apart: TFLM flips a bit, which is what the arithmetic gives as well.
  return eachElement(input, output, (x) =>
    clamp((context.multiply((x - input.zeroPoint) | 0, by) + output.zeroPoint) | 0, min, max),
  );
}

function prepareDequantize(context: KernelContext<Requantize>): Run {
  const input = context.input(0);
  const output = context.output();
  const isRead = input.dtype === 'int8' || input.dtype === 'int16' || input.dtype === 'uint8';
  if (!isRead || output.dtype !== 'float32') return refuseTypes(context);
  return eachElement(input, output, (x) => input.scale * (x - input.zeroPoint));
}

const CAST_FROM = new Set(['int8', 'int16', 'int32', 'uint32', 'float32', 'bool']);
const CAST_TO = new Set(['int8', 'int16', 'int32', 'uint32', 'float32', 'bool']);

/** Typed arrays wrap integers as C does; floats lose their fraction first. To bool since TFLM of October 2026. */
function prepareCast(context: KernelContext<Cast>): Run {
  const input: Operand = context.input(0);
  const output = context.output();
  if (!CAST_FROM.has(input.dtype) || !CAST_TO.has(output.dtype)) return refuseTypes(context);
  if (output.dtype === 'bool') return eachElement(input, output, (x) => (x === 0 ? 0 : 1));
  return eachElement(input, output, output.dtype === 'float32' ? (x) => x : Math.trunc);
}

export const quantizingKernels: KernelTable = {
  Quantize: prepareQuantize,
  Dequantize: prepareDequantize,
  Cast: prepareCast,
};
