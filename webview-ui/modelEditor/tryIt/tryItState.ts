import type { ChosenFile, TryItState } from '../../../src/protocol/modelEditor';

export const INITIAL_TRY_IT: TryItState = {
  executor: null,
  signature: null,
  shapes: {},
  files: {},
  constants: {},
  seed: 1,
  scale: null,
  soundRate: null,
  steps: 1,
};

/** More steps than anybody waits for. */
export const MAX_STEPS = 100_000;
export const MAX_SEED = 2 ** 32 - 1;

export const SOUND_RATES = [8000, 16_000, 22_050, 44_100, 48_000] as const;

const EXECUTORS = ['integer', 'onnxruntime'] as const;
const SCALES = ['0..1', '-1..1', '0..255'] as const;

/** What was stored, field by field; what is not understood falls back. */
export function parseTryIt(stored: unknown): TryItState {
  if (!isRecord(stored)) return INITIAL_TRY_IT;
  return {
    executor: EXECUTORS.find((id) => id === stored.executor) ?? null,
    signature: typeof stored.signature === 'string' ? stored.signature : null,
    shapes: entries(stored.shapes, isDims),
    files: entries(stored.files, isFile),
    constants: entries(stored.constants, isReal),
    seed: countOf(stored.seed, 0, MAX_SEED) ?? INITIAL_TRY_IT.seed,
    scale: SCALES.find((scale) => scale === stored.scale) ?? null,
    soundRate: SOUND_RATES.find((rate) => rate === stored.soundRate) ?? null,
    steps: countOf(stored.steps, 1, MAX_STEPS) ?? INITIAL_TRY_IT.steps,
  };
}

/** A whole number within limits; null for anything else. */
export function countOf(value: unknown, low: number, high: number): number | null {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high ? (value as number) : null;
}

/** A number as it is typed; null for anything else. */
export function realOf(text: string): number | null {
  const value = Number(text.trim().replace('\u2212', '-'));
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}

/** `1×512`, `1x512` or `1, 512` as dimensions; null for anything else. */
export function dimsOf(text: string): readonly number[] | null {
  const parts = text.split(/[x×,]/).map((part) => part.trim());
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? parts.map(Number) : null;
}

function entries<T>(value: unknown, isGood: (entry: unknown) => entry is T): Readonly<Record<string, T>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => isGood(entry[1])));
}

function isDims(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((dim) => countOf(dim, 0, 2 ** 31) !== null);
}

function isReal(value: unknown): value is number {
  return Number.isFinite(value);
}

function isFile(value: unknown): value is ChosenFile {
  return isRecord(value) && typeof value.path === 'string' && typeof value.label === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
