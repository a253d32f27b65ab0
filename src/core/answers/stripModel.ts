import { needsOneZeroPoint, type StripLevel } from '../formats/tflite/bareModel';
import { readModel } from '../formats/readModel';
import { writeModel } from '../formats/writeModel';
import { ModelError } from '../ir/errors';
import { inferShapes } from '../ir/inferShapes';
import type { Model } from '../ir/model';
import { OFFLINE_PLAN, hasOfflinePlan } from '../memory/tflm/offlinePlan';
import { tflmMemory } from '../memory/tflm/tflmMemory';
import { MemoryByteSource } from '../ports/memoryByteSource';
import { sameOutputs, seededOutputs } from '../transforms/run/seededOutputs';
import { graphDifference } from '../transforms/strip/sameGraph';
import { stripModel } from '../transforms/strip/stripModel';
import { SCHEMA_VERSION, type Answer } from './inspectAnswer';

/** Bytes of the file that serve one purpose, before and after. */
export interface StrippedUse {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** `tinyml strip --json`. */
export interface StripAnswer extends Answer {
  readonly command: 'strip';
  readonly source: string;
  readonly output: string;
  readonly level: StripLevel;
  /** Bytes. The arena is that of TFLM's reference kernels, null where it is not known. */
  readonly before: { readonly fileBytes: number; readonly arena: number | null };
  readonly after: { readonly fileBytes: number; readonly arena: number | null };
  /** What the bytes are for, what was saved most first. */
  readonly uses: readonly StrippedUse[];
  /** True when the integer engine ran both files and gave the same outputs. */
  readonly isVerified: boolean;
}

const REFUSED_NOTE =
  'For TensorFlow Lite Micro only: full TFLite and LiteRT refuse a file with fewer zero points than scales.';

/**
 * A TFLite file without what its runtime never reads. What is written is read again, compared operator by operator and
 * run: a difference is an error. Throws ModelError as `stripModel` does, and `no-gain` where nothing can be left out.
 */
export function strip(
  model: Model,
  level: StripLevel,
): { readonly file: Uint8Array; readonly answer: Omit<StripAnswer, 'source' | 'output'> } {
  const file = writeModel(stripModel(model, level));
  if (file.byteLength >= model.fileBytes)
    throw new ModelError('no-gain', 'The file holds nothing that can be left out.');
  const written = readModel(new MemoryByteSource(file, 'stripped.tflite'));
  const difference = graphDifference(model, written);
  if (difference !== null) throw new Error(`the stripped file is another model: ${difference}`);
  const run = runBoth(inferShapes(model), inferShapes(written));
  const [before, after] = [arenaOf(model), arenaOf(written)];
  if (before !== null && after !== null && after > before) throw new Error('the stripped file needs a larger arena');
  const answer = {
    schemaVersion: SCHEMA_VERSION,
    command: 'strip' as const,
    level,
    before: { fileBytes: model.fileBytes, arena: before },
    after: { fileBytes: file.byteLength, arena: after },
    uses: usesOf(model, written),
    isVerified: run === null,
    notes: [...(run === null ? [] : [run]), ...removedNotes(model, level), ...planNotes(model, written)],
    estimated: [],
  };
  return { file, answer };
}

/** Null when both give the same outputs; why they were not run, as a sentence. */
function runBoth(before: Model, after: Model): string | null {
  try {
    if (sameOutputs(seededOutputs(before), seededOutputs(after))) return null;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return `The file was compared operator by operator but not run: ${error.message}`;
  }
  throw new Error('the stripped file gives other outputs');
}

function arenaOf(model: Model): number | null {
  const memory = tflmMemory(inferShapes(model), 'reference');
  return 'reason' in memory ? null : memory.plan.planned + memory.arena.persistent;
}

function usesOf(before: Model, after: Model): readonly StrippedUse[] {
  const uses = new Map<string, StrippedUse>();
  for (const { name, bytes } of before.fileUse?.() ?? []) uses.set(name, { name, before: bytes, after: 0 });
  for (const { name, bytes } of after.fileUse?.() ?? []) {
    uses.set(name, { name, before: uses.get(name)?.before ?? 0, after: bytes });
  }
  return [...uses.values()].toSorted((a, b) => b.before - b.after - (a.before - a.after));
}

function removedNotes(model: Model, level: StripLevel): readonly string[] {
  const removed = model.metadata.filter(({ name }) => name !== OFFLINE_PLAN).map(({ name }) => name);
  return [
    ...(level === 'tflm' && savesZeroPoints(model) ? [REFUSED_NOTE] : []),
    ...(removed.length > 0 ? [`Left out: ${[...new Set(removed)].slice(0, 8).join(', ')}.`] : []),
  ];
}

/** Whether level `tflm` leaves some tensor with fewer zero points than scales. */
function savesZeroPoints(model: Model): boolean {
  return model.graphs.some(({ tensors }) =>
    tensors.some(({ quantization }) => quantization !== null && needsOneZeroPoint(quantization)),
  );
}

function planNotes(before: Model, after: Model): readonly string[] {
  if (!hasOfflinePlan(before)) return [];
  return hasOfflinePlan(after)
    ? ['The memory plan of the model was kept for the tensors that are left.']
    : ['The memory plan of the model was for another number of tensors, which TFLM refuses: it was left out.'];
}
