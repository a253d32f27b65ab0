import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../../../../src/core/ir/dtype';
import { mainGraph } from '../../../../../src/core/ir/model';
import { bindShape } from '../../../../../src/core/ir/shape';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { tfliteFormat } from '../../../../../src/core/formats/tflite/tfliteFormat';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { filesUnder, readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import {
  floatConvDense,
  floatDepthwiseResidual,
  hybridConvDense,
  int8ConvDense,
  reals,
} from '../../../../fixtures/tfliteBuilder';

const oracle = path.resolve('test/support/oracle/tfliteOracle.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-written-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a TFLite interpreter, written by others, answers to one repeatable input. */
function run(file: Uint8Array): Buffer {
  const [modelPath, inputPath, outputPath] = ['model.tflite', 'in', 'out'].map((name) => path.join(folder, name));
  const graph = mainGraph(tfliteFormat.read(new MemoryByteSource(file, 'm')));
  const inputs = graph.inputs.map((id) => {
    const { dtype, shape } = graph.tensors[id]!;
    const count = bindShape(shape ?? []).reduce((product, dim) => product * dim, 1);
    const values = reals(count, 7 + id);
    return dtype === 'float32' ? Buffer.from(values.buffer) : Buffer.alloc(bytesOf(dtype, count), 37);
  });
  writeFileSync(modelPath!, file);
  writeFileSync(inputPath!, Buffer.concat(inputs));
  execFileSync(process.execPath, [oracle, modelPath!, inputPath!, outputPath!], { timeout: 15_000, stdio: 'pipe' });
  return readFileSync(outputPath!);
}

function rewritten(file: Uint8Array): Uint8Array {
  return writeTflite(tfliteFormat.read(new MemoryByteSource(file, 'm')));
}

describe('written files in a TFLite interpreter', () => {
  it.each(Object.entries({ floatConvDense, floatDepthwiseResidual, hybridConvDense, int8ConvDense }))(
    'runs %s',
    (_, build) => {
      const answer = run(build().bytes());
      expect(new Set(answer).size).toBeGreaterThan(1);
    },
  );
});

const models = sharedPath('models/mlperf-tiny');

describe.skipIf(models === null)('real models, rewritten', () => {
  const files = models === null ? [] : filesUnder(models, '.tflite').filter((file) => !file.includes('variants'));

  it.each(files.map((file) => [path.basename(file), file]))('%s answers the same', (_, file) => {
    const original = readBytes(file);
    expect(run(rewritten(original)).equals(run(original))).toBe(true);
  });
});
