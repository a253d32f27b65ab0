import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commandTable';
import { runCli } from '../../../src/cli/runCli';
import { filesUnder, sharedPath } from '../../fixtures/sharedFiles';
import { askAsEditor, complaintAbout } from './engine/askAsEditor';
import type { Visit } from './engine/askAsEditor';
import { inspectorInMemory } from './engine/inspectorInMemory';

const MINUTES = 3 * 60_000;
const SLOWEST_SHOWN = 3;

const folder = sharedPath('models');
const inspector = inspectorInMemory();
afterAll(inspector.dispose);

/** TFLite's own test data are `.bin` and `.lite`; a Keras file is one that people try. */
const files = folder === null ? [] : filesUnder(folder, '.tflite', '.onnx', '.bin', '.lite', '.h5');
const visits = new Map<string, Visit>();

const nameOf = (file: string): string => path.relative(folder ?? '', file);
const refused = (): [string, Visit][] => [...visits].filter(([, { opened }]) => !opened);

function countsOf(keys: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const largestFirst = [...counts].sort(([, a], [, b]) => b - a);
  return largestFirst.map(([key, count]) => `${key} ${count}`).join(', ') || 'none';
}

function printCounts(): void {
  const all = [...visits.values()];
  const crashed = all.flatMap(({ refusals }) => refusals).filter(({ reason }) => reason === 'internal');
  const partly = all.filter(({ opened }) => opened).flatMap(({ refusals }) => refusals);
  const slowest = [...visits].sort(([, a], [, b]) => b.milliseconds - a.milliseconds).slice(0, SLOWEST_SHOWN);
  console.log(
    [
      `${visits.size} model files: ${all.filter(({ opened }) => opened).length} opened, ${refused().length} refused, ${crashed.length} crashes, ${all.reduce((sum, { answers }) => sum + answers, 0)} answers`,
      `  refused: ${countsOf(refused().map(([, { refusals }]) => refusals[0]?.reason ?? ''))}`,
      `  of the opened, a question refused: ${countsOf(partly.map(({ question, reason }) => `${question} ${reason}`))}`,
      `  slowest: ${slowest.map(([file, { milliseconds }]) => `${nameOf(file)} ${Math.round(milliseconds)} ms`).join(', ')}`,
    ].join('\n'),
  );
}

describe.skipIf(files.length === 0)('every model file of the collection', () => {
  it(
    'opens in the editor, or is refused with a reason in one sentence',
    async () => {
      for (const file of files) {
        visits.set(file, await askAsEditor(inspector, { path: file, name: path.basename(file) }));
      }
      printCounts();
      const complaints = [...visits].flatMap(([file, { refusals }]) =>
        refusals.flatMap((refusal) => {
          const complaint = complaintAbout(refusal);
          return complaint === null ? [] : [`${nameOf(file)}, ${refusal.question}: ${complaint}: ${refusal.message}`];
        }),
      );
      expect(complaints).toEqual([]);
      expect(visits.size).toBe(files.length);
    },
    MINUTES,
  );

  it('ends `tinyml inspect` with 2 and the same sentence where the editor refuses', async () => {
    expect(refused().length).toBeGreaterThan(0);
    for (const [file, { refusals }] of refused()) {
      const errors: string[] = [];
      const streams = { out: () => undefined, error: (text: string) => errors.push(text), signal: never };
      expect(await runCli(['inspect', file], commands, streams), nameOf(file)).toBe(2);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(refusals[0]?.message.trimEnd());
    }
  });
});

const never = new AbortController().signal;
