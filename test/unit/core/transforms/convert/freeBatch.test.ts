import { describe, expect, it } from 'vitest';
import { OnnxBuilder } from '../../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../../src/core/formats/readModel';
import { mainGraph, type Model } from '../../../../../src/core/ir/model';
import type { Shape } from '../../../../../src/core/ir/shape';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { toOnnx } from '../../../../../src/core/transforms/convert/toOnnx/toOnnx';
import { toTflite } from '../../../../../src/core/transforms/convert/toTflite/toTflite';
import { outputsOf } from '../../../../conformance/batchOutputs';
import { compareValues } from '../../../../conformance/compareValues';
import { runPlainly } from '../../../../conformance/plainOnnxruntime';
import { runTfliteBatch } from '../../../../fixtures/tfliteBatch';
import { reals } from '../../../../fixtures/tfliteBuilder';

const floats = (count: number, seed: number) => new Uint8Array(reals(count, seed).buffer);
const longs = (...values: number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
const read = (bytes: Uint8Array, name: string): Model => readModel(new MemoryByteSource(bytes, name));

function network(batch: Shape[number]): Uint8Array {
  return new OnnxBuilder({ opset: 17 })
    .input('x', 'float32', [batch, 2, 6, 6])
    .initializer('w', 'float32', [3, 2, 3, 3], floats(54, 1))
    .initializer('s', 'int64', [2], longs(-1, 48))
    .initializer('d', 'float32', [48, 4], floats(192, 2))
    .initializer('from', 'int64', [1], longs(1))
    .initializer('to', 'int64', [1], longs(3))
    .initializer('axis', 'int64', [1], longs(1))
    .node('Conv', ['x', 'w'], ['c'])
    .node('Relu', ['c'], ['r'])
    .node('Reshape', ['r', 's'], ['f'])
    .node('MatMul', ['f', 'd'], ['m'])
    .node('Slice', ['m', 'from', 'to', 'axis'], ['k'])
    .node('Softmax', ['k'], ['y'], { ints: { axis: -1 } })
    .output('y', 'float32', [batch, 2])
    .build();
}

async function run(onnx: Uint8Array, batch: number, name = 'x'): Promise<TensorValue> {
  const shape = [batch, 2, 6, 6];
  const got = await runPlainly(onnx, [{ name, dtype: 'float32', shape, data: floats(72 * batch, 9) }]);
  if (typeof got === 'string') throw new Error(got);
  return got[0]!;
}

// Opset 17 has a plane of 4 x 4 after the convolution: 3 channels of 16 cells are 48.
describe('a batch of any size', () => {
  it('stays free in the TFLite file, and from there in the ONNX file', async () => {
    const onnx = network('N');
    const { bytes, notes } = toTflite(read(onnx, 'm.onnx'));
    expect(notes).toEqual([]);
    const tflite = read(bytes, 'm.tflite');
    const { inputs, outputs, tensors } = mainGraph(tflite);
    expect(tensors[inputs[0]!]!.shape).toEqual([null, 2, 6, 6]);
    expect(tensors[outputs[0]!]!.shape).toEqual([null, 2]);
    const [outcome] = runTfliteBatch([{ model: bytes, inputs: floats(72, 9) }]);
    if (!outcome || 'error' in outcome) throw new Error(outcome?.error);
    expect(compareValues(outputsOf(outcome)[0]!, await run(onnx, 1), 1e-4).worst).toBeLessThan(1e-4);
    const back = toOnnx(tflite);
    expect(back.notes).toEqual([]);
    const [mine, theirs] = [await run(back.bytes, 3), await run(onnx, 3)];
    expect(mine.shape).toEqual([3, 2]);
    expect(compareValues(mine, theirs, 1e-4).worst).toBeLessThan(1e-4);
  });

  it('is fixed where the file is bound, or an operator mixes samples, and that is said', () => {
    const bound = toTflite(read(network('N'), 'm.onnx'), { bindings: { N: [2] } });
    const { inputs, tensors } = mainGraph(read(bound.bytes, 'm.tflite'));
    expect(tensors[inputs[0]!]!.shape).toEqual([2, 2, 6, 6]);
    expect(bound.notes).toEqual(['The free dimensions of x (N×2×6×6) are fixed at 2×2×6×6.']);
    const mixing = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', ['N', 4])
      .node('ReduceMean', ['x'], ['y'], { intLists: { axes: [0] }, ints: { keepdims: 1 } })
      .output('y', 'float32', [1, 4])
      .build();
    expect(toTflite(read(mixing, 'm.onnx')).notes).toEqual([
      'The free dimensions of x (N×4) are fixed at 1×4, on account of MEAN.',
    ]);
  });
});

describe('floats of other widths', () => {
  it('become float32, and the ports that were others are named', () => {
    const half = Uint8Array.from([0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38]);
    const onnx = new OnnxBuilder({ opset: 17 })
      .input('x', 'float16', [1, 3])
      .initializer('s', 'float16', [3], half)
      .node('Mul', ['x', 's'], ['y'])
      .output('y', 'float16', [1, 3])
      .build();
    const { bytes, notes } = toTflite(read(onnx, 'm.onnx'));
    expect(notes).toEqual([
      "Values of type float16 are float32 now: TFLite's kernels take no other floats.",
      'The port x is float32 now, and was float16.',
      'The port y is float32 now, and was float16.',
    ]);
    const fed = new Uint8Array(Float32Array.of(2, 3, 8).buffer);
    const [outcome] = runTfliteBatch([{ model: bytes, inputs: fed }]);
    if (!outcome || 'error' in outcome) throw new Error(outcome?.error);
    expect([...new Float32Array(outputsOf(outcome)[0]!.data.slice().buffer)]).toEqual([2, -6, 4]);
    expect(outputsOf(outcome)[0]!.dtype).toBe('float32');
  });
});
