import path from 'node:path';
import { strip } from '../../src/core/answers/stripModel';
import type { StripLevel } from '../../src/core/formats/tflite/bareModel';
import { readModel } from '../../src/core/formats/readModel';
import { ModelError } from '../../src/core/ir/errors';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { filesUnder, readBytes, sharedPath } from '../fixtures/sharedFiles';
import { printRows, type Row } from './table';

/**
 * Every real .tflite file stripped at both levels: read again, compared operator by operator, run on the integer engine
 * where it runs, its arena compared. `equal` means all of that held; what was saved is printed.
 */

interface Totals {
  before: number;
  after: number;
  run: number;
}

function stripRow(folder: string, file: string, level: StripLevel, totals: Totals): Row {
  const name = path.relative(folder, file);
  try {
    const { answer } = strip(readModel(new MemoryByteSource(readBytes(file), name)), level);
    totals.before += answer.before.fileBytes;
    totals.after += answer.after.fileBytes;
    totals.run += Number(answer.isVerified);
    return { name, verdict: 'equal', detail: name.startsWith('mlperf-tiny') ? saving(answer) : '' };
  } catch (error) {
    if (error instanceof ModelError) return { name, verdict: 'refused', detail: error.reason };
    return { name, verdict: 'wrong', detail: error instanceof Error ? error.message : String(error) };
  }
}

function saving({ before, after }: ReturnType<typeof strip>['answer']): string {
  const share = (100 * (before.fileBytes - after.fileBytes)) / before.fileBytes;
  return `${before.fileBytes} -> ${after.fileBytes} bytes (-${share.toFixed(1)} %), arena ${before.arena} -> ${after.arena}`;
}

const folder = sharedPath('models');
if (folder !== null) {
  const files = filesUnder(folder, '.tflite');
  for (const level of ['tflite', 'tflm'] as const) {
    const totals: Totals = { before: 0, after: 0, run: 0 };
    const rows = files.map((file) => stripRow(folder, file, level, totals));
    const wrong = printRows(`stripped at level ${level}`, rows);
    console.log(`${totals.run} were run; ${totals.before} bytes became ${totals.after} in all`);
    if (wrong > 0) process.exitCode = 1;
  }
}
