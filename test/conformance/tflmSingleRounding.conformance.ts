import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fnv1a } from '../../src/core/execute/fnv1a';
import { readTflite } from '../../src/core/formats/tflite/readTflite';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { integerModels } from '../fixtures/integerModels';
import { readBytes, sharedPath } from '../fixtures/sharedFiles';
import { runningModels, seededOutputs } from '../fixtures/tflmTruth';
import { printRows, type Row } from './table';

/**
 * The single-rounding profile of the integer engine, held against TensorFlow Lite Micro built with
 * TFLITE_SINGLE_ROUNDING: every output of every integer model, to the bit.
 */

interface Stored {
  readonly source: string;
  /** By the first 16 hex digits of the file's SHA-256. */
  readonly outputFnv1a: Readonly<Record<string, readonly string[]>>;
  readonly oneOperator: Readonly<Record<string, string>>;
}

const stored = JSON.parse(readFileSync(path.resolve('test/fixtures/tflm-single-rounding.json'), 'utf8')) as Stored;
let partingModels = 0;

function row(name: string, bytes: Uint8Array, expected: string): Row {
  const model = readTflite(new MemoryByteSource(bytes));
  const hashes = (rounding: 'single' | 'double'): string =>
    seededOutputs(model, { rounding })
      .map(({ data }) => fnv1a(data))
      .join();
  const got = hashes('single');
  if (got !== expected) return { name, verdict: 'wrong', detail: `gives ${got}, not ${expected}` };
  if (got !== hashes('double')) partingModels += 1;
  return { name, verdict: 'equal', detail: '' };
}

const models = integerModels();
const oneOperator = Object.entries(stored.oneOperator).flatMap(([name, expected]) => {
  const bytes = models[name];
  return bytes ? [row(name, bytes, expected)] : [];
});
console.log(`Against ${stored.source}`);
let wrong = printRows('Single rounding, one-operator models', oneOperator);
const truth = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');
if (truth !== null && folder !== null) {
  const rows = runningModels(truth).flatMap(({ model }) => {
    const bytes = readBytes(path.join(folder, model));
    const expected = stored.outputFnv1a[createHash('sha256').update(bytes).digest('hex').slice(0, 16)];
    return expected ? [row(model, bytes, expected.join())] : [];
  });
  wrong += printRows('Single rounding, every integer model that TensorFlow Lite Micro runs', rows);
}
console.log(`${partingModels} of them answer otherwise when rounded twice`);
process.exitCode = wrong > 0 ? 1 : 0;
