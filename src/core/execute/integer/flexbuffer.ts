import { refuse } from './kernel';

/**
 * The integers of a FlexBuffer whose root is a map or a vector of integers, in the order of the (sorted) keys: how the
 * Signal operators of TFLM take their options. Source: FlexBuffers' binary format; TFLM flatbuffer_utils.cc.
 */
export function flexbufferIntegers(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rootWidth = bytes.at(-1) ?? 0;
  const packedType = bytes.at(-2) ?? 0;
  const root = bytes.length - 2 - rootWidth;
  const start = root - readUnsigned(view, root, rootWidth);
  const width = 1 << (packedType & 3);
  const count = readUnsigned(view, start - width, width);
  if (count > bytes.length / width) return refuse('its options are not readable');
  return Array.from({ length: count }, (_, i) => readSigned(view, start + i * width, width));
}

function needInside(view: DataView, at: number, width: number): void {
  if (at < 0 || at + width > view.byteLength) refuse('its options are not readable');
}

function readUnsigned(view: DataView, at: number, width: number): number {
  needInside(view, at, width);
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true);
  if (width === 4) return view.getUint32(at, true);
  return width === 8 ? Number(view.getBigUint64(at, true)) : refuse('its options are not readable');
}

function readSigned(view: DataView, at: number, width: number): number {
  needInside(view, at, width);
  if (width === 1) return view.getInt8(at);
  if (width === 2) return view.getInt16(at, true);
  return width === 4 ? view.getInt32(at, true) : Number(view.getBigInt64(at, true));
}
