import { perTensor, type Quantization } from '../../ir/quantization';

/** A real range that integers must cover. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const INT8_MIN = -128;
export const INT8_MAX = 127;

/** Below this a range counts as a single point: its scale would not be a normal float32. */
const SMALLEST_RANGE = 1e-30;

/**
 * Scale and zero point that map a range onto −128 to 127 with zero exactly represented: the range is widened to hold 0,
 * scale = (high − low) / 255, zero point = round(−128 − low / scale).
 * Source: TensorFlow Lite 8-bit quantization specification.
 */
export function affineInt8({ low, high }: Range): Quantization {
  const bottom = Math.min(0, low);
  const top = Math.max(0, high);
  if (!(top - bottom > SMALLEST_RANGE)) return perTensor(1, 0);
  const scale = Math.fround((top - bottom) / (INT8_MAX - INT8_MIN));
  const zeroPoint = Math.round(INT8_MIN - bottom / scale);
  return perTensor(scale, Math.min(INT8_MAX, Math.max(INT8_MIN, zeroPoint)));
}

/** The reals that −128 and 127 stand for. */
export function coveredRange(quantization: Quantization): Range {
  const scale = quantization.scales[0]!;
  const zeroPoint = quantization.zeroPoints[0] ?? 0;
  return { low: scale * (INT8_MIN - zeroPoint), high: scale * (INT8_MAX - zeroPoint) };
}

/** round(real / scale) + zeroPoint, saturated; halves away from zero, as TFLite's TfLiteRound does. */
export function quantizeInt8(real: number, scale: number, zeroPoint: number, lowest = INT8_MIN): number {
  const ratio = real / scale;
  const rounded = Math.sign(ratio) * Math.round(Math.abs(ratio));
  return Math.min(INT8_MAX, Math.max(lowest, rounded + zeroPoint));
}

/** All values with one scale and zero point. */
export function quantizeTensor(reals: ArrayLike<number>, quantization: Quantization): Int8Array {
  const scale = quantization.scales[0]!;
  const zeroPoint = quantization.zeroPoints[0] ?? 0;
  return Int8Array.from({ length: reals.length }, (_, i) => quantizeInt8(reals[i]!, scale, zeroPoint));
}
