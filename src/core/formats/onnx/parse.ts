import type { ByteSource } from '../../ports/byteSource';
import { ByteWindow } from './protobuf/byteWindow';
import { ENTRY } from './onnxFields';
import type { ProtoCursor } from './protobuf/protoCursor';

/** What one reading of a file shares: the window over its bytes, and what was noticed on the way. */
export class Parse {
  readonly source: ByteSource;
  readonly window: ByteWindow;
  /** Fields of no number this reader knows: they are kept for the writer, and counted for the user. */
  unknownFields = 0;
  readonly #notes = new Set<string>();

  constructor(source: ByteSource) {
    this.source = source;
    this.window = new ByteWindow(source);
  }

  /** Says something to the user, once. */
  note(text: string): void {
    this.#notes.add(text);
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }
}

/** Reads a StringStringEntryProto. */
export function parseEntry(cursor: ProtoCursor): { readonly key: string; readonly value: string } {
  let key = '';
  let value = '';
  while (cursor.next()) {
    if (cursor.field === ENTRY.key) key = cursor.text();
    else if (cursor.field === ENTRY.value) value = cursor.text();
  }
  return { key, value };
}
