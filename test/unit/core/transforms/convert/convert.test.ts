import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../../src/core/formats/readModel';
import { ModelError } from '../../../../../src/core/ir/errors';
import { mainGraph, type Model } from '../../../../../src/core/ir/model';
import { bindShape } from '../../../../../src/core/ir/shape';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { NamedValues } from '../../../../../src/core/ports/executor';
import { toOnnx } from '../../../../../src/core/transforms/convert/toOnnx/toOnnx';
import { toTflite } from '../../../../../src/core/transforms/convert/toTflite/toTflite';
import { onnxruntimeExecutor } from '../../../../../src/node/onnxruntimeExecutor';
import { readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import {
  floatConvDense,
  floatDepthwiseResidual,
  int8ConvDense,
  reals,
  type TfliteBuilder,
} from '../../../../fixtures/tfliteBuilder';
import { runTfliteOracle } from '../../../../fixtures/tfliteOracle';

const read = (bytes: Uint8Array, name: string): Model => readModel(new MemoryByteSource(bytes, name));
const bytesOfFloats = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const floatsOf = (bytes: Uint8Array) => new Float32Array(Uint8Array.from(bytes).buffer);
const countOf = (model: Model, op: string) => mainGraph(model).nodes.filter((node) => node.source.op === op).length;

/** Every output of an ONNX model for seeded float inputs, one after another. */
async function runOnnx(onnx: Uint8Array, inputs: NamedValues): Promise<Uint8Array> {
  const session = await onnxruntimeExecutor().load(onnx);
  const results = await session.run(inputs);
  const bytes = session.outputNames.map((name) => results[name]!.data);
  await session.dispose();
  return Buffer.concat(bytes);
}

function seeded(model: Model): NamedValues {
  const graph = mainGraph(model);
  const inputs = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
  return Object.fromEntries(
    inputs.map((id, index) => {
      const { name, dtype, shape } = graph.tensors[id]!;
      const dims = bindShape(shape!);
      const values = reals(
        dims.reduce((product, dim) => product * dim, 1),
        7 + index,
      );
      const data = dtype === 'float32' ? bytesOfFloats(values) : Uint8Array.from(values, (each) => each * 120);
      return [name, { dtype, shape: dims, data }] as const;
    }),
  );
}

const fed = (inputs: NamedValues) => Buffer.concat(Object.values(inputs).map(({ data }) => data));

/** Largest difference as a share of the largest value. */
function worst(got: Uint8Array, expected: Uint8Array): number {
  const [mine, theirs] = [floatsOf(got), floatsOf(expected)];
  expect(mine.length).toBe(theirs.length);
  const range = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return mine.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!) / range), 0);
}

function mostSteps(got: Uint8Array, expected: Uint8Array): number {
  const [mine, theirs] = [new Int8Array(Uint8Array.from(got).buffer), new Int8Array(Uint8Array.from(expected).buffer)];
  return mine.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0);
}

