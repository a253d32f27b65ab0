import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../fixtures/sharedFiles';
import { holdToTruth, runningModels, type TruthOutcome } from '../../../../fixtures/tflmTruth';

/** Models that the engine refuses on purpose. */
const REFUSED = new Map([
  ['tflite-testdata/add_quantized_int8.bin', 'adds int8 to float32: TFLM reads past the end of the tensor there'],
]);

/** 300 million products: left to the fast kernels, which other tests hold to the plain ones. */
const TOO_SLOW_PLAIN = 'tflite-micro/mobilenet_v2_quantized_1x3x224x224.tflite';

/** Many seconds of floating point: left to `npm run conformance -- tflm`. */
const TOO_SLOW = 'litert-testdata/torchaudio_conformer.tflite';

const file = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');

describe.skipIf(file === null || folder === null)('what TensorFlow Lite Micro itself computes', () => {
  const running = file === null ? [] : runningModels(file);

  it.each([
    ['plain kernels', true],
    ['the kernels a session has', false],
  ])('is what %s compute', { timeout: 240_000 }, (_, reference) => {
    const held = running.filter(({ model }) => model !== TOO_SLOW && !(reference && model === TOO_SLOW_PLAIN));
    const outcomes = held.map((truth) => ({ model: truth.model, ...holdToTruth(folder!, truth, { reference }) }));
    const named = (result: TruthOutcome['result']): string[] =>
      outcomes.filter((outcome) => outcome.result === result).map(({ model }) => model);
    console.log(`${held.length} of ${running.length} models: ${named('equal').length} equal`);
    expect(named('wrong')).toEqual([]);
    expect(named('refused')).toEqual([...REFUSED.keys()]);
  });
});
