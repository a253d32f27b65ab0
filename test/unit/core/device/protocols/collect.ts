import type { LineParser, LineProtocol } from '../../../../../src/core/device/protocols/lineProtocol';
import type { InferenceView } from '../../../../../src/core/device/sessionViews';

export interface Collected {
  readonly results: InferenceView[];
  readonly points: { readonly name: string; readonly unit: string; readonly timeMs: number; readonly value: number }[];
  readonly facts: Record<string, string | number>;
  readonly levels: (string | null)[];
  readonly parser: LineParser;
}

/** Runs lines through a protocol, one millisecond apart, and lets the stream end. */
export function collect(protocol: LineProtocol, lines: readonly string[]): Collected {
  const results: InferenceView[] = [];
  const points: Collected['points'] = [];
  const facts: Record<string, string | number> = {};
  const parser = protocol.createParser({
    result: (result) => results.push(result),
    point: (name, unit, timeMs, value) => points.push({ name, unit, timeMs, value }),
    fact: (name, value) => {
      facts[name] = value;
    },
  });
  const levels = lines.map((line, index) => parser.line(line, 1000 + index));
  parser.settle(Infinity);
  return { results, points, facts, levels, parser };
}
