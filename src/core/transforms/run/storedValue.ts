import { readReals, toTensorValue } from '../../datasets/reals';
import { isFloat, type DType } from '../../ir/dtype';
import type { Quantization } from '../../ir/quantization';
import type { TensorValue } from '../../ports/executor';

/** A tensor's values as reals: scale · (q − zeroPoint) where it is quantized per tensor, the numbers it holds elsewhere. */
export function realsOf(value: TensorValue, quantization: Quantization | null): Float32Array | Float64Array {
  const stored = readReals(value.dtype, value.data);
  if (quantization?.scales.length !== 1 || isFloat(value.dtype)) return stored;
  const { scale, zeroPoint } = parametersOf(quantization);
  return Float64Array.from(stored, (q) => scale * (q - zeroPoint));
}

/** The float32 values that stored integers stand for. */
export function dequantizedValue(value: TensorValue, quantization: Quantization): TensorValue {
  return toTensorValue('float32', value.shape, realsOf(value, quantization));
}

/** The integers of a type that are nearest to reals, saturated. */
export function quantizedValue(value: TensorValue, dtype: DType, quantization: Quantization): TensorValue {
  const { scale, zeroPoint } = parametersOf(quantization);
  const reals = readReals(value.dtype, value.data);
  return toTensorValue(
    dtype,
    value.shape,
    Float64Array.from(reals, (real) => roundHalfEven(real / scale) + zeroPoint),
  );
}

function parametersOf({ scales, zeroPoints }: Quantization): { readonly scale: number; readonly zeroPoint: number } {
  return { scale: scales[0] ?? 1, zeroPoint: zeroPoints[0] ?? 0 };
}

/** As QuantizeLinear does. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
