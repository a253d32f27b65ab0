import { describe, expect, it } from 'vitest';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import type { ByteSource } from '../../../../../src/core/ports/byteSource';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { buildFlatbuffer } from '../../../../fixtures/flatbufferBuilder';
import { parseFlatbufferSchema } from '../../../../fixtures/flatbufferSchema';
import { filesUnder, readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { reals, TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

/** The tables that a file with its weights beside the flatbuffer needs. */
const schema = parseFlatbufferSchema(`
  union None { }
  table Tensor {
    shape:[int]; type:byte; buffer:uint; name:string; quantization:Buffer; is_variable:bool; sparsity:Buffer;
    shape_signature:[int]; has_rank:bool;
  }
  table OperatorCode { deprecated_builtin_code:byte; custom_code:string; version:int = 1; builtin_code:int; }
  table Operator {
    opcode_index:uint; inputs:[int]; outputs:[int]; builtin_options:None; custom_options:[ubyte];
    custom_options_format:byte; mutating_variable_inputs:[bool]; intermediates:[int]; large_custom_options_offset:ulong;
    large_custom_options_size:ulong;
  }
  table SubGraph { tensors:[Tensor]; inputs:[int]; outputs:[int]; operators:[Operator]; name:string; }
  table Buffer { data:[ubyte]; offset:ulong; size:ulong; }
  table Model {
    version:uint; operator_codes:[OperatorCode]; subgraphs:[SubGraph]; description:string; buffers:[Buffer];
  }
`);

const custom = { deprecated_builtin_code: 32, builtin_code: 32 };

const weightsAt = 5e9;
const optionsAt = 5.5e9;

/** A file of 5.5 GB that exists nowhere: tables in front, a byte of its position everywhere else. */
class HugeFile implements ByteSource {
  readonly size = optionsAt + 300;
  readonly generation = 'made up';
  readonly name = 'huge.tflite';
  readonly reads: number[] = [];
  readonly #tables: Uint8Array;

  constructor(tables: Uint8Array) {
    this.#tables = tables;
  }

  read(offset: number, length: number): Uint8Array {
    this.reads.push(length);
    return Uint8Array.from({ length }, (_, i) => this.#tables[offset + i] ?? (offset + i) % 251);
  }

  sibling(): ByteSource {
    throw new Error('it has none');
  }
}

describe('weights and options beside the flatbuffer', () => {
  const tables = buildFlatbuffer(schema, 'Model', 'TFL3', {
    version: 3,
    operator_codes: [{ ...custom, custom_code: 'Large' }],
    subgraphs: [
      {
        tensors: [
          { shape: [4], name: 'x', has_rank: 1 },
          { shape: [25], name: 'w', buffer: 1, has_rank: 1 },
          { shape: [4], name: 'y', has_rank: 1 },
        ],
        inputs: [0],
        outputs: [2],
        operators: [
          {
            inputs: [0, 1],
            outputs: [2],
            large_custom_options_offset: BigInt(optionsAt),
            large_custom_options_size: 300n,
          },
        ],
        name: 'main',
      },
    ],
    buffers: [{}, { offset: BigInt(weightsAt), size: 100n }],
  });

  it('are read from behind 4 GiB, and only when asked for', () => {
    const file = new HugeFile(tables);
    const model = readTflite(file);
    expect(file.reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(256 * 1024);
    const graph = mainGraph(model);
    expect(graph.tensors[1]!.constant!.read()[7]).toBe((weightsAt + 7) % 251);
    const options = graph.nodes[0]!.source.attributes.custom_options as Uint8Array;
    expect([options.length, options[9]]).toEqual([300, (optionsAt + 9) % 251]);
  });

  it('are written into a file that fits, and beside one that does not', () => {
    const model = readTflite(new HugeFile(tables));
    for (const maxInsideBytes of [1e9, 0]) {
      const again = read(writeTflite(model, { maxInsideBytes }));
      expect(contentsOf(again)).toEqual(contentsOf(model));
    }
  });

  it('are refused when they lie behind the end of the file', () => {
    expect(() => read(tables)).toThrow(expect.objectContaining({ reason: 'truncated' }) as Error);
  });

  it('take long options of custom operators along', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const y = b.activation('y', 'float32', [4]);
    const z = b.activation('z', 'float32', [4]);
    const long = new Uint8Array(reals(40_000, 3).buffer);
    const model = b.customNode('ethos-u', [x], [y], long).customNode('Short', [y], [z], long.subarray(0, 9)).model();
    expect(mainGraph(model).nodes[0]!.source.attributes.custom_options).toEqual({ text: '160000 bytes' });
    const inside = writeTflite(model);
    const beside = writeTflite(model, { maxInsideBytes: 0 });
    for (const file of [inside, beside]) {
      const [first, second] = mainGraph(read(writeTflite(read(file)))).nodes;
      expect((first!.fileParts as { customOptions: { read(): Uint8Array } }).customOptions.read()).toEqual(long);
      expect(second!.source.attributes.custom_options).toEqual(long.subarray(0, 9));
    }
  });
});

describe('code that follows the model', () => {
  const code = Uint8Array.from({ length: 400 }, (_, i) => (i * 7) % 255);

  /** As LiteRT builds them: a map of 64-bit numbers, keys in order. */
  function dispatchOptions(offset: number): Uint8Array {
    const text = Buffer.from('bytecode_offset\0bytecode_size\0');
    const keys = Buffer.alloc(8 + 16);
    keys.writeBigUInt64LE(2n, 0);
    const head = Buffer.concat([text, Buffer.alloc(2)]);
    keys.writeBigUInt64LE(BigInt(head.length + 8), 8);
    keys.writeBigUInt64LE(BigInt(head.length + 16 - 16), 16);
    const map = Buffer.alloc(24 + 16 + 2);
    map.writeBigUInt64LE(16n, 0);
    map.writeBigUInt64LE(8n, 8);
    map.writeBigUInt64LE(2n, 16);
    map.writeBigUInt64LE(BigInt(offset), 24);
    map.writeBigUInt64LE(BigInt(code.length), 32);
    map.set([(2 << 2) | 3, (2 << 2) | 3], 40);
    const root = Buffer.from([18, (9 << 2) | 3, 1]);
    return new Uint8Array(Buffer.concat([head, keys, map, root]));
  }

  function fileWithCode(name: string): Uint8Array {
    const build = (offset: number): Uint8Array => {
      const b = new TfliteBuilder();
      const x = b.input(name, 'float32', [4]);
      const y = b.activation('y', 'float32', [4]);
      return b.customNode('DISPATCH_OP', [x], [y], dispatchOptions(offset)).outputs(y).bytes();
    };
    const start = Math.ceil(build(0).length / 16) * 16;
    const file = new Uint8Array(start + code.length);
    file.set(build(start));
    file.set(code, start);
    return file;
  }

  function codeOf(file: Uint8Array): Uint8Array {
    const options = mainGraph(read(file)).nodes[0]!.source.attributes.custom_options as Uint8Array;
    const offset = Number(new DataView(options.buffer, options.byteOffset).getBigUint64(32 + 24 + 24, true));
    return file.subarray(offset, offset + code.length);
  }

  it('is still where its operator says when the tables grow', () => {
    const file = fileWithCode('x');
    expect(codeOf(file)).toEqual(code);
    const model = read(file);
    const graph = mainGraph(model);
    const renamed = graph.tensors.map((tensor) => ({
      ...tensor,
      name: `${tensor.name} of a much longer name`.repeat(5),
    }));
    const grown = writeTflite({ ...model, graphs: [{ ...graph, tensors: renamed }] });
    expect(grown.length).toBeGreaterThan(file.length + 100);
    expect(codeOf(grown)).toEqual(code);
    expect(codeOf(writeTflite(model, { maxInsideBytes: 0 }))).toEqual(code);
  });
});

const models = sharedPath('models/litert-testdata');

describe.skipIf(models === null)('real models compiled for an NPU', () => {
  it('have their code where they say, rewritten', () => {
    let found = 0;
    for (const file of models === null ? [] : filesUnder(models, 'precompiled.tflite', 'sm8750.tflite')) {
      const before = readBytes(file);
      const after = writeTflite(read(before));
      const [from, to] = [before, after].map(bytecodeOffset);
      if (from === null || to === null) continue;
      expect(to! % 16).toBe(0);
      expect(Buffer.compare(before.subarray(from), after.subarray(to))).toBe(0);
      found++;
    }
    console.log(`${found} models with code for an NPU, rewritten`);
    expect(found).toBeGreaterThan(4);
  });

  /** Straight from the bytes: the number before the size of the code, in a map of three. */
  function bytecodeOffset(file: Uint8Array): number | null {
    const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const text = buffer.indexOf('bytecode_offset');
    if (text < 0) return null;
    for (let at = text; at < text + 160; at++) {
      if (buffer.readBigUInt64LE(at) !== 3n) continue;
      const offset = Number(buffer.readBigUInt64LE(at + 8));
      const length = Number(buffer.readBigUInt64LE(at + 16));
      if (offset > 500 && offset + length <= file.length && length > 500) return offset;
    }
    return null;
  }
});

function read(bytes: Uint8Array): Model {
  return readTflite(new MemoryByteSource(bytes, 'beside.tflite'));
}

function contentsOf(model: Model): unknown {
  const graph = mainGraph(model);
  const weights = graph.tensors.map(({ name, constant }) => [name, constant ? Buffer.from(constant.read()) : null]);
  return { weights, attributes: graph.nodes.map((node) => node.source.attributes) };
}
