import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../../src/core/ir/errors';
import { mainGraph } from '../../../../../src/core/ir/model';
import type { Op } from '../../../../../src/core/ir/ops/op';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import { floatConvDense, int8ConvDense, TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

function reasonOf(run: () => unknown): { reason: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ModelError) return { reason: error.reason, message: error.message };
    throw error;
  }
  return { reason: 'none', message: '' };
}

/** The op that a single operator with one input x of the given shape becomes. */
function opOf(build: (b: TfliteBuilder) => void): Op {
  const b = new TfliteBuilder();
  build(b);
  return mainGraph(b.model()).nodes[0]!.op;
}

describe('readTflite', () => {
  it('reads tensors, quantization and operators of an int8 network', () => {
    const graph = mainGraph(int8ConvDense().model());
    expect(graph.nodes.map((node) => [node.source.op, node.source.version, node.op.kind])).toEqual([
      ['CONV_2D', 3, 'Conv2d'],
      ['RESHAPE', 1, 'Reshape'],
      ['FULLY_CONNECTED', 4, 'FullyConnected'],
      ['SOFTMAX', 2, 'Softmax'],
    ]);
    expect(graph.nodes[0]!.op).toEqual({
      kind: 'Conv2d',
      layout: 'NHWC',
      strides: [2, 2],
      dilations: [1, 1],
      padding: { kind: 'same', odd: 'upper' },
      activation: 'relu6',
      groups: 1,
    });
    expect(graph.nodes[1]!.op).toEqual({ kind: 'Reshape', shape: [1, 64], zeroCopies: false });
    const kernel = graph.tensors[graph.nodes[0]!.inputs[1]!]!;
    expect(kernel.quantization?.axis).toBe(0);
    expect(kernel.quantization?.scales).toEqual(Float32Array.of(0.004, 0.005, 0.006, 0.007));
    expect(kernel.constant?.byteLength).toBe(108);
    expect(graph.tensors[graph.inputs[0]!]!.quantization).toEqual({
      scales: Float32Array.of(1 / 255),
      zeroPoints: Int32Array.of(-128),
      axis: null,
    });
  });

  it('shows every field of an options table as an attribute, defaults included', () => {
    const node = mainGraph(floatConvDense().model()).nodes[0]!;
    expect(node.source.attributes).toEqual({
      padding: 'SAME',
      stride_w: 2,
      stride_h: 2,
      fused_activation_function: 'RELU6',
      dilation_w_factor: 1,
      dilation_h_factor: 1,
      quantized_bias_type: 'FLOAT32',
    });
  });

  it('leaves weights in the file until they are asked for', () => {
    const bytes = floatConvDense().bytes();
    const reads: number[] = [];
    const memory = new MemoryByteSource(bytes, 'lazy.tflite');
    const source = {
      size: memory.size,
      generation: 'memory',
      name: 'lazy.tflite',
      sibling: (path: string) => memory.sibling(path),
      read(offset: number, length: number) {
        reads.push(offset);
        return memory.read(offset, length);
      },
    };
    const { constant } = mainGraph(readTflite(source)).tensors[1]!;
    const before = reads.length;
    expect(constant?.read()).toHaveLength(432);
    expect(reads).toHaveLength(before + 1);
  });

  it('gives a shared buffer one key', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const c = b.constant('c', [4], Float32Array.of(1, 2, 3, 4));
    const y = b.activation('y', 'float32', [4]);
    const model = b.node('ADD', [x, c], [y]).outputs(y).model();
    expect(mainGraph(model).tensors.map((tensor) => tensor.constant?.key ?? null)).toEqual([null, 'buffer:1', null]);
  });

  it('keeps free dimensions and unknown ranks apart from scalars', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [null, 3]);
    const scalar = b.activation('scalar', 'float32', []);
    const unknown = b.activation('unknown', 'float32', null);
    const model = b.node('SUM', [x], [scalar]).node('CUSTOMISH', [x], [unknown]);
    expect(reasonOf(() => model.bytes()).reason).toBe('unsupported-operator');
    const c = new TfliteBuilder();
    const y = c.input('x', 'float32', [null, 3]);
    c.activation('scalar', 'float32', []);
    c.activation('unknown', 'float32', null);
    expect(mainGraph(c.outputs(y).model()).tensors.map((tensor) => tensor.shape)).toEqual([[null, 3], [], null]);
  });

  it('names a builtin that is younger than its tables, and shows it as Opaque', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const y = b.activation('y', 'float32', [4]);
    const node = mainGraph(b.node('BUILTIN_321', [x], [y]).outputs(y).model()).nodes[0]!;
    expect([node.source.op, node.op.kind]).toEqual(['BUILTIN_321', 'Opaque']);
  });

  it('keeps the bytes and the name of a custom operator, even one named as a builtin', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const y = b.activation('y', 'float32', [4]);
    const node = mainGraph(
      b
        .customNode('CONV_2D', [x], [y], Uint8Array.of(1, 2, 3))
        .outputs(y)
        .model(),
    ).nodes[0]!;
    expect(node.source).toMatchObject({ op: 'CONV_2D', domain: 'custom' });
    expect(node.source.attributes.custom_options).toEqual(Uint8Array.of(1, 2, 3));
    expect(node.op.kind).toBe('Opaque');
  });

  it('applies the masks of STRIDED_SLICE', () => {
    const slice = (masks: Record<string, number | boolean>) =>
      opOf((b) => {
        const x = b.input('x', 'float32', [5, 6, 7]);
        const vector = (name: string, ...values: number[]) => b.constant(name, [3], Int32Array.from(values));
        const y = b.activation('y', 'float32', null);
        b.node('STRIDED_SLICE', [x, vector('b', 1, 2, -1), vector('e', 4, 5, -6), vector('s', 1, 2, -1)], [y], masks);
      });
    expect(slice({ begin_mask: 0 })).toEqual({
      kind: 'Slice',
      begin: [1, 2, -1],
      end: [4, 5, -6],
      strides: [1, 2, -1],
      axes: [0, 1, 2],
      shrink: [],
    });
    expect(slice({ begin_mask: 6, end_mask: 5, shrink_axis_mask: 2 })).toMatchObject({
      begin: [1, 2, 6],
      end: [5, 3, -(2 ** 31)],
      strides: [1, 1, -1],
      shrink: [1],
    });
    expect(slice({ ellipsis_mask: 2 })).toMatchObject({ begin: [1, -1], end: [4, -6], axes: [0, 2] });
    expect(slice({ new_axis_mask: 1 })).toEqual({ kind: 'Opaque', bodies: [] });
  });

  it('reads operands that shapes depend on', () => {
    const ints = (b: TfliteBuilder, name: string, shape: number[], ...values: number[]) =>
      b.constant(name, shape, Int32Array.from(values));
    const x = (b: TfliteBuilder) => b.input('x', 'float32', [2, 3, 4]);
    const y = (b: TfliteBuilder) => b.activation('y', 'float32', null);
    expect(opOf((b) => b.node('PAD', [x(b), ints(b, 'p', [3, 2], 0, 1, 2, 3, 4, 5)], [y(b)]))).toMatchObject({
      before: [0, 2, 4],
      after: [1, 3, 5],
    });
    expect(opOf((b) => b.node('TRANSPOSE', [x(b), ints(b, 'p', [3], 2, 0, 1)], [y(b)]))).toMatchObject({
      permutation: [2, 0, 1],
    });
    expect(opOf((b) => b.node('MEAN', [x(b), ints(b, 'a', [2], 1, 2)], [y(b)], { keep_dims: true }))).toEqual({
      kind: 'Reduce',
      fn: 'mean',
      axes: [1, 2],
      keepDims: true,
    });
    expect(opOf((b) => b.node('SPLIT', [ints(b, 'a', [], 1), x(b)], [y(b)], { num_splits: 1 }))).toMatchObject({
      axis: 1,
    });
    expect(
      opOf((b) => b.node('SLICE', [x(b), ints(b, 'b', [3], 0, 1, 1), ints(b, 's', [3], 1, -1, 2)], [y(b)])),
    ).toMatchObject({ begin: [0, 1, 1], end: [1, 2 ** 31 - 1, 3] });
  });

  it('puts the operands of TRANSPOSE_CONV into the order of the IR', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 4, 4, 2]);
    const weights = b.constant('w', [3, 2, 2, 2], new Float32Array(24));
    const shape = b.constant('shape', [4], Int32Array.of(1, 8, 8, 3));
    const y = b.activation('y', 'float32', [1, 8, 8, 3]);
    b.node('TRANSPOSE_CONV', [x, weights, null, shape], [y], { padding: 'SAME', stride_w: 2, stride_h: 2 });
    const node = mainGraph(b.outputs(y).model()).nodes[0]!;
    expect(node.inputs).toEqual([x, weights, null, shape]);
    expect(node.op).toMatchObject({ kind: 'TransposeConv2d', strides: [2, 2] });
  });

  it('puts operators in execution order and says so', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    const middle = b.activation('middle', 'float32', [4]);
    const y = b.activation('y', 'float32', [4]);
    const model = b.node('ABS', [middle], [y]).node('NEG', [x], [middle]).outputs(y).model();
    expect(mainGraph(model).nodes.map((node) => [node.id, node.source.op, node.source.index])).toEqual([
      [0, 'NEG', 1],
      [1, 'ABS', 0],
    ]);
    expect(model.notes.join()).toContain('not in execution order');
  });

  it('refuses operators that need their own results', () => {
    const b = new TfliteBuilder();
    const p = b.activation('p', 'float32', [4]);
    const q = b.activation('q', 'float32', [4]);
    b.node('ABS', [p], [q]).node('NEG', [q], [p]).outputs(p);
    expect(reasonOf(() => b.model()).reason).toBe('cyclic');
  });

  it('orders a chain of 10,000 operators written backwards', () => {
    const b = new TfliteBuilder();
    const ids = Array.from({ length: 10_001 }, (_, i) =>
      i === 0 ? b.input('x', 'float32', [1]) : b.activation(`t${i}`, 'float32', [1]),
    );
    for (let i = 10_000; i > 0; i--) b.node('ABS', [ids[i - 1]!], [ids[i]!]);
    const { nodes } = mainGraph(b.outputs(ids[10_000]!).model());
    expect(nodes.map((node) => node.outputs[0])).toEqual(ids.slice(1));
  });

  it('refuses references that lead nowhere', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [4]);
    expect(reasonOf(() => b.node('ABS', [x], [99]).model())).toEqual({
      reason: 'corrupt',
      message: 'built.tflite is damaged: operator 0 (ABS) refers to tensor 99 of 1.',
    });
    const c = new TfliteBuilder();
    const y = c.input('x', 'float32', [4]);
    c.node('WHILE', [y], [], { cond_subgraph_index: 1, body_subgraph_index: 2 });
    expect(reasonOf(() => c.model()).message).toContain('refers to subgraph 1 of 1');
    const d = new TfliteBuilder();
    d.node('CALL_ONCE', [], [], { init_subgraph_index: 0 });
    expect(reasonOf(() => d.model()).reason).toBe('cyclic');
  });

  it('says what a file cut short holds and what it refers to', () => {
    const bytes = floatConvDense().bytes();
    const cut = bytes.subarray(0, bytes.length - 100);
    const { reason, message } = reasonOf(() => readTflite(new MemoryByteSource(cut, 'vww.tflite')));
    expect(reason).toBe('truncated');
    expect(message).toMatch(
      new RegExp(
        `^vww\\.tflite ends early: it holds ${cut.length} bytes, but refers to byte \\d+\\. .*get it again\\.$`,
      ),
    );
  });

  it('tolerates an archive appended to the model', () => {
    const bytes = floatConvDense().bytes();
    const zip = new Uint8Array(200);
    zip.set([0x50, 0x4b, 3, 4]);
    const file = new Uint8Array(bytes.length + zip.length);
    file.set(bytes);
    file.set(zip, bytes.length);
    expect(readTflite(new MemoryByteSource(file, 'm')).notes.join()).toContain(
      '200 bytes follow the model: an archive',
    );
  });
});
