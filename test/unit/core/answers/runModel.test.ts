import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { arraysOf, compareRun } from '../../../../src/core/answers/compareRun';
import { exportedTensors, ModelRun, runAnswer, type RunRecord } from '../../../../src/core/answers/runModel';
import { readNpz } from '../../../../src/core/datasets/npz';
import { writeNpz } from '../../../../src/core/datasets/writeNpz';
import { OnnxBuilder } from '../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../src/core/formats/readModel';
import { ModelError } from '../../../../src/core/ir/errors';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import type { ExecutorId } from '../../../../src/core/transforms/run/modelSession';
import { constantSource, fileSource, seededSource, zeroSource } from '../../../../src/core/transforms/run/portSource';
import { onnxruntimeExecutor } from '../../../../src/node/onnxruntimeExecutor';
import { readBytes, sharedPath } from '../../../fixtures/sharedFiles';
import { tinyConvNet } from '../../../fixtures/onnxModels';
import { wavOf } from '../../../fixtures/wavFile';
import { floatConvDense, floatDepthwiseResidual, int8ConvDense, reals } from '../../../fixtures/tfliteBuilder';
import { runTfliteOracle } from '../../../fixtures/tfliteOracle';

interface Setup {
  readonly executor?: ExecutorId | null;
  readonly signature?: string | null;
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly observe?: boolean;
}

function open(bytes: Uint8Array, name: string, setup: Setup = {}): Promise<ModelRun> {
  const source = new MemoryByteSource(bytes, name);
  const rest = { executor: null, signature: null, shapes: {}, observe: true, ...setup };
  return ModelRun.open({ model: readModel(source), source, onnxruntime: onnxruntimeExecutor(), ...rest });
}

function step(run: ModelRun, steps = 1, first = 0): Promise<RunRecord> {
  const sources = run.inputs.map((port, i) => (run.carried.has(i) ? zeroSource(port) : seededSource(port, 1)));
  return run.run(sources, steps, () => Promise.resolve(), first);
}

function floats(value: { readonly data: Uint8Array }): Float32Array {
  return new Float32Array(value.data.slice().buffer);
}

