import { ModelError } from '../../../ir/errors';

/** Protobuf messages end at 2 GiB - 1; every implementation refuses more (protobuf.dev, "Proto Limits"). */
const MAX_MESSAGE_BYTES = 0x7fffffff;

/** Byte arrays from this size on are kept as chunks of their own and copied once, by `finish`. */
const OWN_CHUNK_BYTES = 256;

/** Bytes that are fetched only when the message is put together. */
export interface LazyBytes {
  readonly byteLength: number;
  read(): Uint8Array;
}

type Chunk = Uint8Array | LazyBytes;

const encoder = new TextEncoder();

/**
 * Writes one protobuf message as a list of chunks. Big byte fields are referred to, not copied, until `finish` makes
 * the one array; lazy ones are not even read before.
 */
export class ProtoWriter {
  readonly #chunks: Chunk[] = [];
  #pending: number[] = [];
  #length = 0;

  get byteLength(): number {
    return this.#length + this.#pending.length;
  }

  /** A varint field: int32, int64, uint64, bool, enum. Negative numbers take ten bytes, as int64 does. */
  varint(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, 5);
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#header(field, value.byteLength);
    this.#append(value);
    return this;
  }

  lazyBytes(field: number, value: LazyBytes): this {
    this.#header(field, value.byteLength);
    this.#flush();
    this.#push(value);
    return this;
  }

  message(field: number, value: ProtoWriter): this {
    this.#header(field, value.byteLength);
    return this.append(value);
  }

  packedVarints(field: number, values: readonly (number | bigint)[]): this {
    const packed = new ProtoWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  packedFloats(field: number, values: readonly number[]): this {
    return this.bytes(field, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** Adds the fields of another message after those written so far. */
  append(fields: ProtoWriter): this {
    fields.#flush();
    this.#flush();
    for (const chunk of fields.#chunks) this.#push(chunk);
    return this;
  }

  /** Adds fields that are already encoded. */
  encoded(fields: Chunk): this {
    if (fields instanceof Uint8Array) {
      this.#append(fields);
    } else {
      this.#flush();
      this.#push(fields);
    }
    return this;
  }

  /** The message in one array. Throws ModelError `too-large` above protobuf's 2 GiB. */
  finish(): Uint8Array {
    this.#flush();
    if (this.#length > MAX_MESSAGE_BYTES) {
      throw new ModelError('too-large', 'An ONNX file cannot be larger than 2 GiB without external data.');
    }
    const result = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      const bytes = chunk instanceof Uint8Array ? chunk : chunk.read();
      if (bytes.byteLength !== chunk.byteLength) {
        throw new ModelError(
          'corrupt',
          `A weight has ${bytes.byteLength} bytes where ${chunk.byteLength} were promised.`,
        );
      }
      result.set(bytes, offset);
      offset += bytes.byteLength;
    }
    return result;
  }

  #header(field: number, byteLength: number): void {
    this.#tag(field, 2);
    this.#varint(byteLength);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0) {
      this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.#pending.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#pending.push(rest);
  }

  #bigVarint(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.#pending.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#pending.push(Number(rest));
  }

  #append(bytes: Uint8Array): void {
    if (bytes.byteLength >= OWN_CHUNK_BYTES) {
      this.#flush();
      this.#push(bytes);
    } else {
      for (const byte of bytes) this.#pending.push(byte);
    }
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Uint8Array.from(this.#pending);
    this.#pending = [];
    this.#push(bytes);
  }

  #push(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
  }
}
