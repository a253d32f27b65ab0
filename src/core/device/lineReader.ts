import { isAlarm } from './alarmLines';
import { ProtocolDetector, protocols } from './detect';
import type { FramedLine } from './framing/lineFramer';
import type { LineParser, ParserOutput } from './protocols/lineProtocol';
import { plotterProtocol } from './protocols/plotter/plotterProtocol';
import { isTflmError } from './protocols/tflm/diagnostics';
import type { DetectedProtocol, LogLine, ProtocolId } from './sessionViews';

/**
 * Gives each line to the protocols that may know it. On `auto` every protocol with a grammar of its own reads along,
 * since boards mix them (results in one, telemetry in another); plain numbers count only where none of those was seen.
 */
export class LineReader {
  readonly #choice: ProtocolId;
  readonly #detector = new ProtocolDetector();
  readonly #parsers: readonly LineParser[];
  readonly #plotter: LineParser;

  constructor(choice: ProtocolId, output: ParserOutput) {
    this.#choice = choice;
    const chosen = protocols.filter(({ id }) => (choice === 'auto' ? id !== 'plotter' : id === choice));
    this.#parsers = chosen.map((protocol) => protocol.createParser(output));
    this.#plotter = plotterProtocol.createParser(output);
  }

  get detected(): DetectedProtocol | null {
    return this.#choice === 'auto' ? this.#detector.detected : this.#choice;
  }

  /** What kind of line it is. A partial line is shown, but no number is believed of it. */
  read({ text, partial }: FramedLine, timeMs: number): LogLine['level'] {
    const level = partial ? null : this.#parse(text, timeMs);
    if (level !== null && level !== 'raw') return level;
    return isTflmError(text) || isAlarm(text) ? 'error' : 'raw';
  }

  settle(timeMs: number): void {
    for (const parser of this.#parsers) parser.settle(timeMs);
  }

  #parse(text: string, timeMs: number): LogLine['level'] | null {
    const before = this.#choice === 'auto' ? this.#detector.look(text, timeMs) : [];
    for (const held of before) this.#plotter.line(held.text, held.timeMs);
    for (const parser of this.#parsers) {
      const level = parser.line(text, timeMs);
      if (level !== null) return level;
    }
    if (this.#choice === 'auto' && this.detected === 'plotter') return this.#plotter.line(text, timeMs);
    return null;
  }
}