describe('TFLite to ONNX', () => {
  it.each(Object.entries({ floatConvDense, floatDepthwiseResidual }))(
    'answers as the interpreter does, there and back: %s',
    async (_, build) => {
      const file = build().bytes();
      const model = read(file, 'm.tflite');
      const inputs = seeded(model);
      const expected = runTfliteOracle(file, fed(inputs)).bytes;
      const onnx = toOnnx(model).bytes;
      expect(worst(await runOnnx(onnx, inputs), expected)).toBeLessThan(1e-5);
      const back = toTflite(read(onnx, 'm.onnx')).bytes;
      expect(worst(runTfliteOracle(back, fed(inputs)).bytes, expected)).toBeLessThan(1e-5);
      expect(countOf(read(back, 'b.tflite'), 'TRANSPOSE')).toBe(0);
    },
  );

  it('keeps names, and integers of quantized inputs and outputs', () => {
    const model = int8ConvDense().model();
    const onnx = mainGraph(read(toOnnx(model).bytes, 'm.onnx'));
    const port = (id: number) => [onnx.tensors[id]!.name, onnx.tensors[id]!.dtype];
    expect(onnx.inputs.map(port)).toEqual([['x', 'int8']]);
    expect(onnx.outputs.map(port)).toEqual([['y', 'int8']]);
    expect(onnx.tensors.map(({ name }) => name)).toEqual(expect.arrayContaining(['conv', 'conv/kernel', 'logits']));
  });

  it('an int8 model comes back from QDQ with the same kernels', () => {
    const file = int8ConvDense().bytes();
    const model = read(file, 'm.tflite');
    const back = toTflite(read(toOnnx(model).bytes, 'm.onnx')).bytes;
    const inputs = fed(seeded(model));
    // Both go through int8 kernels with the same scales; a bias scale rounded otherwise may move a tie by one step.
    expect(mostSteps(runTfliteOracle(back, inputs).bytes, runTfliteOracle(file, inputs).bytes)).toBeLessThanOrEqual(1);
    expect(mainGraph(read(back, 'b.tflite')).tensors.every(({ dtype }) => dtype !== 'float32')).toBe(true);
  });

  it('leaves a free batch free', async () => {
    const graph = mainGraph(read(floatConvDense().bytes(), 'm.tflite'));
    const tensors = graph.tensors.map((tensor) =>
      tensor.constant ? tensor : { ...tensor, shape: [null, ...tensor.shape!.slice(1)] },
    );
    const model = read(floatConvDense().bytes(), 'm.tflite');
    const onnx = toOnnx({ ...model, graphs: [{ ...graph, tensors }] }).bytes;
    const { tensors: written, inputs } = mainGraph(read(onnx, 'm.onnx'));
    expect(written[inputs[0]!]!.shape).toEqual(['batch', 8, 8, 3]);
    const data = bytesOfFloats(reals(2 * 8 * 8 * 3, 1));
    const both = await runOnnx(onnx, { x: { dtype: 'float32', shape: [2, 8, 8, 3], data } });
    const second = runTfliteOracle(floatConvDense().bytes(), data.subarray(data.length / 2)).bytes;
    expect(worst(both.subarray(both.length / 2), second)).toBeLessThan(1e-5);
  });

  it('names every operator that it cannot take, with the reason', () => {
    const file = readBytes('node_modules/@mediapipe/face_detection/face_detection_full_range_sparse.tflite');
    const error = refusalOf(() => toOnnx(read(file, 'm.tflite')));
    expect(error.reason).toBe('unsupported-operator');
    expect(error.details.length).toBeGreaterThan(1);
    expect(error.details[0]).toMatch(/^DENSIFY \S+: /);
  });
});

function refusalOf(work: () => unknown): ModelError {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

type Build = (builder: OnnxBuilder) => OnnxBuilder;

const graphs: Readonly<Record<string, Build>> = {
  'conv, batch norm, relu, residual': (b) =>
    b
      .input('x', 'float32', [1, 3, 8, 8])
      .initializer('w', 'float32', [3, 3, 3, 3], bytesOfFloats(reals(81, 1)))
      .initializer('scale', 'float32', [3], bytesOfFloats(Float32Array.of(1, 2, 0.5)))
      .initializer('shift', 'float32', [3], bytesOfFloats(Float32Array.of(0.1, -0.2, 0.3)))
      .initializer('variance', 'float32', [3], bytesOfFloats(Float32Array.of(1, 0.25, 4)))
      .node('Conv', ['x', 'w'], ['c'], { intLists: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] } })
      .node('BatchNormalization', ['c', 'scale', 'shift', 'shift', 'variance'], ['n'])
      .node('Relu', ['n'], ['r'])
      .node('Add', ['r', 'x'], ['y'])
      .output('y', 'float32', [1, 3, 8, 8]),
  'flattened after a convolution': (b) =>
    b
      .input('x', 'float32', [1, 2, 6, 6])
      .initializer('w', 'float32', [4, 2, 3, 3], bytesOfFloats(reals(72, 2)))
      .initializer('d', 'float32', [64, 5], bytesOfFloats(reals(320, 3)))
      .initializer('b', 'float32', [5], bytesOfFloats(reals(5, 4)))
      .node('Conv', ['x', 'w'], ['c'], { intLists: { kernel_shape: [3, 3] } })
      .node('Flatten', ['c'], ['f'])
      .node('Gemm', ['f', 'd', 'b'], ['y'])
      .output('y', 'float32', [1, 5]),
  'channel shuffle': (b) =>
    b
      .input('x', 'float32', [1, 4, 5, 5])
      .initializer('w', 'float32', [4, 4, 1, 1], bytesOfFloats(reals(16, 5)))
      .initializer('grouped', 'int64', [5], new Uint8Array(BigInt64Array.of(1n, 2n, 2n, 5n, 5n).buffer))
      .initializer('flat', 'int64', [4], new Uint8Array(BigInt64Array.of(1n, 4n, 5n, 5n).buffer))
      .node('Conv', ['x', 'w'], ['c'])
      .node('Reshape', ['c', 'grouped'], ['g'])
      .node('Transpose', ['g'], ['t'], { intLists: { perm: [0, 2, 1, 3, 4] } })
      .node('Reshape', ['t', 'flat'], ['s'])
      .node('Conv', ['s', 'w'], ['y'])
      .output('y', 'float32', [1, 4, 5, 5]),
  'average pool that counts its padding': (b) =>
    b
      .input('x', 'float32', [1, 2, 7, 7])
      .node('AveragePool', ['x'], ['y'], {
        intLists: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 2] },
        ints: { count_include_pad: 0, ceil_mode: 1 },
      })
      .output('y', 'float32', null),
  'LSTM from a zero state': (b) =>
    b
      .input('x', 'float32', [6, 1, 3])
      .initializer('w', 'float32', [1, 16, 3], bytesOfFloats(reals(48, 6)))
      .initializer('r', 'float32', [1, 16, 4], bytesOfFloats(reals(64, 7)))
      .initializer('b', 'float32', [1, 32], bytesOfFloats(reals(32, 8)))
      .node('LSTM', ['x', 'w', 'r', 'b'], ['y', 'h'], { ints: { hidden_size: 4 } })
      .output('y', 'float32', [6, 1, 1, 4])
      .output('h', 'float32', [1, 1, 4]),
};

