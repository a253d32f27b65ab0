import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../../src/core/formats/readModel';
import { ModelError } from '../../../../../src/core/ir/errors';
import { mainGraph } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { toTflite } from '../../../../../src/core/transforms/convert/toTflite/toTflite';
import { compareValues } from '../../../../conformance/compareValues';
import { runPlainly } from '../../../../conformance/plainOnnxruntime';
import { outputsOf } from '../../../../conformance/batchOutputs';
import { runTfliteBatch } from '../../../../fixtures/tfliteBatch';
import { reals } from '../../../../fixtures/tfliteBuilder';

const floats = (count: number, seed: number) => new Uint8Array(reals(count, seed).buffer);
const longs = (...values: number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
const single = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

type Build = (builder: OnnxBuilder) => OnnxBuilder;

function recurrent(op: string, gates: number, attributes: Record<string, number | string>, directions = 1): Build {
  const { direction, ...ints } = attributes as Record<string, number> & { direction?: string };
  const strings: Record<string, string> = direction === undefined ? {} : { direction };
  return (b) =>
    b
      .input('x', 'float32', [5, 2, 3])
      .initializer('w', 'float32', [directions, gates * 4, 3], floats(directions * gates * 12, 1))
      .initializer('r', 'float32', [directions, gates * 4, 4], floats(directions * gates * 16, 2))
      .initializer('b', 'float32', [directions, gates * 8], floats(directions * gates * 8, 3))
      .initializer('h0', 'float32', [directions, 2, 4], floats(directions * 8, 4))
      .node(op, ['x', 'w', 'r', 'b', '', 'h0'], ['y', 'h'], { ints: { hidden_size: 4, ...ints }, strings })
      .output('y', 'float32', [5, directions, 2, 4])
      .output('h', 'float32', [directions, 2, 4]);
}

const quantized: Build = (b) =>
  b
    .input('x', 'float32', [1, 2, 6, 6])
    .initializer('s', 'float32', [], single(1 / 100))
    .initializer('z', 'int8', [], Uint8Array.of(3))
    .initializer('ws', 'float32', [2], single(0.01, 0.02))
    .initializer('wz', 'int8', [2], Uint8Array.of(0, 0))
    .initializer(
      'w',
      'int8',
      [2, 2, 3, 3],
      Uint8Array.from({ length: 36 }, (_, i) => i * 7),
    )
    .initializer('bias', 'int32', [2], new Uint8Array(Int32Array.of(120, -300).buffer))
    .node('QuantizeLinear', ['x', 's', 'z'], ['q'])
    .node('QLinearConv', ['q', 's', 'z', 'w', 'ws', 'wz', 's', 'z', 'bias'], ['c'], {
      intLists: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    })
    .node('QLinearAdd', ['q', 's', 'z', 'c', 's', 'z', 's', 'z'], ['a'], {}, 'com.microsoft')
    .node('DequantizeLinear', ['a', 's', 'z'], ['y'])
    .output('y', 'float32', [1, 2, 6, 6]);

const CASES: Readonly<Record<string, Build>> = {
  'GRU from a given state': recurrent('GRU', 3, { linear_before_reset: 0 }),
  'GRU as PyTorch exports it': recurrent('GRU', 3, { linear_before_reset: 1 }),
  'GRU in both directions': recurrent('GRU', 3, { linear_before_reset: 1, direction: 'bidirectional' }, 2),
  'LSTM from a given state': recurrent('LSTM', 4, {}),
  'RNN backwards': recurrent('RNN', 1, { direction: 'reverse' }),
  'LSTM from zero in both directions, and its cell state': (b) =>
    b
      .input('x', 'float32', [5, 1, 3])
      .initializer('w', 'float32', [2, 16, 3], floats(96, 1))
      .initializer('r', 'float32', [2, 16, 4], floats(128, 2))
      .node('LSTM', ['x', 'w', 'r'], ['y', 'h'], { ints: { hidden_size: 4 }, strings: { direction: 'bidirectional' } })
      .node('LSTM', ['x', 'w', 'r'], ['', '', 'c'], {
        ints: { hidden_size: 4 },
        strings: { direction: 'bidirectional' },
      })
      .output('y', 'float32', [5, 2, 1, 4])
      .output('h', 'float32', [2, 1, 4])
      .output('c', 'float32', [2, 1, 4]),
  'erf, tan and arc sine': (b) =>
    b
      .input('x', 'float32', [1, 40])
      .node('Erf', ['x'], ['e'])
      .node('Tan', ['x'], ['t'])
      .node('Asin', ['x'], ['a'])
      .node('Mean', ['e', 't', 'a'], ['y'])
      .output('y', 'float32', [1, 40]),
  'a triangle of attention': (b) =>
    b
      .input('x', 'float32', [2, 4, 5])
      .initializer('k', 'int64', [], longs(-1))
      .node('Trilu', ['x', 'k'], ['y'], { ints: { upper: 0 } })
      .output('y', 'float32', [2, 4, 5]),
  'rows picked and written by indices': (b) =>
    b
      .input('x', 'float32', [4, 3])
      .initializer('at', 'int64', [2, 1], longs(-1, 1))
      .node('GatherND', ['x', 'at'], ['g'])
      .node('Neg', ['g'], ['n'])
      .node('ScatterND', ['x', 'at', 'n'], ['y'])
      .output('y', 'float32', [4, 3]),
};

/** What the conversion refuses is in the test's message. */
function told(onnx: Uint8Array): ReturnType<typeof toTflite> {
  try {
    return toTflite(readModel(new MemoryByteSource(onnx, 'm.onnx')));
  } catch (error) {
    throw error instanceof ModelError ? new Error(`${error.message} ${error.details.join('; ')}`) : error;
  }
}

async function both(build: Build): Promise<{ readonly got: readonly TensorValue[]; readonly expected: TensorValue[] }> {
  const onnx = build(new OnnxBuilder({ opset: 17, opsets: { 'com.microsoft': 1 } })).build();
  const graph = mainGraph(readModel(new MemoryByteSource(onnx, 'm.onnx')));
  const port = graph.tensors[graph.inputs[0]!]!;
  const shape = port.shape as number[];
  const data = floats(
    shape.reduce((product, dim) => product * dim, 1),
    9,
  );
  const expected = await runPlainly(onnx, [{ name: port.name, dtype: 'float32', shape, data }]);
  if (typeof expected === 'string') throw new Error(expected);
  const { bytes } = told(onnx);
  const [outcome] = runTfliteBatch([{ model: bytes, inputs: data }]);
  if (!outcome || 'error' in outcome) throw new Error(outcome?.error ?? 'nothing');
  return { got: outputsOf(outcome), expected };
}

describe('operators of ONNX in TFLite', () => {
  it.each(Object.entries(CASES))('answer as ONNX Runtime does: %s', async (_, build) => {
    const { got, expected } = await both(build);
    expect(got.length).toBe(expected.length);
    expected.forEach((value, i) => {
      expect(compareValues(got[i]!, value, 1e-4).worst).toBeLessThan(1e-4);
    });
  });

  it('with scales of their own run in integer kernels, within a step', async () => {
    const onnx = quantized(new OnnxBuilder({ opset: 17, opsets: { 'com.microsoft': 1 } })).build();
    const { bytes } = toTflite(readModel(new MemoryByteSource(onnx, 'm.onnx')));
    const graph = mainGraph(readModel(new MemoryByteSource(bytes, 'm.tflite')));
    const ops = graph.nodes.map((node) => node.source.op);
    expect(ops.filter((op) => op !== 'TRANSPOSE')).toEqual(['QUANTIZE', 'CONV_2D', 'ADD', 'DEQUANTIZE']);
    const { got, expected } = await both(quantized);
    const [mine, theirs] = [got[0]!, expected[0]!].map(({ data }) => new Float32Array(data.slice().buffer));
    const steps = mine!.map((value, i) => Math.abs(value - theirs![i]!) * 100);
    expect(Math.max(...steps)).toBeLessThan(1.01);
  });

  it('says when a sequence is too long to be written out, and what helps', () => {
    const onnx = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', [100, 1, 3])
      .initializer('w', 'float32', [1, 12, 3], floats(36, 1))
      .initializer('r', 'float32', [1, 12, 4], floats(48, 2))
      .node('GRU', ['x', 'w', 'r'], ['y'], { ints: { hidden_size: 4 } })
      .output('y', 'float32', [100, 1, 1, 4])
      .build();
    const convert = () => toTflite(readModel(new MemoryByteSource(onnx, 'm.onnx')));
    expect(convert).toThrow(ModelError);
    try {
      convert();
    } catch (error) {
      expect((error as ModelError).details[0]).toMatch(/^GRU y: .*100 steps are too many.*\(convert one step/);
    }
  });
});
