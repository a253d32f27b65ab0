import { mainGraph, type Model } from '../ir/model';
import type { Board } from './board';
import measured from './codeSizes.json';
import type { RuntimeId } from './runtime';

/** What TensorFlow Lite Micro takes of a firmware beside model and arena, in bytes. */
export interface CodeSize {
  /** Code, constants and start values: interpreter, allocator and the kernels of the operators in use. */
  readonly flash: number;
  /** Variables with a fixed place. */
  readonly ram: number;
  /** How it was measured, and for which core. */
  readonly source: string;
}

export interface UnknownCodeSize {
  readonly reason: string;
}

export type CodeKernels = 'reference' | 'cmsis-nn';

/** Flash and static RAM that are linked when any of the operators, by index, is registered. */
type Group = readonly [flash: number, ram: number, operators: readonly number[]];

interface Build {
  readonly core: string;
  readonly kernels: CodeKernels;
  /** Interpreter and C library with no operator: flash, static RAM. */
  readonly base: readonly number[];
  /** Operators, by index, that were not linked in this build. */
  readonly missing: readonly number[];
  readonly groups: readonly Group[];
}

interface Check {
  readonly core: string;
  readonly kernels: CodeKernels;
  readonly name: string;
  readonly operators: readonly number[] | 'all';
  readonly measured: readonly number[];
}

const builds = measured.builds as unknown as readonly Build[];

/** Firmwares that were linked with several operators: what the sum of groups is held to. */
export const codeSizeChecks = measured.checks as unknown as readonly Check[];

const operatorIndex: ReadonlyMap<string, number> = new Map(measured.operators.map((name, index) => [name, index]));

/** Operators whose kernels were linked, by their name in TFLite. */
export const linkedOperators: readonly string[] = measured.operators;

/** Cores that run the same instructions as one that was measured, by the number behind `Cortex-M`. */
const measuredCores: ReadonlyMap<number, string> = new Map([
  [0, 'Cortex-M0+'],
  [23, 'Cortex-M0+'],
  [4, 'Cortex-M4F'],
  [7, 'Cortex-M4F'],
  [33, 'Cortex-M4F'],
  [55, 'Cortex-M55'],
  [85, 'Cortex-M55'],
]);

const kernelsOf: Readonly<Partial<Record<RuntimeId, CodeKernels>>> = {
  tflm: 'reference',
  'tflm-cmsis-nn': 'cmsis-nn',
};

/**
 * Flash and static RAM of the runtime for the operators of a model. Each section that a linker keeps counts once, however
 * many operators ask for it: sums of single operators would say half as much again.
 */
export function codeSizeOf(model: Model, runtime: RuntimeId, board: Board | null): CodeSize | UnknownCodeSize {
  const kernels = kernelsOf[runtime];
  if (!kernels || model.format !== 'tflite')
    return { reason: 'Code size was measured for .tflite models on TFLM only.' };
  const core = board === null ? 'Cortex-M4F' : measuredCores.get(coreNumber(board.core));
  const names = new Set(model.graphs.flatMap(({ nodes }) => nodes.map(({ source }) => source.op)));
  if (mainGraph(model).nodes.length === 0) return { reason: 'The model has no operators to link.' };
  const build = core === undefined ? undefined : buildFor(core, kernels);
  const unknown = [...names].filter((name) => isMissing(build, name));
  if (unknown.length > 0) return { reason: `Code size was not measured for ${unknown.slice(0, 3).join(', ')}.` };
  const size = core === undefined ? null : linkedSize(core, kernels, names);
  if (size === null) return { reason: `Code size was not measured for ${board?.core ?? 'this core'}.` };
  const as = board === null ? ', which is assumed without a board' : takenFor(board.core, core!);
  return {
    ...size,
    source: `Code size: estimate within 1 % of firmwares linked for ${core}${as}. ${measured.source}.`,
  };
}

/** Flash and static RAM with these operators registered; null for a build that was not measured. */
export function linkedSize(
  core: string,
  kernels: CodeKernels,
  operators: Iterable<string>,
): { readonly flash: number; readonly ram: number } | null {
  const build = buildFor(core, kernels);
  if (!build) return null;
  const wanted = new Set([...operators].map((name) => operatorIndex.get(name)));
  let [flash = 0, ram = 0] = build.base;
  for (const [groupFlash, groupRam, users] of build.groups) {
    if (!users.some((index) => wanted.has(index))) continue;
    flash += groupFlash;
    ram += groupRam;
  }
  return { flash, ram };
}

function buildFor(core: string, kernels: CodeKernels): Build | undefined {
  return builds.find((each) => each.core === core && each.kernels === kernels);
}

function isMissing(build: Build | undefined, name: string): boolean {
  const index = operatorIndex.get(name);
  return index === undefined || (build?.missing.includes(index) ?? false);
}

/** A core that runs the code of another is said to. */
function takenFor(core: string, linked: string): string {
  return core.startsWith(linked) ? '' : `, which stand for ${core} too`;
}

function coreNumber(core: string): number {
  return Number(/cortex-m(\d+)/i.exec(core)?.[1] ?? NaN);
}
