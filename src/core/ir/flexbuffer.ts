/**
 * The integers of a FlexBuffer whose root is a map or a vector of integers, in the order of the (sorted) keys: how the
 * Signal operators of TFLM take their options. Null when the bytes are no such buffer.
 * Source: FlexBuffers' binary format; TFLM flatbuffer_utils.cc.
 */
export function flexbufferIntegers(bytes: Uint8Array): readonly number[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rootWidth = bytes.at(-1) ?? 0;
  const packedType = bytes.at(-2) ?? 0;
  const root = bytes.length - 2 - rootWidth;
  const offset = readUnsigned(view, root, rootWidth);
  if (offset === null) return null;
  const start = root - offset;
  const width = 1 << (packedType & 3);
  const count = readUnsigned(view, start - width, width);
  if (count === null || count > bytes.length / width) return null;
  const values = Array.from({ length: count }, (_, i) => readSigned(view, start + i * width, width));
  return values.includes(null) ? null : (values as number[]);
}

function isInside(view: DataView, at: number, width: number): boolean {
  return at >= 0 && at + width <= view.byteLength;
}

function readUnsigned(view: DataView, at: number, width: number): number | null {
  if (!isInside(view, at, width)) return null;
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true);
  if (width === 4) return view.getUint32(at, true);
  return width === 8 ? Number(view.getBigUint64(at, true)) : null;
}

function readSigned(view: DataView, at: number, width: number): number | null {
  if (!isInside(view, at, width)) return null;
  if (width === 1) return view.getInt8(at);
  if (width === 2) return view.getInt16(at, true);
  return width === 4 ? view.getInt32(at, true) : Number(view.getBigInt64(at, true));
}
