/** Reorders a row-major array of `size`-byte elements: output axis i is input axis `permutation[i]`. */
export function transposeBytes(
  bytes: Uint8Array,
  shape: readonly number[],
  permutation: readonly number[],
  size: number,
): Uint8Array {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  const outShape = permutation.map((axis) => shape[axis]!);
  const outStrides = permutation.map((axis) => strides[axis]! * size);
  const out = new Uint8Array(bytes.length);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < out.length; to += size) {
    for (let b = 0; b < size; b++) out[to + b] = bytes[from + b]!;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      from += outStrides[axis]!;
      if (++index[axis]! < outShape[axis]!) break;
      from -= outStrides[axis]! * outShape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** Where each axis of an NHWC tensor stands in NCHW. */
export const NCHW_AXIS: readonly number[] = [0, 2, 3, 1];

/** The transposition from NHWC to NCHW, and back. */
export const TO_NCHW: readonly number[] = [0, 3, 1, 2];
export const TO_NHWC: readonly number[] = [0, 2, 3, 1];
