import { readNumber } from '../numberText';

/**
 * Lines that open a result or a part of it, in the four dialects in the field: `display_results` of older SDKs,
 * `ei_print_results.h` of current ones, `ei_device_lib.cpp`, and `Predictions (time: N ms.)`.
 */

const TIME_ONLY = /^Predictions \(time: (\d+) ms\.\):? ?$/;
const OLD_HEADER = /^Predictions \(DSP: (\S+) ms\., Classification: (\S+) ms\., Anomaly: ([^\s)]+?) ?ms\.\): ?$/;
const STAGE = /^(DSP|inference|anomaly|postprocessing) (\S+) (ms|us)$/;
const TIMING = 'Timing: ';

export type Timing = Readonly<Record<string, number>>;

/** Milliseconds by stage of a header line, or null when the line is none. */
export function readHeader(text: string): Timing | null {
  if (text.startsWith(TIMING)) return readTiming(text.slice(TIMING.length));
  if (!text.startsWith('Predictions (')) return null;
  const total = TIME_ONLY.exec(text);
  if (total) return { total: Number(total[1]) };
  const old = OLD_HEADER.exec(text);
  if (!old) return null;
  return stages([
    ['dsp', readNumber(old[1]!)],
    ['inference', readNumber(old[2]!)],
    ['anomaly', readNumber(old[3]!)],
  ]);
}

function readTiming(list: string): Timing | null {
  const parts = list.trimEnd().split(', ');
  if (parts.length > 4) return null;
  const read = parts.map((part): [string, number | null] => {
    const match = STAGE.exec(part);
    const value = match ? readNumber(match[2]!) : null;
    if (!match || value === null) return ['', null];
    return [match[1]!.toLowerCase(), match[3] === 'us' ? value / 1000 : value];
  });
  return read[0]?.[0] === 'dsp' ? stages(read) : null;
}

function stages(read: readonly (readonly [string, number | null])[]): Timing | null {
  const timing: Record<string, number> = {};
  for (const [name, value] of read) {
    if (value === null) return null;
    timing[name] = value;
  }
  return timing;
}

export type Section = 'classification' | 'detection' | 'regression' | 'visual' | 'freeform';

const sections: ReadonlyMap<string, Section> = new Map([
  ['Classification results:', 'classification'],
  ['Classification predictions:', 'classification'],
  ['Predictions:', 'classification'],
  ['Regression results:', 'regression'],
  ['Object detection results:', 'detection'],
  ['Object detection bounding boxes:', 'detection'],
  ['Object tracking results:', 'detection'],
  ['Visual anomaly grid results:', 'visual'],
  ['Visual anomalies:', 'visual'],
]);

/** The part of a result that a section line opens, or null when the line is none. */
export function readSection(text: string): Section | null {
  const name = text.startsWith('#') ? text.slice(1) : text;
  if (name.startsWith('Freeform output index=')) return 'freeform';
  return sections.get(name.trimEnd()) ?? null;
}
