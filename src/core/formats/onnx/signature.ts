import type { ByteSource } from '../../ports/byteSource';
import { ModelError } from '../../ir/errors';
import { MODEL } from './onnxFields';
import { ByteWindow } from './protobuf/byteWindow';
import type { WireType } from './protobuf/protoCursor';
import { ProtoCursor } from './protobuf/protoCursor';

/** A ModelProto has a few fields before or after its graph; enough to tell it from other data. */
const MAX_FIELDS_LOOKED_AT = 16;

/** IR versions count up by about one a year and stand at 14 (2026). */
const MAX_IR_VERSION = 1000;

const WIRES: ReadonlyMap<number, WireType> = new Map(
  Object.entries(MODEL).map(([name, field]) => [
    field,
    name === 'irVersion' || name === 'modelVersion' ? 'varint' : 'bytes',
  ]),
);

/**
 * True when the first bytes read as a ModelProto: only fields it has, of the right wire type, with a plausible IR
 * version, and its graph or opsets among them. ONNX has no magic number.
 */
export function looksLikeOnnx(source: ByteSource): boolean {
  const seen = new Set<number>();
  try {
    const cursor = new ProtoCursor(new ByteWindow(source), 0, source.size);
    for (let count = 0; count < MAX_FIELDS_LOOKED_AT && cursor.next(); count++) {
      if (WIRES.get(cursor.field) !== cursor.wire) return false;
      if (cursor.field === MODEL.irVersion && !isPlausibleVersion(cursor.number())) return false;
      seen.add(cursor.field);
    }
  } catch (error) {
    // A model cut short is a model still: its reader says what is wrong.
    return error instanceof ModelError && error.reason === 'truncated' && seen.has(MODEL.irVersion);
  }
  return seen.has(MODEL.irVersion) ? seen.size > 1 : seen.has(MODEL.graph) && seen.has(MODEL.opsetImport);
}

function isPlausibleVersion(version: number): boolean {
  return version >= 1 && version <= MAX_IR_VERSION;
}
