import path from 'node:path';
import { profile } from '../../core/answers/profile';
import { BudgetError } from '../../core/budget/budgetError';
import type { BudgetPlan, NamedModel, PlannedBudget } from '../../core/budget/budgetPlan';
import { checkAnswer, type CheckAnswer } from '../../core/budget/checkAnswer';
import { limitSentence } from '../../core/budget/limitSentence';
import { checkModel, unusableModel, type BudgetRow, type ModelCheck } from '../../core/budget/modelCheck';
import { inferShapes } from '../../core/ir/inferShapes';
import { runtimeById, runtimes } from '../../core/targets/runtimes';
import { nearestBudgetFile, planBudgets } from '../../node/budgetFile';
import type { Command } from '../command';
import { InputError, UsageError, withFile } from '../commandErrors';
import { openModel } from '../openModel';
import { alignColumns, formatBytes } from '../table';

function configOf(operand: string | undefined): string {
  if (operand !== undefined) return operand;
  const nearest = nearestBudgetFile(process.cwd());
  if (nearest === null) throw new UsageError('there is no tinyml.json here or in a folder above');
  return path.relative(process.cwd(), nearest);
}

function planOf(config: string): BudgetPlan {
  try {
    return planBudgets(config);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const where = error.at ? `${config}:${error.at.start.line + 1}` : config;
    throw new InputError(where, error.message, { cause: error });
  }
}

async function checkOne({ budget, board }: PlannedBudget, { path: file, name }: NamedModel): Promise<ModelCheck> {
  const runtime = runtimeById(budget.runtime ?? '') ?? runtimes[0]!;
  try {
    const model = inferShapes(await openModel(file));
    return withFile(file, () => checkModel(name, budget.limits, profile(model, { board, runtime })));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return unusableModel(name, { board: budget.board, runtime: runtime.id }, error.message);
  }
}

async function checkAll({ planned }: BudgetPlan, signal: AbortSignal): Promise<readonly ModelCheck[]> {
  const checks: ModelCheck[] = [];
  for (const each of planned) {
    const { budget, models } = each;
    if (models.length === 0) {
      const target = { board: budget.board, runtime: budget.runtime ?? runtimes[0]!.id };
      checks.push(unusableModel(budget.model, target, 'No file matches this pattern.'));
    }
    for (const model of models) {
      signal.throwIfAborted();
      checks.push(await checkOne(each, model));
    }
  }
  return checks;
}

const VERDICTS: Readonly<Record<ModelCheck['verdict'], string>> = {
  ok: 'ok',
  'over-budget': 'OVER BUDGET',
  'lint-error': 'LINT ERROR',
  'not-measured': 'not measured',
  unusable: 'UNUSABLE',
};

/** The answer as lines for people. */
function checkLines({ models, notes, passed }: CheckAnswer): readonly string[] {
  const header = ['model', 'board', 'runtime', 'arena', 'limit', 'flash', 'limit', 'lint errors', 'verdict'];
  const table = alignColumns([header, ...models.map(tableRow)], new Set([3, 4, 5, 6, 7]));
  const estimates = models.some(({ estimated }) => estimated.length > 0) ? ['~ marks an estimate.'] : [];
  const sections = [table, models.flatMap(problemLines), [...estimates, ...notes], [verdictLine(models, passed)]];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index > 0 ? ['', ...section] : section));
}

function tableRow(check: ModelCheck): readonly string[] {
  const { model, board, runtime, arena, flash, estimated, budgets, lint, verdict } = check;
  const isUsable = verdict !== 'unusable';
  const figure = (key: string, bytes: number | null): string => {
    if (bytes === null) return isUsable ? 'not known' : '-';
    return (estimated.includes(key) ? '~' : '') + formatBytes(bytes);
  };
  const limit = (what: BudgetRow['what']): string => {
    const row = budgets.find((each) => each.what === what);
    return row ? formatBytes(row.limit) : '-';
  };
  const errors = isUsable ? String(lint.filter(({ severity }) => severity === 'error').length) : '-';
  return [
    model,
    board ?? '-',
    runtime,
    figure('arena', arena),
    limit('arena'),
    figure('flash', flash),
    limit('flash'),
    errors,
    VERDICTS[verdict],
  ];
}

/** What fails, a line each: limits, then lint errors, then what keeps the model from being read. */
function problemLines({ model, budgets, lint, problem }: ModelCheck): readonly string[] {
  return [
    ...budgets.filter(({ ok }) => ok !== true).map((row) => `${model}: ${limitSentence(row)}`),
    ...lint.filter(({ severity }) => severity === 'error').map(({ rule, message }) => `${model}: ${message} (${rule})`),
    ...(problem === null ? [] : [`${model}: ${problem}`]),
  ];
}

function verdictLine(models: readonly ModelCheck[], passed: boolean): string {
  const bad = models.filter(({ verdict }) => verdict !== 'ok' && verdict !== 'not-measured').length;
  const unmeasured = models.filter(({ verdict }) => verdict === 'not-measured').length;
  const parts = [
    `${models.length - bad - unmeasured} passed`,
    `${bad} failed`,
    ...(unmeasured > 0 ? [`${unmeasured} not measured`] : []),
  ];
  return `${parts.join(', ')}: ${passed ? 'within budget' : 'FAILED'}`;
}

export const checkCommand: Command = {
  name: 'check',
  summary: 'every model of a tinyml.json against its budget; fails when one is exceeded',
  operands: [],
  optionalOperands: ['tinyml.json'],
  options: { strict: { type: 'boolean', help: 'fail also where a limit could not be told, such as accuracy' } },
  async run(context) {
    const config = configOf(context.args.operands[0]);
    const plan = planOf(config);
    for (const { note } of plan.planned) if (note !== null) context.note(note);
    const checks = await checkAll(plan, context.signal);
    const answer = checkAnswer(config, context.args.flag('strict'), checks);
    context.answer(answer, () => checkLines(answer));
    return answer.passed ? 0 : 1;
  },
};
