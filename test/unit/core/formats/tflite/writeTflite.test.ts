import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import { perTensor } from '../../../../../src/core/ir/quantization';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { tfliteFormat } from '../../../../../src/core/formats/tflite/tfliteFormat';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { filesUnder, readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import {
  floatConvDense,
  floatDepthwiseResidual,
  hybridConvDense,
  int8ConvDense,
  TfliteBuilder,
} from '../../../../fixtures/tfliteBuilder';

const networks = { floatConvDense, floatDepthwiseResidual, hybridConvDense, int8ConvDense };

function read(bytes: Uint8Array): Model {
  return tfliteFormat.read(new MemoryByteSource(bytes, 'm.tflite'));
}

/**
 * Everything a model says but where its bytes lie, bytes of constants read, buffer numbers replaced by the order in
 * which they are met.
 */
function meaning(model: Model): unknown {
  const keys = new Map<string, number>();
  const numberOf = (key: string) => {
    if (!keys.has(key)) keys.set(key, keys.size);
    return keys.get(key);
  };
  const expand = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(expand);
    const entries = Object.entries(value).map(([name, part]) => {
      if (name === 'position' && 'read' in value) return [name, 0];
      if (name === 'key' && 'read' in value) return [name, numberOf(String(part))];
      if (name === 'read' && typeof part === 'function') return [name, contents(part as () => Uint8Array)];
      return [name, expand(part)];
    });
    return Object.fromEntries(entries) as unknown;
  };
  return expand({ ...model, fileBytes: 0, fileUse: undefined });
}

function contents(readBytesOf: () => Uint8Array): string {
  try {
    return Buffer.from(readBytesOf()).toString('base64');
  } catch (error) {
    return String(error);
  }
}

describe('writeTflite', () => {
  it.each(Object.entries(networks))('writes %s so that it reads back the same', (_, build) => {
    const model = build().model();
    expect(meaning(read(writeTflite(model)))).toEqual(meaning(model));
  });

  it('is stable: writing what was read gives the same bytes', () => {
    const once = writeTflite(int8ConvDense().model());
    expect(writeTflite(read(once))).toEqual(once);
  });

  it('aligns constants to 16 bytes and leaves buffer 0 empty', () => {
    const bytes = int8ConvDense().bytes();
    const offsets: number[] = [];
    const memory = new MemoryByteSource(bytes);
    const model = tfliteFormat.read({
      size: memory.size,
      generation: 'memory',
      name: 'm',
      sibling: (name: string) => memory.sibling(name),
      read(offset: number, length: number) {
        offsets.push(offset);
        return memory.read(offset, length);
      },
    });
    for (const tensor of mainGraph(model).tensors) {
      if (!tensor.constant) continue;
      tensor.constant.read();
      expect(offsets.at(-1)! % 16).toBe(0);
      expect(tensor.constant.key).not.toBe('buffer:0');
    }
    expect(String.fromCharCode(...bytes.subarray(4, 8))).toBe('TFL3');
  });

  it('keeps signatures, metadata, custom options, variables and operator codes above 127', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 4]);
    const state = b.activation('state', 'float32', [1, 4], { isVariable: true });
    const y = b.activation('y', 'float32', [1, 4]);
    const z = b.activation('z', 'float32', [1, 4]);
    b.node('GELU', [x], [y], { approximate: true }).customNode('Mine', [y, state], [z], Uint8Array.of(9, 8, 7));
    b.signature('serve', { first: x }, { last: z }).metadata(
      'min_runtime_version',
      new TextEncoder().encode('2.9.0\0\0'),
    );
    const model = b.outputs(z).model();
    expect(model.signatures).toEqual([{ key: 'serve', graph: 0, inputs: { first: x }, outputs: { last: z } }]);
    expect(model.metadata).toMatchObject([{ name: 'min_runtime_version', byteLength: 7, text: '2.9.0' }]);
    expect(mainGraph(model).nodes.map((node) => [node.source.op, node.op.kind])).toEqual([
      ['GELU', 'Activation'],
      ['Mine', 'Opaque'],
    ]);
    expect(mainGraph(model).tensors[state]!.isVariable).toBe(true);
    expect(meaning(read(writeTflite(model)))).toEqual(meaning(model));
  });

  it('puts constants beside the flatbuffer when they are too many for it', () => {
    const model = int8ConvDense().model();
    const beside = writeTflite(model, { maxInsideBytes: 0 });
    expect(meaning(read(beside))).toEqual(meaning(model));
  });

  it('forgets kept parts that a transform has made untrue', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'int8', [1, 2], { quantization: perTensor(0.5, 3) });
    const model = b.outputs(x).model();
    const graph = mainGraph(model);
    const [tensor] = graph.tensors;
    const kept = {
      quantization: {
        min: Float32Array.of(-1),
        max: Float32Array.of(1),
        scale: Float32Array.of(0.5),
        zero_point: Int32Array.of(3),
        details: null,
        quantized_dimension: 0,
      },
    };
    const withParts = { ...tensor!, fileParts: { dtype: 'int8', record: kept } };
    const rewrite = (changed: typeof withParts | typeof tensor) =>
      mainGraph(read(writeTflite({ ...model, graphs: [{ ...graph, tensors: [changed!] }] }))).tensors[0]!;
    expect(rewrite(withParts).fileParts).toEqual({ dtype: 'int8', record: kept });
    expect(rewrite({ ...withParts, quantization: perTensor(0.25, 0) }).quantization).toEqual(perTensor(0.25, 0));
    expect(rewrite({ ...withParts, quantization: perTensor(0.25, 0) }).fileParts).toBeUndefined();
    expect(rewrite({ ...withParts, dtype: 'float32', quantization: null }).quantization).toBeNull();
  });

  it('refuses operators and element types that TFLite has not, with the list', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const y = b.activation('y', 'float32', [4]);
    expect(() => b.node('LeakyRelu', [x], [y]).bytes()).toThrow(
      expect.objectContaining({ reason: 'unsupported-operator', details: ['LeakyRelu'] }) as Error,
    );
    const c = new TfliteBuilder();
    c.input('x', 'float8e8m0', [4]);
    expect(() => c.bytes()).toThrow(expect.objectContaining({ reason: 'unsupported-dtype' }) as Error);
  });
});

