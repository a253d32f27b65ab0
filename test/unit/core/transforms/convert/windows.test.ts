import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../../src/core/formats/readModel';
import { mainGraph } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { toTflite } from '../../../../../src/core/transforms/convert/toTflite/toTflite';
import { outputsOf } from '../../../../conformance/batchOutputs';
import { compareValues } from '../../../../conformance/compareValues';
import { runPlainly } from '../../../../conformance/plainOnnxruntime';
import { runTfliteBatch } from '../../../../fixtures/tfliteBatch';
import { reals } from '../../../../fixtures/tfliteBuilder';

const floats = (count: number, seed: number) => new Uint8Array(reals(count, seed).buffer);
const longs = (...values: number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
const product = (shape: readonly number[]) => shape.reduce((all, dim) => all * dim, 1);

interface Case {
  readonly shape: readonly number[];
  readonly ops: readonly string[];
  readonly build: (builder: OnnxBuilder) => OnnxBuilder;
}

function window(
  op: string,
  shape: number[],
  output: number[],
  attributes: Record<string, number | number[]>,
): Case['build'] {
  const isInt = ([, value]: [string, number | number[]]) => typeof value === 'number';
  const ints = Object.fromEntries(Object.entries(attributes).filter(isInt)) as Record<string, number>;
  const intLists = Object.fromEntries(Object.entries(attributes).filter((each) => !isInt(each))) as Record<
    string,
    number[]
  >;
  return (b) =>
    b.input('x', 'float32', shape).node(op, ['x'], ['y'], { ints, intLists }).output('y', 'float32', output);
}

function transposed(
  shape: number[],
  weights: number[],
  output: number[],
  intLists: Record<string, number[]>,
  group = 1,
): Case['build'] {
  return (b) =>
    b
      .input('x', 'float32', shape)
      .initializer('w', 'float32', weights, floats(product(weights), 2))
      .initializer('b', 'float32', [weights[1]! * group], floats(weights[1]! * group, 3))
      .node('ConvTranspose', ['x', 'w', 'b'], ['y'], { ints: { group }, intLists })
      .output('y', 'float32', output);
}

const CASES: Readonly<Record<string, Case>> = {
  'transposed over one dimension, with output padding': {
    shape: [1, 2, 7],
    ops: ['TRANSPOSE_CONV'],
    build: transposed([1, 2, 7], [2, 3, 4], [1, 3, 15], { strides: [2], pads: [1, 1], output_padding: [1] }),
  },
  'transposed in groups': {
    shape: [1, 4, 5, 5],
    ops: ['TRANSPOSE_CONV', 'TRANSPOSE_CONV', 'CONCATENATION', 'ADD'],
    build: transposed([1, 4, 5, 5], [4, 3, 3, 3], [1, 6, 11, 11], { strides: [2, 2] }, 2),
  },
  'transposed with dilation and padding': {
    shape: [1, 2, 4, 5],
    ops: ['TRANSPOSE_CONV'],
    build: transposed([1, 2, 4, 5], [2, 3, 2, 3], [1, 3, 6, 7], { dilations: [3, 2], pads: [0, 1, 1, 1] }),
  },
  'transposed to a stated shape': {
    shape: [1, 1, 3, 3],
    ops: ['TRANSPOSE_CONV'],
    build: transposed([1, 1, 3, 3], [1, 2, 3, 3], [1, 2, 10, 8], { strides: [3, 2], output_shape: [10, 8] }),
  },
  'transposed over three dimensions': {
    shape: [1, 2, 3, 4, 3],
    ops: ['CONV_3D_TRANSPOSE'],
    build: transposed([1, 2, 3, 4, 3], [2, 3, 2, 3, 3], [1, 3, 6, 9, 7], { strides: [2, 2, 2] }),
  },
  'over three dimensions in groups': {
    shape: [1, 4, 5, 6, 5],
    ops: ['CONV_3D', 'CONV_3D', 'CONCATENATION', 'ADD'],
    build: (b) =>
      b
        .input('x', 'float32', [1, 4, 5, 6, 5])
        .initializer('w', 'float32', [6, 2, 3, 3, 3], floats(324, 4))
        .initializer('b', 'float32', [6], floats(6, 5))
        .node('Conv', ['x', 'w', 'b'], ['y'], { ints: { group: 2 }, intLists: { pads: [1, 1, 1, 1, 1, 1] } })
        .output('y', 'float32', [1, 6, 5, 6, 5]),
  },
  'largest of a dilated window': {
    shape: [1, 2, 9, 10],
    ops: ['GATHER', 'GATHER', 'MAX_POOL_2D'],
    build: window('MaxPool', [1, 2, 9, 10], [1, 2, 4, 3], {
      kernel_shape: [2, 3],
      strides: [2, 3],
      dilations: [2, 2],
      pads: [0, 1, 0, 1],
    }),
  },
  'average of a volume whose padding does not count': {
    shape: [1, 2, 5, 6, 7],
    ops: ['AVERAGE_POOL_2D', 'AVERAGE_POOL_2D'],
    build: window('AveragePool', [1, 2, 5, 6, 7], [1, 2, 3, 3, 4], {
      kernel_shape: [3, 3, 3],
      strides: [2, 2, 2],
      pads: [1, 1, 1, 1, 1, 1],
    }),
  },
  'average that begins one last window inside, padding counted': {
    shape: [1, 1, 6, 6],
    ops: ['AVERAGE_POOL_2D', 'MUL'],
    build: window('AveragePool', [1, 1, 6, 6], [1, 1, 3, 3], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      ceil_mode: 1,
      count_include_pad: 1,
    }),
  },
  'length of a window': {
    shape: [1, 2, 6, 6],
    ops: ['SQUARE', 'AVERAGE_POOL_2D', 'MUL', 'SQRT'],
    build: window('LpPool', [1, 2, 6, 6], [1, 2, 3, 3], { kernel_shape: [2, 2], strides: [2, 2], p: 2 }),
  },
  'edges repeated': {
    shape: [1, 2, 3, 3],
    ops: ['GATHER', 'GATHER'],
    build: (b) =>
      b
        .input('x', 'float32', [1, 2, 3, 3])
        .initializer('p', 'int64', [8], longs(0, 0, 1, 2, 0, 0, 2, 1))
        .node('Pad', ['x', 'p'], ['y'], { strings: { mode: 'edge' } })
        .output('y', 'float32', [1, 2, 6, 6]),
  },
  'single elements picked and written': {
    shape: [3, 4],
    ops: ['GATHER'],
    build: (b) =>
      b
        .input('x', 'float32', [3, 4])
        .initializer('at', 'int64', [2, 4], longs(0, -1, 1, 2, 1, 0, 2, -2))
        .node('GatherElements', ['x', 'at'], ['g'], { ints: { axis: 0 } })
        .node('Neg', ['g'], ['n'])
        .node('ScatterElements', ['x', 'at', 'n'], ['y'], { ints: { axis: 0 } })
        .output('y', 'float32', [3, 4]),
  },
  'layers normalized, the mean and the deviation read': {
    shape: [2, 3, 5],
    ops: ['MEAN', 'RSQRT'],
    build: (b) =>
      b
        .input('x', 'float32', [2, 3, 5])
        .initializer('s', 'float32', [5], floats(5, 6))
        .initializer('b', 'float32', [5], floats(5, 7))
        .node('LayerNormalization', ['x', 's', 'b'], ['n', 'm', 'd'])
        .output('n', 'float32', [2, 3, 5])
        .output('m', 'float32', [2, 3, 1])
        .output('d', 'float32', [2, 3, 1]),
  },
};

describe('windows and picks convert to TFLite', () => {
  it.each(Object.entries(CASES))('%s', async (_, { shape, ops, build }) => {
    const onnx = build(new OnnxBuilder({ opset: 18 })).build();
    const data = floats(product(shape), 9);
    const expected = await runPlainly(onnx, [{ name: 'x', dtype: 'float32', shape, data }]);
    if (typeof expected === 'string') throw new Error(expected);
    const { bytes } = toTflite(readModel(new MemoryByteSource(onnx, 'm.onnx')));
    const made = mainGraph(readModel(new MemoryByteSource(bytes, 'm.tflite'))).nodes.map(({ source }) => source.op);
    expect(made).toEqual(expect.arrayContaining([...ops]));
    const [outcome] = runTfliteBatch([{ model: bytes, inputs: data }]);
    if (!outcome || 'error' in outcome) throw new Error(outcome?.error);
    const got = outputsOf(outcome);
    expected.forEach((value, i) => {
      expect(got[i]!.shape).toEqual(value.shape);
      expect(compareValues(got[i]!, value, 1e-4).worst).toBeLessThan(1e-4);
    });
  });
});
