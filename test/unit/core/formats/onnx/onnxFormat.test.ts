import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../../src/core/answers/inspect';
import { profile } from '../../../../../src/core/answers/profile';
import { OnnxBuilder, OnnxGraphBuilder } from '../../../../../src/core/formats/onnx/onnxBuilder';
import { onnxFormat } from '../../../../../src/core/formats/onnx/onnxFormat';
import { writeOnnx } from '../../../../../src/core/formats/onnx/writeOnnx';
import { ModelError } from '../../../../../src/core/ir/errors';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import { verify } from '../../../../../src/core/ir/verify';
import type { ByteSource } from '../../../../../src/core/ports/byteSource';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { runtimeById } from '../../../../../src/core/targets/runtimes';
import {
  branchNet,
  externalDataNet,
  floatBytes,
  int64Bytes,
  qdqNet,
  tinyConvNet,
} from '../../../../fixtures/onnxModels';

function read(bytes: Uint8Array, files: Readonly<Record<string, Uint8Array>> = {}): Model {
  return onnxFormat.read(new MemoryByteSource(bytes, 'model.onnx', files));
}

function opOf(builder: OnnxBuilder): unknown {
  return mainGraph(read(builder.build())).nodes.at(-1)?.op;
}

const builder = (opset = 17): OnnxBuilder => new OnnxBuilder({ opset }).input('x', 'float32', [1, 4, 6, 6]);

