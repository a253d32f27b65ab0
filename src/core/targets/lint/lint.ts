import { notAccelerated } from './acceleration';
import { helpOf } from './catalog';
import { misalignedBuffers, unusedWeights } from './fileRules';
import { floatBorder } from './floatBorder';
import { kernelRefusals } from './kernelRefusals';
import { arenaAboveRegion, weightsAboveFlash } from './memoryRules';
import { formatNotTaken, loops, missingOperator, operatorVersion } from './operatorRules';
import { blockwiseQuantization, perChannelFullyConnected, sparseWeights } from './quantizationRules';
import { resolverList, resourceVariables } from './resolverRules';
import { dynamicShape } from './shapeRules';
import type { Finding, LintSubject, Rule } from './finding';

const rules: readonly Rule[] = [
  arenaAboveRegion,
  weightsAboveFlash,
  formatNotTaken,
  missingOperator,
  kernelRefusals,
  sparseWeights,
  blockwiseQuantization,
  misalignedBuffers,
  loops,
  operatorVersion,
  dynamicShape,
  notAccelerated,
  perChannelFullyConnected,
  floatBorder,
  unusedWeights,
  resourceVariables,
  resolverList,
];

/** What stands between this model and this board, errors first. */
export function lint(subject: LintSubject): readonly Finding[] {
  const weight = { error: 0, warning: 1, info: 2 };
  return rules
    .flatMap((rule) => rule(subject))
    .map((finding) => ({ ...finding, help: helpOf(finding.rule) }))
    .toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}
