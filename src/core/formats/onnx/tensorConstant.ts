import { ModelError } from '../../ir/errors';
import type { ConstantData } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import { decodeStrings, decodeTyped, packTexts, packedStringBytes } from './decodeTyped';
import { TENSOR } from './onnxFields';
import type { ExternalData, TensorRecord } from './parseTensor';
import { denseBytes } from './parseTensor';

/** A TensorProto of the file as a constant: nothing is read before `read`. */
export class TensorConstant implements ConstantData {
  readonly record: TensorRecord;
  readonly byteLength: number;
  readonly storedBytes: number;
  readonly externalBytes: number;
  readonly key: string;

  constructor(record: TensorRecord) {
    this.record = record;
    this.byteLength = byteLengthOf(record);
    // A length that is not what the shape needs is refused by `read`: what counts is what is read.
    this.externalBytes = record.external ? this.byteLength : 0;
    this.storedBytes = record.external ? this.byteLength : (record.raw?.length ?? record.typed?.storedBytes ?? 0);
    this.key = record.external
      ? `onnx:${record.external.location}:${record.external.offset}:${this.byteLength}`
      : `onnx:${record.range.offset}`;
  }

  /**
   * Throws ModelError `corrupt` when data and shape disagree, `missing-external-data` or `outside-folder` when the
   * data is in a file that cannot be read.
   */
  read(): Uint8Array {
    const { record } = this;
    if (record.external) return readExternal(record, record.external, this.byteLength);
    if (record.dtype === 'string') return decodeStrings(record);
    const expected = denseBytes(record);
    if (record.raw) {
      if (record.raw.length !== expected) throw wrongLength(record, record.raw.length, expected);
      return record.range.source.read(record.raw.offset, expected);
    }
    return expected === 0 ? new Uint8Array(0) : decodeTyped(record, expected);
  }
}

/** The value of a Constant node that is written as a number, a list or a text. */
export class LiteralConstant implements ConstantData {
  readonly byteLength: number;
  readonly storedBytes: number;
  readonly key: string;
  readonly #bytes: Uint8Array;

  constructor(key: string, bytes: Uint8Array) {
    this.key = key;
    this.#bytes = bytes;
    this.byteLength = bytes.byteLength;
    this.storedBytes = bytes.byteLength;
  }

  read(): Uint8Array {
    return this.#bytes;
  }

  static floats(key: string, values: readonly number[]): LiteralConstant {
    return new LiteralConstant(key, new Uint8Array(Float32Array.from(values).buffer));
  }

  static ints(key: string, values: readonly (number | bigint)[]): LiteralConstant {
    return new LiteralConstant(key, new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer));
  }

  static texts(key: string, values: readonly string[]): LiteralConstant {
    return new LiteralConstant(key, packTexts(values));
  }
}

/**
 * The file beside the model that holds a tensor's bytes. Throws ModelError `outside-folder` for a location that leaves
 * the model's folder, `missing-external-data` when there is no such file.
 */
export function externalFile(source: ByteSource, location: string): ByteSource {
  const parts = location.split(/[\\/]/);
  if (parts.includes('..') || /^([\\/]|[A-Za-z]:)/.test(location) || location.includes('\0')) {
    throw new ModelError(
      'outside-folder',
      `${source.name} refers to ${JSON.stringify(location)}, which is outside its folder; such files are not read.`,
    );
  }
  if (location === '') {
    throw new ModelError('missing-external-data', `${source.name} has weights in another file but does not name it.`);
  }
  return source.sibling(location);
}

function byteLengthOf(record: TensorRecord): number {
  if (record.dtype !== 'string') return denseBytes(record);
  const stored = record.typed?.storedBytes ?? 0;
  return packedStringBytes(countStrings(record), stored);
}

function countStrings(record: TensorRecord): number {
  let count = 0;
  for (const cursor = record.range.cursor(); cursor.next();) {
    if (cursor.field === TENSOR.stringData && cursor.wire === 'bytes') count++;
  }
  return count;
}

function readExternal(record: TensorRecord, external: ExternalData, byteLength: number): Uint8Array {
  if (external.length !== null && external.length !== byteLength) {
    throw wrongLength(record, external.length, byteLength);
  }
  const file = externalFile(record.range.source, external.location);
  if (!(external.offset + byteLength <= file.size)) {
    throw new ModelError(
      'truncated',
      `${file.name} ends early: tensor "${record.name}" lies at byte ${external.offset} of ${file.size}.`,
    );
  }
  return file.read(external.offset, byteLength);
}

function wrongLength(record: TensorRecord, found: number, expected: number): ModelError {
  return new ModelError(
    'corrupt',
    `Tensor "${record.name}" has ${found} bytes of data, its shape ${record.shape.join('×')} needs ${expected}.`,
  );
}
