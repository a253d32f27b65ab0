import type { LogLine } from '../../sessionViews';
import type { LineParser, LineProtocol, ParserOutput } from '../lineProtocol';
import { readNumber } from '../numberText';

/** Longer lines are text, not samples. */
const MAX_SAMPLE_CHARS = 4096;
const SEPARATORS = /[, \t;]+/;
const LABEL_SPACE = /:[ \t]+/g;

export interface PlotterSample {
  readonly label: string;
  readonly value: number;
}

/**
 * `Temp:21.5,Hum:40` or `1.0 2.0 3.0`, as Arduino's serial plotter takes them (`msgAggregatorWorker.ts`); a space after
 * the colon is allowed. Null when any token is neither a number nor a labelled number.
 */
export function readSamples(text: string): readonly PlotterSample[] | null {
  if (text.length > MAX_SAMPLE_CHARS) return null;
  const tokens = text.replace(LABEL_SPACE, ':').trim().split(SEPARATORS);
  if (tokens.at(-1) === '') tokens.pop();
  if (tokens.length === 0) return null;
  const samples: PlotterSample[] = [];
  for (const [index, token] of tokens.entries()) {
    const colon = token.lastIndexOf(':');
    const value = readNumber(token.slice(colon + 1));
    const label = colon < 0 ? `value ${index + 1}` : token.slice(0, colon);
    // "12:30:45" is a time, not a series named 12:30.
    if (value === null || colon === 0 || readNumber(label.split(':', 1)[0]!) !== null) return null;
    samples.push({ label, value });
  }
  return samples;
}

class PlotterParser implements LineParser {
  readonly #output: ParserOutput;

  constructor(output: ParserOutput) {
    this.#output = output;
  }

  line(text: string, timeMs: number): LogLine['level'] | null {
    const samples = readSamples(text);
    if (!samples) return null;
    for (const { label, value } of samples) this.#output.point(label, '', timeMs, value);
    return 'telemetry';
  }

  settle(): void {
    // Every line is complete in itself.
  }
}

export const plotterProtocol: LineProtocol = {
  id: 'plotter',
  recognises: (text) => readSamples(text) !== null,
  createParser: (output) => new PlotterParser(output),
};