const models = sharedPath('models');

describe.skipIf(models === null)('real files', () => {
  const files = models === null ? [] : filesUnder(models, '.tflite', '.bin').filter(isTflite);

  it('survive read, write, read', () => {
    let nodes = 0;
    for (const file of files) {
      const model = read(readBytes(file));
      if (model.notes.some((note) => note.includes('not in execution order')) || hasPlaces(model)) continue;
      expect(meaning(read(writeTflite(model))), file).toEqual(meaning(model));
      nodes += model.graphs.reduce((sum, graph) => sum + graph.nodes.length, 0);
    }
    console.log(`${files.length} TFLite files with ${nodes} operators read, written and read again`);
    expect(files.length).toBeGreaterThan(200);
  });

  it('have the figures that were measured elsewhere', () => {
    const reference = sharedPath('reference/reference-models.json');
    if (reference === null) return;
    const figures = JSON.parse(new TextDecoder().decode(readBytes(reference))) as Reference[];
    let compared = 0;
    for (const figure of figures) {
      if (figure.n_ops === undefined) continue;
      const file = files.find((candidate) => path.basename(candidate) === path.basename(figure.path));
      if (!file || readBytes(file).length !== figure.file_bytes) continue;
      expect(figuresOf(read(readBytes(file))), file).toEqual({
        n_ops: figure.n_ops,
        ops: figure.ops,
        inputs: figure.inputs,
        outputs: figure.outputs,
      });
      compared++;
    }
    console.log(`${compared} of ${figures.length} reference models compared`);
    expect(compared).toBeGreaterThan(10);
  });
});

/** Options that state a place in the file change when the file does; they have a test of their own. */
function hasPlaces(model: Model): boolean {
  return model.graphs.some(({ nodes }) => nodes.some((node) => node.source.op === 'DISPATCH_OP'));
}

interface Reference {
  readonly path: string;
  readonly file_bytes: number;
  /** Absent where the file was only weighed. */
  readonly n_ops?: number;
  readonly ops: Readonly<Record<string, number>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function figuresOf(model: Model) {
  const graph = mainGraph(model);
  const ops: Record<string, number> = {};
  for (const { source } of graph.nodes) ops[source.op] = (ops[source.op] ?? 0) + 1;
  const port = (id: number) => {
    const { dtype, shape } = graph.tensors[id]!;
    return `${dtype.toUpperCase()}[${(shape ?? []).map((dim) => dim ?? 1).join(', ')}]`;
  };
  return { n_ops: graph.nodes.length, ops, inputs: graph.inputs.map(port), outputs: graph.outputs.map(port) };
}

/** Test data holds broken files on purpose; those without subgraphs or identifier have tests of their own. */
function isTflite(file: string): boolean {
  const bytes = readBytes(file);
  return String.fromCharCode(...bytes.subarray(4, 8)) === 'TFL3' && !/\d?no_subgraphs|0_subgraphs/.test(file);
}
