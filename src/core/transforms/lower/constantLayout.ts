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
  const outStrides = permutation.map((axis) => strides[axis]!);
  const to = new Uint8Array(bytes.length);
  if (size === 8) moveElements<bigint>(wideElements(bytes), wideElements(to), outShape, outStrides);
  else moveElements<number>(elementsOf(bytes, size), elementsOf(to, size), outShape, outStrides);
  return to;
}

/** Elements of up to 4 bytes as unsigned integers, which keep every bit. */
function elementsOf(bytes: Uint8Array, size: number): Uint8Array | Uint16Array | Uint32Array {
  if (size === 1) return bytes;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return size === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / size)
    : new Uint32Array(buffer, byteOffset, byteLength / size);
}

function wideElements(bytes: Uint8Array): BigUint64Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new BigUint64Array(buffer, byteOffset, byteLength / 8);
}

function moveElements<T extends number | bigint>(
  from: ArrayLike<T>,
  to: { [index: number]: T; readonly length: number },
  shape: readonly number[],
  strides: readonly number[],
): void {
  const last = shape.length - 1;
  const index = new Array<number>(shape.length).fill(0);
  const [run, step] = [shape[last] ?? 1, strides[last] ?? 1];
  let start = 0;
  for (let at = 0; at < to.length;) {
    for (let i = 0, source = start; i < run; i++, source += step) to[at++] = from[source]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      start -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Where each axis of an NHWC tensor stands in NCHW. */
export const NCHW_AXIS: readonly number[] = [0, 2, 3, 1];

/** The transposition from NHWC to NCHW, and back. */
export const TO_NCHW: readonly number[] = [0, 3, 1, 2];
export const TO_NHWC: readonly number[] = [0, 2, 3, 1];