describe('ONNX to TFLite', () => {
  it.each(Object.entries(graphs))('answers as ONNX Runtime does: %s', async (_, build) => {
    const onnx = build(new OnnxBuilder({ opset: 17 })).build();
    const model = read(onnx, 'm.onnx');
    const inputs = seeded(model);
    const tflite = toTflite(model).bytes;
    const outputs = mainGraph(read(tflite, 'm.tflite')).outputs.length;
    expect(outputs).toBe(mainGraph(model).outputs.length);
    expect(worst(runTfliteOracle(tflite, fed(inputs)).bytes, await runOnnx(onnx, inputs))).toBeLessThan(1e-4);
  });

  const transposes = { 'flattened after a convolution': 1, 'channel shuffle': 3 };
  it.each(Object.entries(transposes))('transposes no more than it must: %s', (name, count) => {
    const model = read(graphs[name]!(new OnnxBuilder({ opset: 17 })).build(), 'm.onnx');
    expect(countOf(read(toTflite(model).bytes, 'm.tflite'), 'TRANSPOSE')).toBe(count);
  });

  it('joins a convolution with its batch normalization and activation', () => {
    const build = graphs['conv, batch norm, relu, residual']!;
    const model = read(build(new OnnxBuilder({ opset: 17 })).build(), 'm.onnx');
    const ops = mainGraph(read(toTflite(model, { layout: 'native' }).bytes, 'm.tflite')).nodes;
    expect(ops.map(({ source }) => source.op)).toEqual(['CONV_2D', 'ADD']);
    expect(ops[0]!.source.attributes.fused_activation_function).toBe('RELU');
  });

  it('says of all nodes at once why they do not convert, and what helps', () => {
    const onnx = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', [1, 4])
      .node('Det', ['x'], ['a'])
      .node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z'])
      .node('Relu', ['a'], ['y'])
      .output('y', 'float32', [1, 4])
      .output('q', 'uint8', [1, 4])
      .build();
    const { details, message } = refusalOf(() => toTflite(read(onnx, 'm.onnx')));
    expect(message).toMatch(/Det, DynamicQuantizeLinear/);
    expect(details).toEqual([
      'Det a: TFLite has no operator for it, and it is not told in others yet',
      'DynamicQuantizeLinear q: its input is quantized at run time, and TFLite has its scales in the file' +
        ' (convert the float model and quantize that, or quantize statically (QDQ))',
    ]);
  });

  const networks = sharedPath('models/onnx-model-with-golden');
  it.skipIf(networks === null)('known networks keep channels last from end to end', () => {
    const counts = ['mnist_8', 'super_resolution_10'].map((name) => {
      const file = readBytes(path.join(networks!, name, 'model.onnx'));
      return countOf(read(toTflite(read(file, 'm.onnx')).bytes, 'm.tflite'), 'TRANSPOSE');
    });
    expect(counts).toEqual([0, 0]);
  });
});

describe('a model that went to TFLite and back', () => {
  const builders: readonly (() => TfliteBuilder)[] = [floatConvDense, floatDepthwiseResidual];
  it.each(builders)('has as many operators as before (%#)', (build) => {
    const model = build().model();
    const back = read(toTflite(read(toOnnx(model).bytes, 'm.onnx')).bytes, 'm.tflite');
    expect(mainGraph(back).nodes.length).toBe(mainGraph(model).nodes.length);
  });
});
