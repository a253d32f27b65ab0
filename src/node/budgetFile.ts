import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { BUDGET_FILE_NAME } from '../core/budget/budget';
import { BudgetError } from '../core/budget/budgetError';
import type { BudgetPlan, BudgetRefusal, PlannedBudget } from '../core/budget/budgetPlan';
import { isPattern, patternMatcher } from '../core/budget/modelPattern';
import { parseBudgets } from '../core/budget/parseBudgets';
import type { Board } from '../core/targets/board';
import { boardById } from '../core/targets/boards';
import { userBoardsFrom } from './userBoards';

/** Bytes of a `tinyml.json` that is read. */
const LARGEST_FILE = 1 << 20;

/** Files and folders looked at for one pattern, and models taken: a pattern over a home folder must end. */
const MOST_ENTRIES = 50_000;
const MOST_MODELS = 500;
const DEEPEST_FOLDER = 24;

/** Folders in which nobody keeps models of their own. */
const SKIPPED = new Set(['node_modules', '.git']);

/** The `tinyml.json` of `folder` or of the nearest folder above; null when there is none. */
export function nearestBudgetFile(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = path.join(at, BUDGET_FILE_NAME);
    if (existsSync(file)) return file;
    if (path.dirname(at) === at) return null;
  }
}

/**
 * Reads a `tinyml.json` and finds the models it names. Boards are those of the catalog and of the workspace. Throws
 * BudgetError, and ModelError when the workspace's boards cannot be used.
 */
export function planBudgets(config: string): BudgetPlan {
  const folder = path.dirname(path.resolve(config));
  const own = userBoardsFrom(folder);
  const findBoard = (id: string): Board | null => own.find((board) => board.id === id) ?? boardById(id);
  const file = parseBudgets(readText(config), findBoard);
  const planned = file.budgets.map((budget) => ({
    budget,
    board: budget.board === null ? null : findBoard(budget.board),
    ...modelsOf(folder, budget.model),
  }));
  return { file, planned };
}

/** As `planBudgets`, with what makes the file unusable as an answer. Throws ModelError. */
export function planOrRefuse(config: string): BudgetPlan | BudgetRefusal {
  try {
    return planBudgets(config);
  } catch (error) {
    if (error instanceof BudgetError) return { reason: error.message, at: error.at };
    throw error;
  }
}

/** Never waits: a pipe by that name is refused, not read. */
function readText(config: string): string {
  let descriptor: number;
  try {
    // Absent on Windows, where nothing but files has such a name.
    descriptor = openSync(config, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new BudgetError(isGone ? 'There is no such file.' : `It cannot be read: ${String(error)}.`, null);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new BudgetError('It is no file.', null);
    if (stats.size > LARGEST_FILE) throw new BudgetError('It is larger than a mebibyte.', null);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function modelsOf(folder: string, model: string): Pick<PlannedBudget, 'models' | 'note'> {
  if (isPattern(model)) return findModels(folder, model);
  const name = path.posix.normalize(model);
  return { models: [{ path: path.join(folder, name), name }], note: null };
}

/** None of a folder that may not be read: its models, if any, are not ours to check. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Files below `folder` that match, in the order of their names; folders that are links are not entered. */
function findModels(folder: string, pattern: string): Pick<PlannedBudget, 'models' | 'note'> {
  const matches = patternMatcher(pattern);
  const found: string[] = [];
  const open = [{ name: '', depth: 0 }];
  let left = MOST_ENTRIES;
  for (let next = open.pop(); next && left > 0 && found.length <= MOST_MODELS; next = open.pop()) {
    const { name: above, depth } = next;
    const entries = entriesOf(path.join(folder, above));
    left -= entries.length;
    for (const entry of entries) {
      const name = above === '' ? entry.name : `${above}/${entry.name}`;
      if (!entry.isDirectory()) found.push(...(matches(name) ? [name] : []));
      else if (!SKIPPED.has(entry.name) && depth < DEEPEST_FOLDER) open.push({ name, depth: depth + 1 });
    }
  }
  const isCut = left <= 0 || found.length > MOST_MODELS;
  const models = found.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, MOST_MODELS);
  return {
    models: models.map((name) => ({ path: path.join(folder, name), name })),
    note: isCut
      ? `"${pattern}" stands for more than was looked at: ${MOST_MODELS} models of ${MOST_ENTRIES} files and folders.`
      : null,
  };
}
