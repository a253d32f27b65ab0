import type { ModelFigures, TransformAnswer } from '../../src/core/answers/transformAnswer';
import { formatBytes, formatCount, formatInteger } from '../shared/formatNumber';

/** One line of the before/after table. */
export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** After / before; null when either is unknown or before is 0. */
  readonly ratio: number | null;
  /** What unchanged or odd figures mean, said beside them. */
  readonly remark: string | null;
}

interface Row {
  readonly name: string;
  readonly key: keyof ModelFigures;
  readonly format: (value: number) => string;
}

const ROWS: readonly Row[] = [
  { name: 'File', key: 'fileBytes', format: formatBytes },
  { name: 'File, gzip', key: 'gzipBytes', format: formatBytes },
  { name: 'Planned arena', key: 'arena', format: formatBytes },
  { name: 'MACs', key: 'macs', format: formatCount },
  { name: 'Parameters', key: 'parameters', format: formatInteger },
  { name: 'Zero weights', key: 'zeroWeights', format: formatInteger },
];

const UNCHANGED_BY_PRUNING: Partial<Record<keyof ModelFigures, string>> = {
  arena: 'RAM is the same: activations keep their size',
  macs: 'latency is the same: kernels multiply zeros too',
  fileBytes: 'flash is the same: zeros take their bytes',
};

/** The before/after table of an answer, in reading order. */
export function changesOf({ before, after, command }: TransformAnswer): Change[] {
  return ROWS.map(({ name, key, format }) => {
    const [a, b] = [before[key], after[key]];
    const unchanged = a !== null && a === b;
    return {
      name,
      before: a === null ? 'not known' : format(a),
      after: b === null ? 'not known' : format(b),
      ratio: a === null || b === null || a === 0 ? null : b / a,
      remark: command === 'prune' && unchanged ? (UNCHANGED_BY_PRUNING[key] ?? null) : null,
    };
  });
}

/** "−69.0 %", "+4.1 %", "same". */
export function formatChange(ratio: number | null): string {
  if (ratio === null) return '–';
  const percent = (ratio - 1) * 100;
  if (Math.abs(percent) < 0.05) return 'same';
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
