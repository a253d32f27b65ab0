import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import { MemoryByteSource } from '../../ports/memoryByteSource';
import type { Format } from '../format';
import { tfliteFormat } from '../tflite/tfliteFormat';
import type { ByteArray } from './byteArrays';
import { byteArrays } from './byteArrays';

/** The identifier TFL3 of a TFLite flatbuffer, at byte 4. */
const IDENTIFIER = [0x54, 0x46, 0x4c, 0x33];

/** A TFLite model pasted into a program, as `xxd -i` and the exporters of TinyML tools write it. */
export const cArrayFormat: Format = {
  id: 'c-array',
  extensions: ['.cc', '.c', '.h', '.cpp', '.hpp', '.cxx', '.ino'],
  byNameOnly: true,
  readOnly: 'save the array as a .tflite file first',
  matches: () => false,
  read: readCArray,
};

function readCArray(source: ByteSource): Model {
  let arrays = 0;
  const models: ByteArray[] = [];
  let kept: Uint8Array | null = null;
  for (const array of byteArrays(source, (head) => kept === null && isModel(head))) {
    arrays++;
    kept ??= array.bytes;
    if (isModel(array.head)) models.push({ ...array, bytes: null });
  }
  const [first, ...others] = models;
  if (!first || !kept) throw noModel(source, arrays);
  const model = tfliteFormat.read(new MemoryByteSource(kept, source.name));
  const where = `The model is the array ${nameOf(first)} of ${source.name}: ${kept.byteLength.toLocaleString('en')} bytes.`;
  return { ...model, notes: [where, ...otherModels(others), ...model.notes] };
}

function isModel(head: Uint8Array): boolean {
  return IDENTIFIER.every((byte, index) => head[4 + index] === byte);
}

function otherModels(others: readonly ByteArray[]): readonly string[] {
  if (others.length === 0) return [];
  const [first] = others;
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  return [`The file holds other models too, which are not shown: ${nameOf(first!)}${more}.`];
}

function nameOf({ name }: ByteArray): string {
  return name === '' ? 'without a name' : name;
}

function noModel(source: ByteSource, arrays: number): ModelError {
  if (source.size === 0) return new ModelError('empty', `${source.name} is empty.`);
  const why =
    arrays === 0 ? 'it holds no array of bytes' : 'none of its arrays of bytes begins as a TensorFlow Lite model does';
  return new ModelError('not-a-model', `${source.name} holds no model: ${why}.`);
}
