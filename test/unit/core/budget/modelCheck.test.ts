import { describe, expect, it } from 'vitest';
import { profile } from '../../../../src/core/answers/profile';
import type { ProfileAnswer } from '../../../../src/core/answers/profileAnswer';
import { checkAnswer } from '../../../../src/core/budget/checkAnswer';
import { checkModel, evaluateLimits, unusableModel } from '../../../../src/core/budget/modelCheck';
import { parseBudgets } from '../../../../src/core/budget/parseBudgets';
import { runtimeById } from '../../../../src/core/targets/runtimes';
import { GraphByHand, modelOf, softmax } from '../memory/graphByHand';

const graph = new GraphByHand()
  .tensor('x', [1, 100])
  .tensor('y', [1, 100])
  .node('SOFTMAX', softmax, ['x'], ['y'])
  .graph(['x'], ['y']);
const answer = profile(modelOf([graph]), { board: null, runtime: runtimeById('tflm')! });

function limits(text: string): Parameters<typeof checkModel>[1] {
  return parseBudgets(`{"model": "m", ${text}}`).budgets[0]!.limits;
}

function withArena(arena: Partial<ProfileAnswer['arena']>, changes: Partial<ProfileAnswer> = {}): ProfileAnswer {
  return { ...answer, arena: { ...answer.arena, ...arena }, lint: [], ...changes };
}

describe('a limit', () => {
  it('holds to the byte', () => {
    const exact = withArena({ total: 1000, minimum: 900 });
    const rows = (bytes: number) => evaluateLimits('m', limits(`"maxArena": ${bytes}`), exact);
    expect(rows(1000)).toEqual([
      { model: 'm', what: 'arena', limit: 1000, actual: 1000, figure: 'arena.total', ok: true },
    ]);
    expect(rows(999)[0]?.ok).toBe(false);
  });

  it('is held against what AllocateTensors needs where that is more than what stays in use', () => {
    const [row] = evaluateLimits('m', limits('"maxArena": 700'), withArena({ total: 676, minimum: 1072 }));
    expect(row).toMatchObject({ actual: 1072, figure: 'arena.minimum', ok: false });
  });

  it('is held against what is planned where no more is known', () => {
    const only = withArena({ total: null, minimum: null, persistent: null, planned: 224 });
    expect(evaluateLimits('m', limits('"maxArena": 300'), only)[0]).toMatchObject({
      actual: 224,
      figure: 'arena.planned',
    });
  });

  it('that cannot be told is neither kept nor broken', () => {
    const none = withArena({ total: null, minimum: null, planned: null });
    expect(evaluateLimits('m', limits('"maxArena": 300'), none)[0]).toMatchObject({
      actual: null,
      figure: null,
      ok: null,
    });
  });

  it('of flash counts the code where its size is known', () => {
    const flash = { weights: 10, model: 100, code: 50, total: 150, parts: [] };
    const [row] = evaluateLimits('m', limits('"maxFlash": 149'), withArena({}, { flash }));
    expect(row).toMatchObject({ what: 'flash', actual: 150, ok: false });
  });

  it('of accuracy is not measured until somebody measures it', () => {
    const drop = limits('"maxAccuracyDrop": 0.02');
    expect(evaluateLimits('m', drop, answer)[0]).toMatchObject({ what: 'accuracyDrop', actual: null, ok: null });
    expect(evaluateLimits('m', drop, answer, { accuracyDrop: 0.03 })[0]).toMatchObject({ actual: 0.03, ok: false });
  });
});

describe('a check', () => {
  const error = { rule: 'tinyml/missing-operator', severity: 'error', node: 0, message: 'No.' } as const;
  const ok = checkModel('m', limits('"maxArena": 9000'), withArena({ total: 10, minimum: 10 }));
  const unmeasured = checkModel('m', limits('"maxAccuracyDrop": 0.02'), withArena({}));

  it('passes when all limits hold', () => {
    expect(ok.verdict).toBe('ok');
    expect(checkAnswer('tinyml.json', true, [ok]).passed).toBe(true);
  });

  it('fails on a broken limit, an error of lint, and a file that cannot be used', () => {
    const over = checkModel('m', limits('"maxArena": 9'), withArena({ total: 10 }));
    const refused = checkModel('m', [], withArena({}, { lint: [error] }));
    const gone = unusableModel('m', { board: null, runtime: 'tflm' }, 'There is no such file.');
    expect([over, refused, gone].map(({ verdict }) => verdict)).toEqual(['over-budget', 'lint-error', 'unusable']);
    for (const each of [over, refused, gone]) expect(checkAnswer('tinyml.json', false, [ok, each]).passed).toBe(false);
  });

  it('does not fail on a warning', () => {
    expect(checkModel('m', [], withArena({}, { lint: [{ ...error, severity: 'warning' }] })).verdict).toBe('ok');
  });

  it('fails on what was not measured only when it is strict, and says so', () => {
    expect(unmeasured.verdict).toBe('not-measured');
    const lax = checkAnswer('tinyml.json', false, [unmeasured]);
    expect(lax.passed).toBe(true);
    expect(lax.notes).toContain('maxAccuracyDrop: not measured for 1 model, which only --strict fails.');
    expect(checkAnswer('tinyml.json', true, [unmeasured]).passed).toBe(false);
  });

  it('names estimates', () => {
    const rough = checkModel('m', [], withArena({ total: 10, minimum: null }, { estimated: ['arena.total'] }));
    expect(checkAnswer('tinyml.json', false, [ok, rough]).estimated).toEqual(['models.0.flash', 'models.1.arena']);
  });
});
