import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReals } from '../../../../../src/core/ir/decode';
import { mainGraph } from '../../../../../src/core/ir/model';
import { readModel } from '../../../../../src/core/formats/readModel';
import { writeModel } from '../../../../../src/core/formats/writeModel';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { pruneMagnitude } from '../../../../../src/core/transforms/prune/pruneMagnitude';
import { tinyConvNet } from '../../../../fixtures/onnxModels';
import { floatConvDense, int8ConvDense } from '../../../../fixtures/tfliteBuilder';
import { readBytes } from '../../../../fixtures/sharedFiles';

const models = {
  float: () => floatConvDense().model(),
  int8: () => int8ConvDense().model(),
  onnx: () => readModel(new MemoryByteSource(tinyConvNet(), 'm.onnx')),
};

describe('pruneMagnitude', () => {
  it.each(Object.entries(models))('keeps the largest weights of a %s model as they are', (_, build) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (amount) => {
        const model = build();
        const { model: pruned, layers } = pruneMagnitude(model, amount);
        const changed = mainGraph(pruned).tensors.filter(
          (tensor, id) => tensor.constant !== mainGraph(model).tensors[id]!.constant,
        );
        expect(changed.length).toBe(layers.length);
        for (const tensor of changed) {
          const before = Array.from(decodeReals(mainGraph(model).tensors[tensor.id]!));
          const after = Array.from(decodeReals(tensor));
          const cut = before.flatMap((value, i) => (after[i] === value ? [] : [Math.abs(value)]));
          const kept = after.filter((value) => value !== 0).map(Math.abs);
          expect(Math.max(0, ...cut)).toBeLessThanOrEqual(Math.min(Infinity, ...kept));
          expect(after.filter((value) => value === 0).length).toBeGreaterThanOrEqual(
            Math.floor(amount * before.length),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it('cuts exactly the share asked for, biases aside', () => {
    const { layers } = pruneMagnitude(models.float(), 0.5);
    expect(layers.map(({ weights, zeros }) => [weights, zeros])).toEqual([
      [108, 54],
      [320, 160],
    ]);
  });

  it.each(Object.entries(models))('survives the file: %s', (_, build) => {
    const { model } = pruneMagnitude(build(), 0.5);
    const again = readModel(new MemoryByteSource(writeModel(model), `m.${model.format}`));
    const values = (graph: ReturnType<typeof mainGraph>) =>
      graph.tensors
        .filter((tensor) => tensor.constant && tensor.dtype !== 'int64')
        .map((tensor) => [tensor.name, decodeReals(tensor)]);
    expect(Object.fromEntries(values(mainGraph(again)))).toEqual(Object.fromEntries(values(mainGraph(model))));
  });

  it('reaches float16 weights behind DEQUANTIZE', () => {
    const file = readBytes('node_modules/@mediapipe/face_detection/face_detection_short_range.tflite');
    const { layers } = pruneMagnitude(readModel(new MemoryByteSource(file, 'f.tflite')), 0.5);
    expect(layers.length).toBeGreaterThan(20);
  });
});