describe('reading ONNX', () => {
  it('gives names, types, symbols and the operators of our vocabulary', () => {
    const model = read(tinyConvNet());
    const graph = mainGraph(model);
    expect(model).toMatchObject({ producer: 'fixture', opsets: { '': 17 }, formatVersion: 'ONNX, IR 8', notes: [] });
    expect(model.metadata).toEqual([{ name: 'author', byteLength: 16, text: 'a test' }]);
    expect(graph.inputs.map((id) => graph.tensors[id])).toMatchObject([{ name: 'x', shape: ['N', 3, 8, 8] }]);
    expect(graph.nodes.map((node) => node.op.kind)).toEqual([
      'Conv2d',
      'Activation',
      'DepthwiseConv2d',
      'GlobalPool',
      'Flatten',
      'FullyConnected',
    ]);
    expect(graph.nodes[0]).toMatchObject({
      source: { op: 'Conv', name: 'first', attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
      op: { padding: { kind: 'explicit', begin: [1, 1], end: [1, 1] }, strides: [2, 2], groups: 1, layout: 'NCHW' },
    });
    expect(verify(model)).toEqual([]);
  });

  it('does not read weights', () => {
    const weights = 4_000_000;
    const bytes = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', [weights])
      .initializer('w', 'float32', [weights], new Uint8Array(4 * weights))
      .node('Add', ['x', 'w'], ['y'])
      .output('y', 'float32', [weights])
      .build();
    const source = new CountingSource(bytes);
    const { constant } = mainGraph(onnxFormat.read(source)).tensors.find((tensor) => tensor.name === 'w')!;
    expect(source.bytesRead).toBeLessThan(100_000);
    expect(constant).toMatchObject({ byteLength: 4 * weights, storedBytes: 4 * weights });
    expect(constant?.read().byteLength).toBe(4 * weights);
  });

  it('numbers bodies as graphs and marks what they capture', () => {
    const model = read(branchNet());
    expect(mainGraph(model).nodes[0]?.op).toEqual({ kind: 'If', bodies: [1, 2] });
    expect(model.graphs.map((graph) => graph.name)).toEqual(['graph', 'Add branch', 'Sub branch']);
    const captured = model.graphs[2]!.tensors.filter((tensor) => tensor.captured).map((tensor) => tensor.name);
    expect(captured).toEqual(['x', 'one']);
  });

  it('opens a model whose external data is missing, and says so', () => {
    const { model: bytes, files } = externalDataNet();
    const complete = read(bytes, files);
    const weights = mainGraph(complete).tensors.find((tensor) => tensor.name === 'w')!.constant!;
    expect([...new Float32Array(weights.read().slice().buffer)]).toEqual([1, 2, 3, 4]);
    expect(complete.notes).toEqual(['1 tensor is in weights.bin (24 bytes).']);
    expect(inspect(complete)).toMatchObject({ weightBytes: 16, fileBytes: bytes.byteLength });
    const { flash } = profile(complete, { board: null, runtime: runtimeById('tflm')! });
    expect(flash).toMatchObject({ weights: 16, model: bytes.byteLength + 16 });
    const missing = read(bytes);
    expect(missing.notes[0]).toContain('weights.bin');
    const constant = mainGraph(missing).tensors.find((tensor) => tensor.name === 'w')!.constant!;
    expect(() => constant.read()).toThrow(expect.objectContaining({ reason: 'missing-external-data' }));
  });

  it.each(['../secret', '/etc/passwd', 'C:\\secret', 'a/../../b', '\\\\host\\share'])(
    'refuses weights at %s',
    (location) => {
      const { model, files } = externalDataNet(location);
      expect(() => read(model, files)).toThrow(expect.objectContaining({ reason: 'outside-folder' }));
    },
  );

  it('maps operators by the rules of their opset', () => {
    const relu = builder().node('Softmax', ['x'], ['y']);
    expect(opOf(relu)).toEqual({ kind: 'Softmax', axis: -1, beta: 1, flattened: false });
    expect(opOf(builder(12).node('Softmax', ['x'], ['y']))).toEqual({
      kind: 'Softmax',
      axis: 1,
      beta: 1,
      flattened: true,
    });
    expect(opOf(builder(9).node('Slice', ['x'], ['y'], { intLists: { starts: [1], ends: [3], axes: [2] } }))).toEqual({
      kind: 'Slice',
      begin: [1],
      end: [3],
      strides: [1],
      axes: [2],
      shrink: [],
    });
    const slice = builder()
      .initializer('begin', 'int64', [2], int64Bytes([0, -1]))
      .initializer('end', 'int64', [2], int64Bytes([2, 9]))
      .node('Slice', ['x', 'begin', 'end'], ['y']);
    expect(opOf(slice)).toMatchObject({ begin: [0, -1], end: [2, 9], strides: [1, 1], axes: [0, 1] });
    expect(opOf(builder(13).node('ReduceMean', ['x'], ['y'], { intLists: { axes: [1] } }))).toMatchObject({
      axes: [1],
    });
    const clip = builder()
      .initializer('six', 'float32', [], floatBytes([6]))
      .node('Clip', ['x', '', 'six'], ['y']);
    expect(opOf(clip)).toEqual({ kind: 'Activation', fn: 'clip', max: 6 });
    expect(opOf(builder().node('toString', ['x'], ['y']))).toEqual({ kind: 'Opaque', bodies: [] });
    expect(opOf(builder().node('Relu', ['x'], ['y'], {}, 'com.example'))).toEqual({ kind: 'Opaque', bodies: [] });
  });

  it('shows Constant nodes as constants', () => {
    const model = read(
      builder()
        .node('Constant', [], ['c'], { intLists: { value_ints: [3, -4] } })
        .build(),
    );
    const tensor = mainGraph(model).tensors.find(({ name }) => name === 'c')!;
    expect(tensor).toMatchObject({ dtype: 'int64', shape: [2] });
    expect([...new BigInt64Array(tensor.constant!.read().slice().buffer)]).toEqual([3n, -4n]);
  });
});

describe('odd and hostile files', () => {
  it('sorts nodes that are out of order and refuses cycles', () => {
    const model = read(builder().node('Relu', ['a'], ['y']).node('Abs', ['x'], ['a']).build());
    expect(mainGraph(model).nodes.map((node) => [node.source.op, node.source.index])).toEqual([
      ['Abs', 1],
      ['Relu', 0],
    ]);
    expect(model.notes).toHaveLength(1);
    const cyclic = builder().node('Relu', ['b'], ['a'], {}, '', 'first').node('Abs', ['a'], ['b']).build();
    expect(() => read(cyclic)).toThrow(expect.objectContaining({ reason: 'cyclic' }));
    expect(() => read(cyclic)).toThrow('"first"');
  });

  it('shows a model with inputs that nothing produces', () => {
    const model = read(builder().node('Relu', ['ghost'], ['y']).build());
    expect(model.notes).toEqual([expect.stringContaining('"ghost"')]);
    expect(verify(model)).toEqual([]);
  });

  it('reads a chain of 10,000 nodes', () => {
    const chain = builder();
    for (let index = 0; index < 10_000; index++)
      chain.node('Relu', [index === 0 ? 'x' : `v${index}`], [`v${index + 1}`]);
    const model = read(chain.build());
    expect(mainGraph(model).nodes).toHaveLength(10_000);
    expect(mainGraph(read(writeOnnx(model))).nodes).toHaveLength(10_000);
  });

  it('refuses bodies nested without end', () => {
    let body = new OnnxGraphBuilder('innermost').node('Relu', ['x'], ['y']);
    for (let depth = 0; depth < 60; depth++) {
      body = new OnnxGraphBuilder(`depth ${depth}`).node('Loop', [], ['y'], { graphs: { body } });
    }
    const bytes = builder().node('Loop', [], ['y'], { graphs: { body } }).build();
    expect(() => read(bytes)).toThrow(expect.objectContaining({ reason: 'too-deep' }));
  });

  it('says what is wrong with files that are no models', () => {
    const reasonOf = (text: string): unknown => {
      try {
        return read(new TextEncoder().encode(text));
      } catch (error) {
        return error instanceof ModelError ? error.reason : error;
      }
    };
    expect(reasonOf('')).toBe('empty');
    expect(reasonOf('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')).toBe('lfs-pointer');
    const whole = tinyConvNet();
    expect(() => read(whole.subarray(0, whole.length - 40))).toThrow(expect.objectContaining({ reason: 'truncated' }));
  });

  it('tells models from other bytes', () => {
    const matches = (bytes: Uint8Array): boolean => onnxFormat.matches(new MemoryByteSource(bytes));
    for (const bytes of [tinyConvNet(), branchNet(), qdqNet(), tinyConvNet().subarray(0, 300)]) {
      expect(matches(bytes)).toBe(true);
    }
    for (const text of ['', '{"model": 1}', 'hello world', ': key\n', 'PK\x03\x04', '\x08']) {
      expect(matches(new TextEncoder().encode(text))).toBe(false);
    }
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => !matches(new TextEncoder().encode(text))));
  });

  it('throws nothing but ModelError on damaged files, and what it accepts is sound', () => {
    const seeds = [tinyConvNet(), branchNet(), qdqNet(), externalDataNet().model];
    const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    let accepted = 0;
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(), (seed, edits, cut) => {
        const bytes = seeds[seed]!.slice(0, cut % 4 === 0 ? cut % seeds[seed]!.length : undefined);
        for (const [at, value] of edits) bytes[at % Math.max(bytes.length, 1)] = value;
        try {
          const model = read(bytes);
          expect(verify(model)).toEqual([]);
          accepted++;
          for (const graph of model.graphs) for (const { constant } of graph.tensors) constant?.read();
          writeOnnx(model);
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

/** Counts what is read, to show what is not. */
class CountingSource implements ByteSource {
  readonly size: number;
  readonly generation = 'test';
  readonly name = 'counted.onnx';
  readonly #inner: MemoryByteSource;
  bytesRead = 0;

  constructor(bytes: Uint8Array) {
    this.#inner = new MemoryByteSource(bytes);
    this.size = bytes.byteLength;
  }

  read(offset: number, length: number): Uint8Array {
    this.bytesRead += length;
    return this.#inner.read(offset, length);
  }

  sibling(relativePath: string): ByteSource {
    return this.#inner.sibling(relativePath);
  }
}
