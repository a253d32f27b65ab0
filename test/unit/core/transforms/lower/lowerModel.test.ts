import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { readModel } from '../../../../../src/core/formats/readModel';
import { bytesOf } from '../../../../../src/core/ir/dtype';
import { ModelError } from '../../../../../src/core/ir/errors';
import { inferShapes } from '../../../../../src/core/ir/inferShapes';
import { mainGraph, type Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { withMainGraph } from '../../../../../src/core/transforms/fold/dropUnused';
import { preparedGraph } from '../../../../../src/core/transforms/fold/prepare';
import { lowerToOnnx } from '../../../../../src/core/transforms/lower/lowerModel';
import { onnxruntimeExecutor } from '../../../../../src/node/onnxruntimeExecutor';
import { filesUnder, readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { floatConvDense, floatDepthwiseResidual, reals } from '../../../../fixtures/tfliteBuilder';
import { runTfliteOracle } from '../../../../fixtures/tfliteOracle';

/** Largest difference of any output, as a share of that output's largest value. */
async function worstDifference(file: Uint8Array, forOracle: Uint8Array = file): Promise<number> {
  const model = inferShapes(readModel(new MemoryByteSource(file, 'm.tflite')));
  const lowered = lowerToOnnx(model);
  const fed = lowered.inputs.map(({ dtype, shape }, i) => {
    const count = shape.reduce((product, dim) => product * dim, 1);
    return dtype === 'float32' ? new Uint8Array(reals(count, 3 + i).buffer) : new Uint8Array(bytesOf(dtype, count));
  });
  const session = await onnxruntimeExecutor().load(lowered.onnx);
  const values = lowered.inputs.map(({ name, dtype, shape }, i) => [name, { dtype, shape, data: fed[i]! }] as const);
  const results = await session.run(Object.fromEntries(values));
  await session.dispose();
  const oracle = runTfliteOracle(forOracle, Buffer.concat(fed));
  let worst = 0;
  let at = 0;
  for (const { name } of lowered.outputs) {
    const mine = new Float32Array(results[name]!.data.slice().buffer);
    const theirs = new Float32Array(new Uint8Array(oracle.bytes.subarray(at, (at += mine.byteLength))).buffer);
    const range = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    mine.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - theirs[i]!) / range)));
  }
  expect(at).toBe(oracle.bytes.length);
  return worst;
}

/** As a file whose weights are float32 and whose custom operators are builtins, so that an interpreter runs it. */
function prepared(file: Uint8Array): Uint8Array {
  const model: Model = readModel(new MemoryByteSource(file, 'm.tflite'));
  return writeTflite(withMainGraph(model, preparedGraph(model)).model);
}

describe('lowering to ONNX answers as a TFLite interpreter does', () => {
  it.each(Object.entries({ floatConvDense, floatDepthwiseResidual }))('for %s', async (_, build) => {
    expect(await worstDifference(build().bytes())).toBeLessThan(1e-5);
  });

  const packages = [
    'face_detection/face_detection_short_range.tflite',
    'face_detection/face_detection_full_range.tflite',
  ];
  it.each(packages)('for %s with its float16 weights', async (name) => {
    expect(await worstDifference(readBytes(path.join('node_modules/@mediapipe', name)))).toBeLessThan(1e-4);
  });

  it('for selfie_segmentation, its custom transposed convolution written as the builtin', async () => {
    const file = readBytes('node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite');
    expect(await worstDifference(file, prepared(file))).toBeLessThan(1e-4);
  });

  const models = sharedPath('models/mlperf-tiny');
  const names = ['pretrainedResnet.tflite', 'vww_96_float.tflite', 'ad01_fp32.tflite'];
  it.skipIf(models === null).each(names)('for %s', async (name) => {
    expect(await worstDifference(readBytes(path.join(models!, name)))).toBeLessThan(1e-4);
  });
});

describe('lowerToOnnx', () => {
  it('names every operator that it cannot take', () => {
    const file = readBytes('node_modules/@mediapipe/face_detection/face_detection_full_range_sparse.tflite');
    const model = readModel(new MemoryByteSource(file, 'm.tflite'));
    const refusal = expect.objectContaining({ reason: 'unsupported-operator' }) as Error;
    expect(() => lowerToOnnx(model)).toThrow(refusal);
    expect(() => lowerToOnnx(model)).toThrow(/DENSIFY/);
  });

  const folders = ['models/ai-edge-quantizer', 'models/litert-testdata', 'models/tflite-testdata'].map(sharedPath);
  it.skipIf(folders.includes(null))('lowers or refuses every real file with a reason', () => {
    const counts = { lowered: 0, refused: 0 };
    for (const file of folders.flatMap((folder) => filesUnder(folder!, '.tflite', '.bin'))) {
      try {
        lowerToOnnx(inferShapes(readModel(new MemoryByteSource(readBytes(file), path.basename(file)))));
        counts.lowered += 1;
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(`${file} failed`, { cause: error });
        counts.refused += 1;
      }
    }
    console.log(`lowered ${counts.lowered} real files, refused ${counts.refused}`);
    expect(counts.lowered).toBeGreaterThan(counts.refused);
  });

  it('observes an activation inside the model', async () => {
    const model = inferShapes(floatConvDense().model());
    const graph = mainGraph(model);
    const inner = graph.nodes[0]!.outputs[0]!;
    const lowered = lowerToOnnx(model, [inner]);
    const session = await onnxruntimeExecutor().load(lowered.onnx);
    expect(session.outputNames).toContain(lowered.observed.get(inner));
    await session.dispose();
  });
});
