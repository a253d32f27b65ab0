import type { DType } from '../../../ir/dtype';
import type { Quantization } from '../../../ir/quantization';
import { Refusal } from '../refusal';

/**
 * The quantization of the same reals in int8, which is what TensorFlow Lite Micro's kernels take: uint8 q becomes
 * q - 128, and so does its zero point; the scale stays, so no value changes.
 */
export function toSignedStorage(dtype: DType, quantization: Quantization): Quantization {
  if (dtype === 'int8' || dtype === 'int32') return quantization;
  if (dtype === 'uint8') {
    return { ...quantization, zeroPoints: quantization.zeroPoints.map((zeroPoint) => zeroPoint - 128) };
  }
  throw new Refusal(`values quantized to ${dtype}`, 'quantize to int8');
}
