import type { LintFinding, ProfileAnswer } from '../answers/profileAnswer';
import type { Limit } from './budget';

/** One limit and what became of it. */
export interface BudgetRow {
  /** The name of the model's file, from the folder of `tinyml.json`. */
  readonly model: string;
  readonly what: 'arena' | 'flash' | 'accuracyDrop';
  /** Bytes; a share from 0 to 1 for `accuracyDrop`. */
  readonly limit: number;
  /** Null when it is not known or not measured. */
  readonly actual: number | null;
  /** The figure of `tinyml profile --json` that `actual` is: `arena.minimum`. */
  readonly figure: string | null;
  /** Null when `actual` is. */
  readonly ok: boolean | null;
}

/**
 * `ok`: all limits hold. `over-budget`: a limit is exceeded. `lint-error`: the model will not run there. `not-measured`:
 * a limit could not be told. `unusable`: there is no such file, or it is no model.
 */
export type Verdict = 'ok' | 'over-budget' | 'lint-error' | 'not-measured' | 'unusable';

/** A model against its budget on one board and runtime. Bytes. */
export interface ModelCheck {
  readonly model: string;
  readonly board: string | null;
  readonly runtime: string;
  /** The arena to set aside; null when it is not known. */
  readonly arena: number | null;
  readonly flash: number | null;
  /** `arena` and `flash`, where they are estimates or leave something out. */
  readonly estimated: readonly string[];
  readonly budgets: readonly BudgetRow[];
  readonly lint: readonly LintFinding[];
  readonly verdict: Verdict;
  /** Why the model is unusable. */
  readonly problem: string | null;
}

/** What was measured outside the profile. */
export interface Measured {
  /** Accuracy lost against the reference, as a share from 0 to 1; null where nobody measured it. */
  readonly accuracyDrop: number | null;
}

interface Figure {
  readonly name: string | null;
  readonly value: number | null;
}

/** The arena to set aside: what is used or, where AllocateTensors itself needs more, that; else what is planned. */
function arenaOf({ arena }: ProfileAnswer): Figure {
  const { total, minimum, planned } = arena;
  if (total === null) return { name: planned === null ? null : 'arena.planned', value: planned };
  return minimum !== null && minimum > total
    ? { name: 'arena.minimum', value: minimum }
    : { name: 'arena.total', value: total };
}

/** The model and the code that runs it; the model alone where the size of that code is not known. */
function flashOf({ flash }: ProfileAnswer): Figure {
  return flash.total === null
    ? { name: 'flash.model', value: flash.model }
    : { name: 'flash.total', value: flash.total };
}

/** Each limit against the profile of the model it is for. */
export function evaluateLimits(
  model: string,
  limits: readonly Limit[],
  profile: ProfileAnswer,
  { accuracyDrop }: Measured = { accuracyDrop: null },
): readonly BudgetRow[] {
  return limits.map(({ key, value: limit }) => {
    const [what, figure] = ((): readonly [BudgetRow['what'], Figure] => {
      if (key === 'maxArena') return ['arena', arenaOf(profile)];
      if (key === 'maxFlash') return ['flash', flashOf(profile)];
      return ['accuracyDrop', { name: null, value: accuracyDrop }];
    })();
    const { name, value } = figure;
    return { model, what, limit, actual: value, figure: name, ok: value === null ? null : value <= limit };
  });
}

/** What a model's profile says to its limits. */
export function checkModel(model: string, limits: readonly Limit[], profile: ProfileAnswer): ModelCheck {
  const arena = arenaOf(profile);
  const flash = flashOf(profile);
  const budgets = evaluateLimits(model, limits, profile);
  return {
    model,
    board: profile.board,
    runtime: profile.runtime,
    arena: arena.value,
    flash: flash.value,
    estimated: [
      ...(arena.name !== null && profile.estimated.includes(arena.name) ? ['arena'] : []),
      ...(flash.name !== null && profile.estimated.includes(flash.name) ? ['flash'] : []),
    ],
    budgets,
    lint: profile.lint,
    verdict: verdictOf(budgets, profile.lint),
    problem: null,
  };
}

/** A model that could not be profiled; `problem` is the sentence that says why. */
export function unusableModel(
  model: string,
  target: { readonly board: string | null; readonly runtime: string },
  problem: string,
): ModelCheck {
  const unknown = { arena: null, flash: null, estimated: [], budgets: [], lint: [] };
  return { model, board: target.board, runtime: target.runtime, ...unknown, verdict: 'unusable', problem };
}

function verdictOf(budgets: readonly BudgetRow[], lint: readonly LintFinding[]): Verdict {
  if (budgets.some(({ ok }) => ok === false)) return 'over-budget';
  if (lint.some(({ severity }) => severity === 'error')) return 'lint-error';
  return budgets.some(({ ok }) => ok === null) ? 'not-measured' : 'ok';
}
