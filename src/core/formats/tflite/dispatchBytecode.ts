/** Custom operator of LiteRT that runs code compiled for an NPU, which lies behind the flatbuffer. */
export const dispatchOperator = 'DISPATCH_OP';

/** FlexBuffers' types, of which a packed type holds one above two bits of width. */
const flexUnsigned = 2;
const flexMap = 9;

/** Where the options of a DISPATCH_OP state where its code lies. */
interface BytecodePlace {
  /** Position in the options of the 64-bit number that states it. */
  readonly at: number;
  /** Position of the code from the start of the file. */
  readonly offset: number;
}

/**
 * The options are a FlexBuffer map whose numbers are 64 bits wide, so that they can be changed in place. Source: LiteRT
 * litert/core/dispatch_op_schema.cc; FlexBuffers' binary format. Null for options of another form.
 */
export function bytecodePlace(options: Uint8Array): BytecodePlace | null {
  const view = new DataView(options.buffer, options.byteOffset, options.byteLength);
  const rootWidth = options.at(-1) ?? 0;
  const root = options.length - 2 - rootWidth;
  if ((options.at(-2) ?? 0) >> 2 !== flexMap) return null;
  const width = 1 << ((options.at(-2) ?? 0) & 3);
  const start = root - unsignedAt(view, root, rootWidth);
  const keysAt = start - 3 * width;
  const keyWidth = unsignedAt(view, start - 2 * width, width);
  const keys = keysAt - unsignedAt(view, keysAt, width);
  const count = unsignedAt(view, start - width, width);
  if (width !== 8 || !(count <= options.length / width)) return null;
  for (let i = 0; i < count; i++) {
    const key = keys + i * keyWidth - unsignedAt(view, keys + i * keyWidth, keyWidth);
    if (textAt(options, key) !== 'bytecode_offset') continue;
    const type = options[start + count * width + i] ?? 0;
    const at = start + i * width;
    return type >> 2 === flexUnsigned ? { at, offset: unsignedAt(view, at, width) } : null;
  }
  return null;
}

/** The options with the code at another place. */
export function withBytecodeAt(options: Uint8Array, { at }: BytecodePlace, offset: number): Uint8Array {
  const moved = options.slice();
  new DataView(moved.buffer).setBigUint64(at, BigInt(offset), true);
  return moved;
}

/** NaN outside the bytes. */
function unsignedAt(view: DataView, at: number, width: number): number {
  if (!(at >= 0 && at + width <= view.byteLength)) return NaN;
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true);
  if (width === 4) return view.getUint32(at, true);
  return width === 8 ? Number(view.getBigUint64(at, true)) : NaN;
}

function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return start >= 0 && end >= 0 ? String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 64))) : '';
}
