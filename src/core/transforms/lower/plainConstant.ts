import { decodeReals, storedValues } from '../../ir/decode';
import { bitsOf, isFloat, type DType } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Quantization } from '../../ir/quantization';
import type { Tensor } from '../../ir/tensor';

/** A constant in a form that DequantizeLinear takes, or real numbers. */
export interface PlainConstant {
  readonly dtype: DType;
  readonly bytes: Uint8Array;
  readonly quantization: Quantization | null;
}

/**
 * A constant of a TFLite file as ONNX can say it: 4-bit integers are widened to 8 bits (the same values and scales);
 * 64-bit biases, scales a block, and 16-bit integers below opset 21 become the real numbers that they stand for.
 * Throws ModelError `no-weights` for a constant without data, and what reading throws.
 */
export function plainConstant(tensor: Tensor, opset: number): PlainConstant {
  const { dtype, quantization, shape, name } = tensor;
  const own = isFloat(dtype) || quantization?.scales.length === 0 ? null : quantization;
  if (own && isBeyondDequantizeLinear(dtype, own, opset))
    return { dtype: 'float32', bytes: bytesOf(decodeReals(tensor)), quantization: null };
  if (bitsOf(dtype) < 8) {
    const { count, at } = storedValues(tensor);
    return { dtype: 'int8', bytes: bytesOf(Int8Array.from({ length: count }, (_, i) => at(i))), quantization: own };
  }
  const bytes = tensor.constant!.read();
  const isEmpty = shape?.includes(0) ?? false;
  if (bytes.length === 0 && !isEmpty) throw new ModelError('no-weights', `The constant ${name} has no data.`);
  return { dtype, bytes, quantization: own };
}

function isBeyondDequantizeLinear(dtype: DType, { blockSize }: Quantization, opset: number): boolean {
  return dtype === 'int64' || blockSize !== undefined || (dtype === 'int16' && opset < 21);
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
