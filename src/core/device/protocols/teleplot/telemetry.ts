import { readNumber } from '../numberText';

/** Grammar: nesnes/teleplot, `serverMessageReading.js`. The unit follows `§`, flags follow `|`. */

interface Sample {
  /** Of the device's clock, as printed; null when the line has none. */
  readonly deviceMs: number | null;
  readonly value: number;
}

export interface Telemetry {
  readonly unit: string;
  /** By series: one, or `name x` and `name y` of an xy plot. */
  readonly series: readonly { readonly name: string; readonly samples: readonly Sample[] }[];
}

/** Parses `>name:samples§unit|flags`; null when the line is not telemetry or holds nothing to plot. */
export function readTelemetry(line: string): Telemetry | null {
  const colon = line.indexOf(':');
  if (!line.startsWith('>') || line.startsWith('>3D|') || colon < 2 || line[1] === ' ') return null;
  const name = line.slice(1, colon).split(',', 1)[0]!.trim();
  const [body, flags] = cutAt(line.slice(colon + 1), '|');
  const [list, unit] = cutAt(body, '§');
  if (name === '' || flags.includes('t') || flags.includes('np')) return null;
  const points = list.split(';').map((text) => text.split(':').map((part) => readNumber(part.trim())));
  const series = flags.includes('xy') ? readPlane(name, points) : readLine(name, points);
  return series && { unit: unit.trim(), series };
}

function cutAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

type Points = readonly (readonly (number | null)[])[];

function readLine(name: string, points: Points): Telemetry['series'] | null {
  const samples: Sample[] = [];
  for (const point of points) {
    const value = point.at(-1) ?? null;
    const deviceMs = point.length === 2 ? (point[0] ?? null) : null;
    if (value === null || point.length > 2 || (point.length === 2 && deviceMs === null)) return null;
    samples.push({ deviceMs, value });
  }
  return [{ name, samples }];
}

function readPlane(name: string, points: Points): Telemetry['series'] | null {
  const x: Sample[] = [];
  const y: Sample[] = [];
  for (const [first = null, second = null, deviceMs = null] of points) {
    if (first === null || second === null) return null;
    x.push({ deviceMs, value: first });
    y.push({ deviceMs, value: second });
  }
  return [
    { name: `${name} x`, samples: x },
    { name: `${name} y`, samples: y },
  ];
}
