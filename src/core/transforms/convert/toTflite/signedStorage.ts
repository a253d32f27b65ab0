import type { DType } from '../../../ir/dtype';
import type { Quantization } from '../../../ir/quantization';
import { Refusal } from '../refusal';

/** Integers of a TFLite tensor and the reals that they stand for. */
export interface IntegerForm {
  readonly dtype: DType;
  readonly quantization: Quantization;
}

/**
 * Quantized values as TensorFlow Lite's kernels take them: uint8 q becomes int8 q - 128, and so does its zero point; the
 * scale stays, so no value changes. int8, int32 and int16 around zero stay as they are. Refuses other types.
 */
export function toIntegerForm(dtype: DType, quantization: Quantization): IntegerForm {
  if (dtype === 'int8' || dtype === 'int32') return { dtype, quantization };
  if (dtype === 'uint8') {
    const zeroPoints = quantization.zeroPoints.map((zeroPoint) => zeroPoint - 128);
    return { dtype: 'int8', quantization: { ...quantization, zeroPoints } };
  }
  if (dtype !== 'int16') throw new Refusal(`values quantized to ${dtype}`, 'quantize to int8');
  if (quantization.zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw new Refusal('16-bit values around another value than zero', 'quantize 16-bit activations symmetrically');
  }
  return { dtype, quantization };
}
