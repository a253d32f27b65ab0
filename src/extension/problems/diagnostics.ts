import { Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Range, l10n } from 'vscode';
import type { Uri } from 'vscode';
import type { Severity } from '../../core/answers/profileAnswer';
import { limitSentence } from '../../core/budget/limitSentence';
import type { BudgetRow, ModelCheck } from '../../core/budget/modelCheck';
import type { Span } from '../../core/budget/span';
import type { Naming } from './budgetFiles';
import type { RuleHelp } from './ruleHelp';

const START = new Range(0, 0, 0, 0);

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

const LIMIT_KEYS = { arena: 'maxArena', flash: 'maxFlash', accuracyDrop: 'maxAccuracyDrop' } as const;

/** What one check has to say, on the model's own URI and on the `tinyml.json` that asked. */
export interface Findings {
  readonly model: readonly Diagnostic[];
  readonly config: readonly Diagnostic[];
}

interface Text {
  readonly rule: string;
  readonly severity: DiagnosticSeverity;
  readonly message: string;
}

/** A diagnostic of ours: its code leads to what can be done. */
export async function problem(help: RuleHelp, range: Range, { rule, severity, message }: Text): Promise<Diagnostic> {
  const diagnostic = new Diagnostic(range, message, severity);
  diagnostic.source = 'TinyML';
  diagnostic.code = { value: rule, target: await help.linkOf(rule) };
  return diagnostic;
}

export function rangeOf(span: Span | null): Range {
  if (!span) return START;
  return new Range(span.start.line, span.start.character, span.end.line, span.end.character);
}

/**
 * The findings of a check. `naming` is what named the model, if anything did; `target` is said in each message where one
 * model is checked for several boards.
 */
export async function findingsOf(
  help: RuleHelp,
  model: Uri,
  check: ModelCheck,
  { naming, target }: { readonly naming: Naming | null; readonly target: string },
): Promise<Findings> {
  const lint = check.lint.map(({ rule, severity, message, help: advice }) => {
    const text = advice === undefined ? `${message}${target}` : `${message}${target}\n${advice}`;
    return problem(help, START, { rule, severity: SEVERITIES[severity], message: text });
  });
  if (!naming) return { model: await Promise.all(lint), config: [] };
  const rows = check.budgets.filter(({ ok }) => ok !== true);
  const onModel = rows.filter(({ ok }) => ok === false).map((row) => onTheModel(help, naming, row, target));
  const onConfig = rows.map((row) => onTheLimit(help, naming, row, { model, target }));
  return { model: await Promise.all([...lint, ...onModel]), config: await Promise.all(onConfig) };
}

function limitRange({ budget }: Naming, { what }: BudgetRow): Range {
  const limit = budget.budget.limits.find(({ key }) => key === LIMIT_KEYS[what]);
  return rangeOf(limit?.at ?? null);
}

async function onTheModel(help: RuleHelp, naming: Naming, row: BudgetRow, target: string): Promise<Diagnostic> {
  const diagnostic = await problem(help, START, {
    rule: 'tinyml/budget-exceeded',
    severity: DiagnosticSeverity.Error,
    message: capitalized(limitSentence(row)) + target,
  });
  const place = new Location(naming.config, limitRange(naming, row));
  diagnostic.relatedInformation = [new DiagnosticRelatedInformation(place, l10n.t('The limit'))];
  return diagnostic;
}

async function onTheLimit(
  help: RuleHelp,
  naming: Naming,
  row: BudgetRow,
  { model, target }: { readonly model: Uri; readonly target: string },
): Promise<Diagnostic> {
  const isOver = row.ok === false;
  const diagnostic = await problem(help, limitRange(naming, row), {
    rule: isOver ? 'tinyml/budget-exceeded' : 'tinyml/budget-not-measured',
    severity: isOver ? DiagnosticSeverity.Error : DiagnosticSeverity.Information,
    message: `${naming.model.name}: ${limitSentence(row)}${target}`,
  });
  diagnostic.relatedInformation = [new DiagnosticRelatedInformation(new Location(model, START), l10n.t('The model'))];
  return diagnostic;
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
