import { SCHEMA_VERSION, type Answer } from '../answers/inspectAnswer';
import type { ModelCheck } from './modelCheck';

/** `tinyml check --json`. */
export interface CheckAnswer extends Answer {
  /** The `tinyml.json` that was checked. */
  readonly config: string;
  /** A limit that could not be told counts as exceeded. */
  readonly strict: boolean;
  /** False makes the command exit 1. */
  readonly passed: boolean;
  readonly models: readonly ModelCheck[];
}

/** Gathers the checks of a `tinyml.json`. */
export function checkAnswer(config: string, strict: boolean, models: readonly ModelCheck[]): CheckAnswer {
  const rows = models.flatMap(({ budgets }) => budgets);
  const unmeasured = rows.filter(({ what, ok }) => what === 'accuracyDrop' && ok === null).length;
  const unknown = rows.filter(({ what, ok }) => what !== 'accuracyDrop' && ok === null).length;
  const outcome = strict ? 'which --strict fails' : 'which only --strict fails';
  return {
    schemaVersion: SCHEMA_VERSION,
    notes: [
      ...(unmeasured > 0 ? [`maxAccuracyDrop: not measured for ${counted(unmeasured)}, ${outcome}.`] : []),
      ...(unknown > 0 ? [`A limit in bytes could not be told for ${counted(unknown)}, ${outcome}.`] : []),
      ...leftOut(models),
    ],
    estimated: models.flatMap(({ estimated }, index) => estimated.map((key) => `models.${index}.${key}`)),
    config,
    strict,
    passed: models.every(({ verdict }) => verdict === 'ok' || (verdict === 'not-measured' && !strict)),
    models,
  };
}

function leftOut(models: readonly ModelCheck[]): readonly string[] {
  const figures = new Set(models.flatMap(({ budgets }) => budgets.map(({ figure }) => figure)));
  return [
    ...(figures.has('arena.planned')
      ? ['Where persistent bytes are not known, the arena counts only what is planned: set aside more.']
      : []),
    ...(figures.has('flash.model') ? ['Flash counts the model only, not the code that runs it.'] : []),
  ];
}

function counted(models: number): string {
  return models === 1 ? '1 model' : `${models} models`;
}
