import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tfliteFormat } from '../../src/core/formats/tflite/tfliteFormat';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { ModelError } from '../../src/core/ir/errors';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { FlatbufferSchema } from '../fixtures/flatbufferSchema';
import { firstDifference } from '../fixtures/flatbufferTree';
import { readBytes } from '../fixtures/sharedFiles';
import { tfliteTree } from '../fixtures/tfliteTree';
import type { RoundTripRow } from './roundTripTable';

/** Read, write, and compare the two files by the published schema alone; then read again and write the same bytes. */
export function tfliteRoundTrip(file: string, name: string, schema: FlatbufferSchema): RoundTripRow {
  const bytes = readBytes(file);
  let written: Uint8Array;
  try {
    written = rewritten(bytes, name, path.dirname(file));
  } catch (error) {
    if (error instanceof ModelError) return { name, verdict: 'refused', detail: error.reason };
    throw error;
  }
  if (Buffer.compare(bytes, written) === 0) return { name, verdict: 'identical', detail: '' };
  const difference = firstDifference(tfliteTree(schema, bytes), tfliteTree(schema, written));
  if (difference !== null) return { name, verdict: 'wrong', detail: difference };
  const again = rewritten(written, name, path.dirname(file));
  if (Buffer.compare(again, written) !== 0) return { name, verdict: 'wrong', detail: 'written again, it changes' };
  return { name, verdict: 'same', detail: '' };
}

function rewritten(bytes: Uint8Array, name: string, folder: string): Uint8Array {
  const siblings = new Proxy<Record<string, Uint8Array>>(
    {},
    {
      get: (_, sibling) =>
        typeof sibling === 'string' ? new Uint8Array(readFileSync(path.join(folder, sibling))) : undefined,
    },
  );
  return writeTflite(tfliteFormat.read(new MemoryByteSource(bytes, name, siblings)));
}
