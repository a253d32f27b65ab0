import { describe, expect, it } from 'vitest';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import { ModelError } from '../../../../../src/core/ir/errors';
import { perTensor } from '../../../../../src/core/ir/quantization';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { encode } from '../../../../fixtures/integerCases/signalCases';
import { TfliteBuilder, int8ConvDense } from '../../../../fixtures/tfliteBuilder';

function int8Value(shape: readonly number[], values: readonly number[]): TensorValue {
  return { dtype: 'int8', shape, data: new Uint8Array(Int8Array.from(values).buffer) };
}

function int8s(value: TensorValue): number[] {
  return [...new Int8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)];
}

/** y = x + state, then nothing writes the state: an SVDF is the operator that does. */
function svdf(): TfliteBuilder {
  const b = new TfliteBuilder();
  const quantization = perTensor(1 / 16, 0);
  const x = b.input('x', 'int8', [1, 1], { quantization });
  const feature = b.constant('feature', [1, 1], Int8Array.of(16), { quantization });
  const time = b.constant('time', [1, 3], Int8Array.of(16, 16, 16), { quantization });
  const bias = b.constant('bias', [1], Int32Array.of(0), { quantization: perTensor(1 / 256, 0) });
  const state = b.activation('state', 'int8', [1, 3], { quantization, isVariable: true });
  const y = b.activation('y', 'int8', [1, 1], { quantization });
  return b
    .node('SVDF', [x, feature, time, bias, state], [y], { rank: 1, fused_activation_function: 'NONE' })
    .outputs(y);
}

describe('a session of the integer engine', () => {
  it('keeps the state of variable tensors from run to run until it is reset', () => {
    const session = createIntegerSession(svdf().model());
    const step = (x: number): number => int8s(session.invoke([int8Value([1, 1], [x])])[0]!)[0]!;
    expect([step(10), step(20), step(30), step(0)]).toEqual([10, 30, 60, 50]);
    session.reset();
    expect(step(1)).toBe(1);
  });

  it('shows intermediate tensors by id and by name', async () => {
    const model = int8ConvDense().model();
    const session = createIntegerSession(model);
    const x = session.tensor(model.graphs[0]!.inputs[0]!)!;
    const conv = model.graphs[0]!.tensors.find(({ name }) => name === 'conv')!;
    const results = await session.run({ x }, ['conv', 'y']);
    expect(results.conv).toEqual(session.tensor(conv.id));
    expect(results.conv?.shape).toEqual([1, 4, 4, 4]);
    expect(results.y?.dtype).toBe('int8');
    expect(session.inputNames).toEqual(['x']);
    expect(session.outputNames).toEqual(['y']);
  });

  it('gives copies: a later run does not change an earlier answer', () => {
    const session = createIntegerSession(svdf().model());
    const [first] = session.invoke([int8Value([1, 1], [7])]);
    session.invoke([int8Value([1, 1], [9])]);
    expect(int8s(first!)).toEqual([7]);
  });

  it('lists every operator that it cannot run, with the reason', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'int8', [1, 4], { quantization: perTensor(1, 0) });
    const a = b.activation('a', 'int8', [1, 4], { quantization: perTensor(1, 0) });
    const y = b.activation('y', 'float32', [1, 4]);
    b.node('GELU', [x], [a]).node('EXP', [a], [y]).outputs(y);
    try {
      createIntegerSession(b.model());
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect((error as ModelError).reason).toBe('unsupported-operator');
      expect((error as ModelError).details).toEqual([
        'GELU (operator 0): TensorFlow Lite Micro has no kernel for it',
        'EXP (operator 1): there is no kernel for int8 -> float32',
      ]);
    }
  });

  it('refuses inputs of another shape, type, number or name', async () => {
    const session = createIntegerSession(svdf().model());
    expect(() => session.invoke([])).toThrow('The model takes 1 inputs, not 0.');
    expect(() => session.invoke([int8Value([2], [1, 2])])).toThrow('The input x takes int8 1×1, not int8 2.');
    await expect(session.run({ z: int8Value([1, 1], [1]) })).rejects.toThrow('no input called z');
    await expect(session.run({})).rejects.toThrow('The input x is missing.');
    await expect(session.run({ x: int8Value([1, 1], [1]) }, ['q'])).rejects.toThrow('no tensor called q');
  });

  it('refuses activations that no memory could hold before it allocates them', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'int8', [65536, 65536], { quantization: perTensor(1, 0) });
    const y = b.activation('y', 'int8', [65536, 65536], { quantization: perTensor(1, 0) });
    const model = b.node('RELU', [x], [y]).outputs(y).model();
    expect(() => createIntegerSession(model)).toThrow(expect.objectContaining({ reason: 'too-large' }));
  });

  it('ends a run early where a circular buffer waits for its period, and starts the period again on a reset', () => {
    const b = new TfliteBuilder();
    const quantization = perTensor(1, 0);
    const x = b.input('x', 'int8', [1, 1, 1, 1], { quantization });
    const held = b.activation('held', 'int8', [1, 3, 1, 1], { quantization, isVariable: true });
    const y = b.activation('y', 'int8', [1, 3, 1, 1], { quantization });
    b.customNode('CIRCULAR_BUFFER', [x], [held], encode({ cycles_max: 2 })).node('ADD', [held, held], [y], {
      fused_activation_function: 'NONE',
    });
    const session = createIntegerSession(b.outputs(y).model());
    const step = (value: number): number[] => int8s(session.invoke([int8Value([1, 1, 1, 1], [value])])[0]!);
    expect([step(1), step(2), step(3), step(4)]).toEqual([
      [0, 0, 0],
      [0, 2, 4],
      [0, 2, 4],
      [4, 6, 8],
    ]);
    step(5);
    session.reset();
    expect([step(6), step(7)]).toEqual([
      [4, 6, 8],
      [0, 12, 14],
    ]);
  });

  it('rounds twice unless asked to round once', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'int8', [1, 256], { quantization: perTensor(0.1, 0) });
    const y = b.activation('y', 'int8', [1, 256], { quantization: perTensor(0.4, 0) });
    const model = b.node('QUANTIZE', [x], [y]).outputs(y).model();
    const values = Array.from({ length: 256 }, (_, i) => i - 128);
    const [twice, once] = (['double', 'single'] as const).map((rounding) =>
      int8s(createIntegerSession(model, { rounding }).invoke([int8Value([1, 256], values)])[0]!),
    );
    const halves = values.filter((value) => value < 0 && value % 4 === -2);
    // Halves below zero: away from zero when rounded twice, upwards when rounded once.
    expect(halves.map((value) => twice![value + 128])).toEqual(halves.map((value) => Math.floor(value / 4)));
    expect(halves.map((value) => once![value + 128])).toEqual(halves.map((value) => (value + 2) / 4));
  });
});
