import type { LogLine } from '../../sessionViews';
import type { LineParser, LineProtocol, ParserOutput } from '../lineProtocol';
import { readDetection } from './detections';
import { isTflmError, isTflmReport, readArenaTotal } from './diagnostics';

/** Longer lines are none of these. */
const MAX_LINE_CHARS = 1024;

class TflmParser implements LineParser {
  readonly #output: ParserOutput;

  constructor(output: ParserOutput) {
    this.#output = output;
  }

  line(text: string, timeMs: number): LogLine['level'] | null {
    if (text.length > MAX_LINE_CHARS) return null;
    const classes = readDetection(text);
    if (classes) {
      this.#output.result({ timeMs, kind: 'classification', classes, boxes: [], anomaly: null, timing: {} });
      return 'result';
    }
    if (isTflmError(text)) return 'error';
    const arenaBytes = readArenaTotal(text);
    if (arenaBytes !== null) this.#output.fact('arenaBytes', arenaBytes);
    return isTflmReport(text) ? 'raw' : null;
  }

  settle(): void {
    // Every line is complete in itself.
  }
}

export const tflmProtocol: LineProtocol = {
  id: 'tflm',
  recognises: (text) =>
    text.length <= MAX_LINE_CHARS && (readDetection(text) !== null || isTflmError(text) || isTflmReport(text)),
  createParser: (output) => new TflmParser(output),
};
