import {
  computedArena,
  measuredArenas,
  readMeasuredModel,
  SMALLEST_MEASURED,
  type MeasuredArena,
  type MeasuredBuild,
} from '../fixtures/tflmArenas';
import type { KernelSet } from '../../src/core/memory/tflm/kernelRequests';
import { sharedPath } from '../fixtures/sharedFiles';

/** The arena of every model that TensorFlow Lite Micro runs, ours against its own, in bytes. */

interface Figures {
  readonly planned: number;
  readonly total: number;
  readonly minimum: number | null;
}

interface Build {
  readonly name: string;
  readonly kernels: KernelSet;
  measured(row: MeasuredArena): Figures | null;
}

const ofBuild = (build: MeasuredBuild | null | undefined): Figures | null =>
  build ? { planned: build.planned, total: build.used, minimum: null } : null;

const builds: readonly Build[] = [
  {
    name: 'reference kernels',
    kernels: 'reference',
    measured: ({ arena32 }) => ({ planned: arena32.planned, total: arena32.used, minimum: arena32.minimum }),
  },
  { name: 'CMSIS-NN on Cortex-M4', kernels: 'cmsis-nn-dsp', measured: (row) => ofBuild(row.cortexM4CmsisNn) },
  { name: 'CMSIS-NN on Cortex-M55', kernels: 'cmsis-nn-mve', measured: (row) => ofBuild(row.cortexM55CmsisNn) },
];

function differenceOf(ours: Figures, theirs: Figures): readonly number[] {
  const floor = Math.max(ours.minimum ?? 0, SMALLEST_MEASURED);
  return [
    ours.planned - theirs.planned,
    ours.total - theirs.total,
    theirs.minimum === null ? 0 : floor - theirs.minimum,
  ];
}

const cell = (bytes: number | null, width = 10): string => String(bytes ?? '').padStart(width);

/** Prints the table of one build; returns how many models are wrong. */
function printBuild(build: Build, folder: string, rows: readonly MeasuredArena[]): number {
  const measured = rows.flatMap((row) => {
    const theirs = build.measured(row);
    return theirs ? [{ row, theirs }] : [];
  });
  console.log(
    `\n${build.name}: ours, TensorFlow Lite Micro's, difference\n${'model'.padEnd(58)}   planned            total                minimum`,
  );
  let wrong = 0;
  for (const { row, theirs } of measured) {
    const { plan, arena } = computedArena(readMeasuredModel(folder, row), row, build.kernels);
    const ours = { planned: plan.planned, total: plan.planned + arena.persistent, minimum: arena.minimum };
    const [planned = 0, total = 0, minimum = 0] = differenceOf(ours, theirs);
    const isWrong = planned !== 0 || Math.abs(total) > 0.01 * theirs.total || minimum < 0 || minimum > 16;
    wrong += Number(isWrong);
    const cells = [ours.planned, theirs.planned, planned, ours.total, theirs.total, total];
    const last = theirs.minimum === null ? [] : [ours.minimum, theirs.minimum, minimum];
    console.log(
      `${isWrong ? 'WRONG ' : ''}${row.model.slice(-58).padEnd(58)}${[...cells, ...last].map((bytes) => cell(bytes)).join('')}`,
    );
  }
  console.log(`${build.name}: ${measured.length} models, ${measured.length - wrong} equal, ${wrong} wrong`);
  return wrong;
}

const truthFile = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');
if (truthFile !== null && folder !== null) {
  const rows = measuredArenas(truthFile);
  console.log(
    `No arena below ${SMALLEST_MEASURED} bytes was tried when minima were measured: smaller ones of ours count as that.`,
  );
  const wrong = builds.reduce((sum, build) => sum + printBuild(build, folder, rows), 0);
  process.exitCode = wrong > 0 ? 1 : 0;
}
