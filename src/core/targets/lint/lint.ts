import { floatBorder } from './floatBorder';
import { arenaAboveRegion, weightsAboveFlash } from './memoryRules';
import { refusedWeights, missingOperator } from './operatorRules';
import type { Finding, LintSubject, Rule } from './finding';

const rules: readonly Rule[] = [arenaAboveRegion, weightsAboveFlash, missingOperator, refusedWeights, floatBorder];

/** What stands between this model and this board, errors first. */
export function lint(subject: LintSubject): readonly Finding[] {
  const weight = { error: 0, warning: 1, info: 2 };
  return rules.flatMap((rule) => rule(subject)).toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}
