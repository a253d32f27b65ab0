import type { Board } from '../targets/board';
import { boardById, nearestBoardIds } from '../targets/boards';
import { parseSize } from '../targets/memorySize';
import type { RuntimeId } from '../targets/runtime';
import { runtimeById, runtimes } from '../targets/runtimes';
import type { Budget, BudgetFile, Limit } from './budget';
import { BudgetError } from './budgetError';
import { patternProblem } from './modelPattern';
import { placedJson, type PlacedJson, type PlacedMember } from './placedJson';

/** Characters of a `tinyml.json` that is read. */
const LONGEST_TEXT = 1 << 20;
const MOST_BUDGETS = 200;

const LIMIT_KEYS = ['maxArena', 'maxFlash', 'maxAccuracyDrop'] as const;
const OWN_KEYS = ['model', 'board', 'runtime', ...LIMIT_KEYS] as const;
const FILE_KEYS = ['$schema', 'models', ...OWN_KEYS] as const;

interface Shared {
  readonly board: string | null;
  readonly runtime: RuntimeId | null;
  readonly limits: readonly Limit[];
}

type Members = ReadonlyMap<string, PlacedMember>;
type FindBoard = (id: string) => Board | null;

/**
 * Reads a `tinyml.json`. What its top level says of board, runtime and limits holds for every entry of `models` that
 * does not say otherwise. Throws BudgetError: one sentence that names the key, and its place.
 */
export function parseBudgets(text: string, findBoard: FindBoard = boardById): BudgetFile {
  if (text.length > LONGEST_TEXT) throw new BudgetError('It is longer than a mebibyte.', null);
  const root = placedJson(text);
  const members = membersOf(root, 'The file', FILE_KEYS);
  const shared = sharedOf(members, { board: null, runtime: null, limits: [] }, findBoard);
  const models = members.get('models');
  if (models && members.has('model')) {
    throw new BudgetError('"model" and "models" are both given: write one of them.', models.keyAt);
  }
  if (!models && !members.has('model')) {
    throw new BudgetError('It names no model: add "model" or "models".', root.at);
  }
  const budgets = models ? listed(models.value, shared, findBoard) : patternsOf(members, shared);
  if (budgets.length > MOST_BUDGETS) {
    throw new BudgetError(`It names more than ${MOST_BUDGETS} models: use patterns.`, root.at);
  }
  return { board: shared.board, runtime: shared.runtime, budgets };
}

function listed(models: PlacedJson, shared: Shared, findBoard: FindBoard): readonly Budget[] {
  if (models.kind !== 'array' || models.items.length === 0) {
    throw new BudgetError('"models" is not a list of models.', models.at);
  }
  return models.items.flatMap((item) => {
    if (item.kind === 'string') return [budgetOf(item, shared)];
    const members = membersOf(item, 'An entry of "models"', OWN_KEYS);
    if (!members.has('model')) throw new BudgetError('An entry of "models" has no "model".', item.at);
    return patternsOf(members, sharedOf(members, shared, findBoard));
  });
}

/** `model` is one path or pattern, or a list of them. */
function patternsOf(members: Members, shared: Shared): readonly Budget[] {
  const { value } = members.get('model')!;
  if (value.kind !== 'array') return [budgetOf(value, shared)];
  if (value.items.length === 0) throw new BudgetError('"model" is an empty list.', value.at);
  return value.items.map((item) => budgetOf(item, shared));
}

function budgetOf(value: PlacedJson, shared: Shared): Budget {
  if (value.kind !== 'string') throw new BudgetError('"model" is not a path or pattern in double quotes.', value.at);
  const problem = patternProblem(value.value);
  if (problem !== null) throw new BudgetError(`"model" ${quoted(value.value)} ${problem}.`, value.at);
  return { model: value.value, modelAt: value.at, ...shared };
}

function membersOf(value: PlacedJson, what: string, known: readonly string[]): Members {
  if (value.kind !== 'object') throw new BudgetError(`${what} is not an object in braces.`, value.at);
  const members = new Map<string, PlacedMember>();
  for (const member of value.members) {
    if (!known.includes(member.key)) {
      const names = known.filter((key) => key !== '$schema').join(', ');
      throw new BudgetError(`There is no key ${quoted(member.key)}: there are ${names}.`, member.keyAt);
    }
    if (members.has(member.key)) throw new BudgetError(`The key "${member.key}" is given twice.`, member.keyAt);
    members.set(member.key, member);
  }
  return members;
}

function sharedOf(members: Members, above: Shared, findBoard: FindBoard): Shared {
  const own = LIMIT_KEYS.flatMap((key) => {
    const member = members.get(key);
    return member ? [limitOf(key, member)] : [];
  });
  const kept = above.limits.filter(({ key }) => own.every((limit) => limit.key !== key));
  return {
    board: boardOf(members.get('board'), findBoard) ?? above.board,
    runtime: runtimeOf(members.get('runtime')) ?? above.runtime,
    limits: [...own, ...kept].toSorted((a, b) => LIMIT_KEYS.indexOf(a.key) - LIMIT_KEYS.indexOf(b.key)),
  };
}

function boardOf(member: PlacedMember | undefined, findBoard: FindBoard): string | null {
  if (!member) return null;
  const { value } = member;
  if (value.kind !== 'string') throw new BudgetError('"board" is not the id of a board.', value.at);
  if (findBoard(value.value)) return value.value;
  const nearest = nearestBoardIds(value.value).join(', ');
  throw new BudgetError(
    `"board" ${quoted(value.value)} is no board that is known. The nearest are ${nearest}.`,
    value.at,
  );
}

function runtimeOf(member: PlacedMember | undefined): RuntimeId | null {
  if (!member) return null;
  const { value } = member;
  const runtime = value.kind === 'string' ? runtimeById(value.value) : null;
  if (runtime) return runtime.id;
  const known = runtimes.map(({ id }) => id).join(', ');
  throw new BudgetError(`"runtime" is none of ${known}.`, value.at);
}

function limitOf(key: Limit['key'], { keyAt, value }: PlacedMember): Limit {
  const at = { start: keyAt.start, end: value.at.end };
  const found = key === 'maxAccuracyDrop' ? shareOf(value) : sizeOf(value);
  if (typeof found === 'number') return { key, value: found, at };
  throw new BudgetError(`"${key}" ${found.reason}.`, value.at);
}

/** Bytes of `65536`, `"64 KiB"` or `"64k"`. */
function sizeOf(value: PlacedJson): number | { readonly reason: string } {
  const bytes = value.kind === 'string' || value.kind === 'number' ? parseSize(value.value) : null;
  return bytes ?? { reason: 'is no size such as 65536 or "64 KiB"' };
}

/** `0.01` or `"1 %"`. */
function shareOf(value: PlacedJson): number | { readonly reason: string } {
  const reason = 'is no share such as 0.01 or "1 %"';
  if (value.kind === 'number') return value.value >= 0 && value.value <= 1 ? value.value : { reason };
  const text = value.kind === 'string' ? value.value : '';
  const [, percent] = /^\s*(\d{1,3}(?:\.\d+)?)\s*%\s*$/.exec(text) ?? [];
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : { reason };
}

/** Text of the file within a sentence: at most as much as a person reads. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
