import type { ClassScore, DetectedBox } from '../../sessionViews';
import { readNumber } from '../numberText';

/** Lines inside a result. Read from their end, because a label may hold spaces, dashes, dots, colons and brackets. */

const BOX_PLACE = /^x: (\d+), y: (\d+), width: (\d+), height: (\d+) \]$/;
const TRACK = / \(ID (\d+)\)$/;
const INDENT = /^\s{2,}/;

/** `  idle: 0.996094` */
export function readClass(text: string): ClassScore | null {
  if (!INDENT.test(text)) return null;
  const colon = text.lastIndexOf(':');
  const score = readNumber(text.slice(colon + 1).trim());
  const label = text.slice(0, colon).trim();
  return colon > 0 && label !== '' && score !== null ? { label, score } : null;
}

/** `  stop sign (0.921875) [ x: 16, y: 24, width: 32, height: 32 ]`, with ` (ID 3)` before the score when tracked */
export function readBox(text: string): DetectedBox | null {
  if (!INDENT.test(text)) return null;
  const bracket = text.lastIndexOf(') [ ');
  const open = text.lastIndexOf(' (', bracket);
  if (open < 0 || bracket < 0) return null;
  const place = BOX_PLACE.exec(text.slice(bracket + 4));
  const score = readNumber(text.slice(open + 2, bracket).trim());
  if (!place || score === null) return null;
  const name = text.slice(0, open).trimStart();
  const track = TRACK.exec(name);
  const [x, y, width, height] = place.slice(1).map(Number) as [number, number, number, number];
  const label = track ? name.slice(0, track.index) : name;
  if (label === '') return null;
  return { label, score, x, y, width, height, trackId: track ? Number(track[1]) : null };
}

const ANOMALY = /^(?:Anomaly prediction|\s+anomaly score): (\S+)$/;
const VISUAL = /^Visual anomaly (?:values: Mean|mean:) (\S+?),? (?:Max|max:) (\S+)$/;
const REGRESSION = /^#Regression prediction: (\S+)$/;

/** `Anomaly prediction: -0.12`, or the highest cell of a visual anomaly. */
export function readAnomaly(text: string): number | null {
  const match = ANOMALY.exec(text);
  if (match) return readNumber(match[1]!);
  const visual = VISUAL.exec(text);
  return visual && readNumber(visual[1]!) !== null ? readNumber(visual[2]!) : null;
}

/** `#Regression prediction: 21.5` */
export function readRegression(text: string): number | null {
  const match = REGRESSION.exec(text);
  return match ? readNumber(match[1]!) : null;
}

/** `  0.1 0.2 0.7`: the numbers of one raw output. */
export function readNumbers(text: string): readonly number[] | null {
  const values = text.trim().split(/\s+/).map(readNumber);
  return values.every((value) => value !== null) ? values : null;
}
