import { bitsOf } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import { TENSOR } from './onnxFields';
import type { TensorRecord } from './parseTensor';
import type { ProtoCursor } from './protobuf/protoCursor';

const encoder = new TextEncoder();

/**
 * The typed data fields of a TensorProto as raw little-endian bytes. Which field holds which type, and how the small
 * types lie in int32_data, is said beside the fields in onnx.proto. Throws ModelError `corrupt` when the count of
 * elements is not what the shape says. Allocates at most eight bytes for each byte stored.
 */
export function decodeTyped(record: TensorRecord, byteLength: number): Uint8Array {
  const field = record.typed?.field ?? 0;
  if (field === TENSOR.floatData || field === TENSOR.doubleData) return copyFixed(record, field, byteLength);
  const width = elementWidth(record);
  const stored = record.typed?.storedBytes ?? 0;
  if (byteLength / width > stored) throw wrongCount(record);
  const bytes = new Uint8Array(byteLength);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const cursor = record.range.cursor(); cursor.next();) {
    if (cursor.field !== field) continue;
    cursor.eachVarint((value) => {
      if (at + width > byteLength) throw wrongCount(record);
      writeInteger(view, at, width, value);
      at += width;
    });
  }
  if (at !== byteLength) throw wrongCount(record);
  return bytes;
}

/**
 * A string tensor in TFLite's packed form, so that both formats hand out the same bytes: int32 count, count + 1 int32
 * offsets from the start, then the texts.
 */
export function decodeStrings(record: TensorRecord): Uint8Array {
  const strings: Uint8Array[] = [];
  for (const cursor = record.range.cursor(); cursor.next();) {
    if (cursor.field === TENSOR.stringData && cursor.wire === 'bytes') strings.push(cursor.bytes());
  }
  return packStrings(strings);
}

/** Bytes of `decodeStrings` for a given number of strings of a given total length. */
export function packedStringBytes(count: number, textBytes: number): number {
  return 4 * (count + 2) + textBytes;
}

export function packTexts(texts: readonly string[]): Uint8Array {
  return packStrings(texts.map((text) => encoder.encode(text)));
}

function packStrings(strings: readonly Uint8Array[]): Uint8Array {
  const textBytes = strings.reduce((sum, text) => sum + text.byteLength, 0);
  const bytes = new Uint8Array(packedStringBytes(strings.length, textBytes));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, strings.length, true);
  let offset = 4 * (strings.length + 2);
  strings.forEach((text, index) => {
    view.setInt32(4 * (index + 1), offset, true);
    bytes.set(text, offset);
    offset += text.byteLength;
  });
  view.setInt32(4 * (strings.length + 1), offset, true);
  return bytes;
}

function copyFixed(record: TensorRecord, field: number, byteLength: number): Uint8Array {
  if (byteLength > (record.typed?.storedBytes ?? 0)) throw wrongCount(record);
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const cursor = record.range.cursor(); cursor.next();) {
    if (cursor.field !== field) continue;
    const piece = fixedBytes(cursor);
    if (at + piece.byteLength > byteLength) throw wrongCount(record);
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  if (at !== byteLength) throw wrongCount(record);
  return bytes;
}

function fixedBytes(cursor: ProtoCursor): Uint8Array {
  return cursor.wire === 'varint' ? new Uint8Array(0) : cursor.window.slice(cursor.offset, cursor.length);
}

/** Types below a byte are stored a packed byte an int32. */
function elementWidth(record: TensorRecord): number {
  return Math.max(bitsOf(record.dtype) / 8, 1);
}

function writeInteger(view: DataView, at: number, width: number, value: number | bigint): void {
  if (width === 8) view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
  else if (width === 4) view.setUint32(at, Number(BigInt.asUintN(32, BigInt(value))), true);
  else if (width === 2) view.setUint16(at, Number(value) & 0xffff, true);
  else view.setUint8(at, Number(value) & 0xff);
}

function wrongCount(record: TensorRecord): ModelError {
  return new ModelError(
    'corrupt',
    `Tensor "${record.name}" does not have as many elements as its shape ${record.shape.join('×')} says.`,
  );
}
