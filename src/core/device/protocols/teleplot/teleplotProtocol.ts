import type { LogLine } from '../../sessionViews';
import type { LineParser, LineProtocol, ParserOutput } from '../lineProtocol';
import { DeviceClock } from './deviceClock';
import { readTelemetry } from './telemetry';

class TeleplotParser implements LineParser {
  readonly #output: ParserOutput;
  readonly #clock = new DeviceClock();

  constructor(output: ParserOutput) {
    this.#output = output;
  }

  line(text: string, timeMs: number): LogLine['level'] | null {
    const telemetry = readTelemetry(text);
    if (!telemetry) return null;
    for (const { name, samples } of telemetry.series) {
      for (const { deviceMs, value } of samples) {
        const at = deviceMs === null ? timeMs : this.#clock.toHost(deviceMs, timeMs);
        this.#output.point(name, telemetry.unit, at, value);
      }
    }
    return 'telemetry';
  }

  settle(): void {
    // Every line is complete in itself.
  }
}

// The space keeps Edge Impulse's prompt out.
const OPENING = /^>[^ :|][^:]*:/;

export const teleplotProtocol: LineProtocol = {
  id: 'teleplot',
  recognises: (text) => OPENING.test(text),
  createParser: (output) => new TeleplotParser(output),
};
