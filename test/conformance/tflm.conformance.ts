import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fnv1a } from '../../src/core/execute/fnv1a';
import { readTflite } from '../../src/core/formats/tflite/readTflite';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { integerModels } from '../fixtures/integerModels';
import { sharedPath } from '../fixtures/sharedFiles';
import { holdToTruth, runningModels, seededOutputs, type TflmTruth } from '../fixtures/tflmTruth';
import { printRows, type Row } from './table';

/** The integer engine held against TensorFlow Lite Micro, by the hash of every output for the seeded input. */

function row(folder: string, truth: TflmTruth): Row {
  const outcome = holdToTruth(folder, truth);
  switch (outcome.result) {
    case 'equal': {
      const detail = outcome.build === 'x86' ? '' : "to the Cortex-M4 build; x86's gives another byte for odd bools";
      return { name: truth.model, verdict: 'equal', detail };
    }
    case 'refused':
      return { name: truth.model, verdict: 'refused', detail: outcome.reason };
    default:
      return {
        name: truth.model,
        verdict: 'wrong',
        detail: `gives ${outcome.hashes}, not ${truth.outputFnv1a.join()}`,
      };
  }
}

function oneOperatorRows(): readonly Row[] {
  const file = path.resolve('test/fixtures/tflm-expected.json');
  const { outputFnv1a } = JSON.parse(readFileSync(file, 'utf8')) as { outputFnv1a: Record<string, string> };
  return Object.entries(integerModels()).map(([name, bytes]) => {
    const hashes = seededOutputs(readTflite(new MemoryByteSource(bytes))).map(({ data }) => fnv1a(data));
    const expected = outputFnv1a[name] ?? 'nothing stored';
    const isEqual = hashes.join() === expected;
    return {
      name,
      verdict: isEqual ? 'equal' : 'wrong',
      detail: isEqual ? '' : `gives ${hashes.join()}, not ${expected}`,
    };
  });
}

const file = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');
let wrong = printRows('One-operator models, as tflite-micro from PyPI answers them', oneOperatorRows());
if (file !== null && folder !== null) {
  const rows = runningModels(file).map((truth) => row(folder, truth));
  wrong += printRows('Every model that TensorFlow Lite Micro runs', rows);
}
process.exitCode = wrong > 0 ? 1 : 0;
