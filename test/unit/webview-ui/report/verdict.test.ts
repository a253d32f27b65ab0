import { describe, expect, it } from 'vitest';
import type { ModelFigures, TransformAnswer } from '../../../../src/core/answers/transformAnswer';
import { changesOf, formatChange } from '../../../../webview-ui/report/changes';
import { verdictOf } from '../../../../webview-ui/report/verdict';

const FIGURES: ModelFigures = {
  fileBytes: 318_144,
  arena: 196_608,
  macs: 12_501_632,
  parameters: 78_666,
  gzipBytes: 290_000,
  zeroWeights: 10,
};

function answer(changed: Partial<TransformAnswer>): TransformAnswer {
  return {
    schemaVersion: 1,
    notes: [],
    estimated: [],
    command: 'quantize',
    source: '/models/resnet8.tflite',
    output: '/models/resnet8.int8.tflite',
    method: 'static int8',
    before: FIGURES,
    after: { ...FIGURES, fileBytes: 98_496, arena: 49_152 },
    sqnrDb: 28.2,
    cosine: 0.9992,
    top1Agreement: 0.97,
    samples: 744,
    data: '/data',
    layers: [],
    seconds: 1.9,
    ...changed,
  };
}

describe('verdictOf', () => {
  it('says what a good result is worth', () => {
    const verdict = verdictOf(answer({}));
    expect(verdict.kind).toBe('ok');
    expect(verdict.text).toBe(
      'The file is 69.0 % smaller; the output has an SQNR of 28.2 dB and 97.0 % of the answers are the same, on 744 samples.',
    );
  });

  it('warns when answers changed or the error is high', () => {
    expect(verdictOf(answer({ top1Agreement: 0.8 })).kind).toBe('warn');
    expect(verdictOf(answer({ sqnrDb: 15 })).kind).toBe('warn');
    expect(verdictOf(answer({ sqnrDb: 4 })).kind).toBe('bad');
  });

  it('does not claim what was not measured', () => {
    const verdict = verdictOf(answer({ samples: 0, sqnrDb: null, top1Agreement: null, cosine: null }));
    expect(verdict).toEqual({
      kind: 'info',
      text: 'The file is 69.0 % smaller. The output was not measured: no data was given.',
    });
  });

  it('speaks of zeros when the file keeps its size', () => {
    const pruned = answer({ command: 'prune', after: { ...FIGURES, zeroWeights: 39_333 } });
    expect(verdictOf(pruned).text).toContain('50.0 % of the weights are zero');
  });
});

describe('changesOf', () => {
  it('tells that pruning leaves RAM and latency as they are', () => {
    const pruned = changesOf(
      answer({ command: 'prune', after: { ...FIGURES, gzipBytes: 150_000, zeroWeights: 39_333 } }),
    );
    const remarks = new Map(pruned.map(({ name, remark }) => [name, remark]));
    expect(remarks.get('Planned arena')).toContain('RAM is the same');
    expect(remarks.get('MACs')).toContain('latency is the same');
    expect(remarks.get('File, gzip')).toBeNull();
  });

  it('says that a figure is not known instead of guessing', () => {
    const [file, , arena] = changesOf(answer({ before: { ...FIGURES, arena: null } }));
    expect(arena).toMatchObject({ before: 'not known', ratio: null });
    expect(formatChange(file?.ratio ?? null)).toBe('−69.0 %');
  });

  it('writes changes with a sign', () => {
    expect([formatChange(1), formatChange(1.041), formatChange(null)]).toEqual(['same', '+4.1 %', '–']);
  });
});
