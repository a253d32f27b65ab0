import { ByteWindow } from '../protobuf/byteWindow';
import type { ProtoCursor } from '../protobuf/protoCursor';
import { ProtoWriter } from '../protobuf/protoWriter';
import { ProtoRange } from '../protoRange';

/** Fields longer than this are copied only when the file is put together. */
const LAZY_BYTES = 16 * 1024;

/** Copies the cursor's current field, tag and all, as it is. */
export function copyField(to: ProtoWriter, cursor: ProtoCursor): void {
  const { fieldStart, fieldEnd, window } = cursor;
  const byteLength = fieldEnd - fieldStart;
  if (byteLength > LAZY_BYTES) {
    to.encoded({ byteLength, read: () => window.source.read(fieldStart, byteLength) });
  } else {
    to.encoded(window.slice(fieldStart, byteLength));
  }
}

/** A message with some of its fields left out or changed: `rewrite` returns true when it took care of a field. */
export function rewritten(
  cursor: ProtoCursor,
  rewrite: (cursor: ProtoCursor, to: ProtoWriter) => boolean,
): ProtoWriter {
  const to = new ProtoWriter();
  while (cursor.next()) if (!rewrite(cursor, to)) copyField(to, cursor);
  return to;
}

/** The place in its file that an object of the IR was read from; null for objects made by a transform. */
export function rangeOf(raw: unknown, message: ProtoRange['message']): ProtoRange | null {
  return raw instanceof ProtoRange && raw.message === message ? raw : null;
}

/** A cursor with a window of its own. */
export function cursorOf(range: ProtoRange): ProtoCursor {
  return range.cursor(new ByteWindow(range.source));
}