describe('ModelRun', () => {
  it('runs an integer model on the integer engine and says so', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const answer = runAnswer(run, await step(run), { signature: null, observe: true }, null, []);
    expect(answer).toMatchObject({
      executor: 'integer',
      inputs: [{ name: 'x', dtype: 'int8', shape: [1, 8, 8, 3] }],
      outputs: [{ name: 'y', dtype: 'int8', shape: [1, 5] }],
      intermediates: [
        { node: 0, op: 'CONV_2D', name: 'conv' },
        { node: 1, op: 'RESHAPE', name: 'flat' },
        { node: 2, op: 'FULLY_CONNECTED', name: 'logits' },
      ],
      notes: [expect.stringContaining('integer engine')],
    });
    // RESHAPE moves nothing.
    expect(answer.intermediates![0]!.fnv1a).toBe(answer.intermediates![1]!.fnv1a);
  });

  it('comes within a step of the integer engine when ONNX Runtime simulates the integers', async () => {
    const bytes = int8ConvDense().bytes();
    const [exact, simulated] = [
      await open(bytes, 'm.tflite'),
      await open(bytes, 'm.tflite', { executor: 'onnxruntime' }),
    ];
    const [a, b] = [await step(exact), await step(simulated)];
    expect(b.tensors.map(({ name, value }) => [name, value.dtype, value.shape])).toEqual(
      a.tensors.map(({ name, value }) => [name, value.dtype, value.shape]),
    );
    const others = arraysOf(a);
    for (const { name, value } of b.tensors) {
      const distance = Math.max(...new Int8Array(value.data).map((q, i) => Math.abs(q - others[name]!.values[i]!)));
      expect(distance, name).toBeLessThanOrEqual(1);
    }
    await simulated.dispose();
  });

  it.each([
    ['convolution and dense', floatConvDense],
    ['depthwise convolution, residual and pooling', floatDepthwiseResidual],
  ])('gives what another interpreter gives: %s', async (_, build) => {
    const bytes = build().bytes();
    const run = await open(bytes, 'm.tflite');
    const record = await step(run);
    expect(run.executor).toBe('onnxruntime');
    const oracle = runTfliteOracle(bytes, record.tensors[0]!.value.data);
    const wanted = floats({ data: new Uint8Array(oracle.bytes) });
    const range = Math.max(...wanted) - Math.min(...wanted);
    floats(record.outputs[0]!).forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-4 * range));
    await run.dispose();
  });

  it("keeps intermediate tensors in the file's layout on both executors", async () => {
    const bytes = floatDepthwiseResidual().bytes();
    const [a, b] = [await open(bytes, 'm.tflite'), await open(bytes, 'm.tflite', { executor: 'integer' })];
    const [lowered, direct] = [await step(a), await step(b)];
    expect(compareRun(a, lowered, arraysOf(direct), null, 'b')).toMatchObject({
      compared: 4,
      differing: 0,
      first: null,
    });
    await a.dispose();
  });

  it('names the first operator that differs', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const record = await step(run);
    const other = structuredClone(readNpz(writeNpz(exportedTensors(run, record))));
    for (const name of ['flat', 'logits']) other[name]!.values[3]! += 2;
    const comparison = compareRun(run, record, other, null, 'other.npz');
    expect(comparison).toEqual({
      against: 'other.npz',
      compared: 5,
      differing: 2,
      first: { node: 1, op: 'RESHAPE', tensor: 'flat', values: 64, different: 1, maxDifference: 2, firstIndex: 3 },
      sentence: 'First operator that differs: #1 RESHAPE, 1 of 64 values, max difference 2; 2 of 5 tensors differ.',
    });
    // 2 of a range of at most 255 is allowed with a tolerance of 1.
    expect(compareRun(run, record, other, 1, 'other.npz').first).toBeNull();
  });

  it('compares reals of another run with what the integers stand for', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const record = await step(run);
    const y = record.outputs[0]!;
    const values = Float32Array.from(new Int8Array(y.data), (q) => (q + 128) / 256);
    const other = { y: { dtype: 'float32', shape: y.shape, values } } as const;
    expect(compareRun(run, record, other, null, 'reals')).toMatchObject({ compared: 1, first: null });
  });

  it('binds free dimensions by input and by symbol', async () => {
    const bytes = tinyConvNet(17, 'Softmax');
    for (const shapes of [{ x: [2, 3, 8, 8] }, { N: [2] }]) {
      const run = await open(bytes, 'm.onnx', { shapes });
      expect((await step(run)).outputs[0]!.shape).toEqual([2, 5]);
      await run.dispose();
    }
    await expect(open(bytes, 'm.onnx', { shapes: { x: [2, 4, 8, 8] } })).rejects.toThrow('is N×3×8×8 and cannot be');
    await expect(open(bytes, 'm.onnx', { shapes: { z: [2] } })).rejects.toThrow('no input or free dimension z');
  });

  it('enters by a signature, under its names', async () => {
    const graph = readModel(new MemoryByteSource(int8ConvDense().bytes())).graphs[0]!;
    const named = int8ConvDense().signature('serving', { picture: graph.inputs[0]! }, { scores: graph.outputs[0]! });
    const run = await open(named.bytes(), 'm.tflite', { signature: 'serving' });
    expect([run.inputs[0]!.name, run.outputs[0]!.name]).toEqual(['picture', 'scores']);
    await expect(open(named.bytes(), 'm.tflite', { signature: 'other' })).rejects.toThrow('the model has serving');
  });

  it('carries a state from step to step and forgets it on reset', async () => {
    // y = x + state, stateN = y: a running sum.
    const bytes = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', [1])
      .input('state', 'float32', [1])
      .node('Add', ['x', 'state'], ['y'])
      .node('Identity', ['y'], ['stateN'])
      .output('y', 'float32', [1])
      .output('stateN', 'float32', [1])
      .build();
    const run = await open(bytes, 'm.onnx');
    expect([...run.carried]).toEqual([1]);
    const one = fileSource(run.inputs[0]!, new Uint8Array(Float32Array.of(1).buffer), {
      scale: '0..1',
      soundRate: null,
    });
    const sources = [one, zeroSource(run.inputs[1]!)];
    const sum = async (steps: number) =>
      floats((await run.run(sources, steps, () => Promise.resolve())).outputs[0]!)[0];
    expect(await sum(3)).toBe(3);
    expect(await sum(2)).toBe(5);
    run.reset();
    expect(await sum(1)).toBe(1);
    await run.dispose();
  });

  it('writes the outputs of every step', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const arrays = readNpz(writeNpz(exportedTensors(run, await step(run, 3))));
    expect(Object.keys(arrays)).toEqual(['x', 'conv', 'flat', 'logits', 'y', 'steps/y']);
    expect(arrays['steps/y']!.shape).toEqual([3, 1, 5]);
    expect(arrays['steps/y']!.values.subarray(10)).toEqual(arrays.y!.values);
  });

  it('rounds pictures, sounds and arrays to the integers of the input', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const port = run.inputs[0]!;
    const { scales, zeroPoints } = port.quantization!;
    const bytes = new Uint8Array(reals(192, 3).buffer);
    const quantized = new Int8Array(fileSource(port, bytes, { scale: '0..1', soundRate: null }).at(0).data);
    const wanted = reals(192, 3).map((r) => Math.max(-128, Math.min(127, Math.round(r / scales[0]!) + zeroPoints[0]!)));
    expect([...quantized]).toEqual([...wanted]);
    const stored = { dtype: 'int8', shape: [1, 8, 8, 3], data: new Uint8Array(192).map((_, i) => i) } as const;
    expect(fileSource(port, writeNpz([['x', stored]]), { scale: '0..1', soundRate: null }).at(0).data).toEqual(
      stored.data,
    );
  });

  it('cuts a stereo sound of another rate into pieces of the input, and says what was done', async () => {
    const run = await open(int8ConvDense().bytes(), 'm.tflite');
    const sound = wavOf(Array<number>(2 * 400).fill(0.25), { channels: 2, rate: 8000 });
    const source = fileSource(run.inputs[0]!, sound, { scale: '0..1', soundRate: 16_000 });
    expect(source.count).toBe(4);
    expect(source.notes).toEqual(['its 2 channels are mixed to one', 'resampled from 8000 Hz to 16000 Hz']);
    const short = wavOf([0, 0, 0], { channels: 1, rate: 8000 });
    expect(() => fileSource(run.inputs[0]!, short, { scale: '0..1', soundRate: null })).toThrow(/holds 3 samples/);
  });

  it('fills an input with a constant that its type holds', async () => {
    const quantized = (await open(int8ConvDense().bytes(), 'm.tflite')).inputs[0]!;
    const zero = constantSource(quantized, 0).at(0);
    expect(new Set(new Int8Array(zero.data))).toEqual(new Set(quantized.quantization!.zeroPoints));
    const rate = { ...quantized, name: 'sr', dtype: 'int64', shape: [], quantization: null } as const;
    expect(new BigInt64Array(constantSource(rate, 16_000).at(7).data.slice().buffer)).toEqual(
      BigInt64Array.of(16_000n),
    );
    expect(() => constantSource(rate, 0.5)).toThrow('The input sr is int64, which does not hold 0.5.');
    expect(() => constantSource({ ...rate, dtype: 'uint8' }, 256)).toThrow(ModelError);
  });

  it('refuses with the operators in the way', async () => {
    const b = floatConvDense();
    const extra = b.activation('extra', 'float32', [1]);
    const bytes = b.customNode('MadeUp', [0], [extra], new Uint8Array(0)).bytes();
    await expect(open(bytes, 'm.tflite')).rejects.toMatchObject({
      reason: 'unsupported-operator',
      details: [expect.stringContaining('MadeUp')],
    });
  });
});

interface Truth {
  readonly model: string;
  readonly runs: boolean;
  readonly sameOutputOnAllBuilds: boolean | null;
  readonly outputFnv1a: readonly string[];
}

describe('TensorFlow Lite Micro itself', () => {
  const reference = sharedPath('reference/tflm-truth.json');
  const models = sharedPath('models');

  it.skipIf(!reference || !models)(
    'gives the same bytes for the same seed on every integer model',
    async () => {
      const truth = JSON.parse(readFileSync(reference!, 'utf8')) as Truth[];
      const different: string[] = [];
      let equal = 0;
      for (const { model, runs, sameOutputOnAllBuilds, outputFnv1a } of truth) {
        if (!runs || sameOutputOnAllBuilds !== true) continue;
        const run = await open(readBytes(path.join(models!, model)), model, { observe: false });
        if (run.executor === 'integer') {
          const { outputs } = runAnswer(run, await step(run), { signature: null, observe: false }, null, []);
          if (outputs.map(({ fnv1a }) => fnv1a).join() === outputFnv1a.join()) equal += 1;
          else different.push(model);
        }
        await run.dispose();
      }
      expect(different).toEqual([]);
      expect(equal).toBeGreaterThan(30);
    },
    120_000,
  );
});
