import { edgeImpulseProtocol } from './protocols/edgeImpulse/edgeImpulseProtocol';
import type { LineProtocol } from './protocols/lineProtocol';
import { plotterProtocol, readSamples } from './protocols/plotter/plotterProtocol';
import { teleplotProtocol } from './protocols/teleplot/teleplotProtocol';
import { tflmProtocol } from './protocols/tflm/tflmProtocol';
import type { DetectedProtocol } from './sessionViews';

/** Every protocol, the most telling first: a stream that mixes two is named after the first. */
export const protocols: readonly LineProtocol[] = [
  edgeImpulseProtocol,
  teleplotProtocol,
  tflmProtocol,
  plotterProtocol,
];

/** Plain numbers prove little: this many lines with the same names in a row do. */
const PLOTTER_PROOF_LINES = 3;

export interface HeldLine {
  readonly text: string;
  readonly timeMs: number;
}

/** Finds out, line by line, what a stream speaks. */
export class ProtocolDetector {
  detected: DetectedProtocol | null = null;
  #shape = '';
  #held: HeldLine[] = [];

  /**
   * Looks at one line. Returns the lines that belong to what was just detected but came before its proof (oldest first,
   * without this one), else none.
   */
  look(text: string, timeMs: number): readonly HeldLine[] {
    const found = protocols.find((protocol) => protocol !== plotterProtocol && protocol.recognises(text));
    if (found) {
      this.detected = earlier(this.detected, found.id);
      this.#held = [];
      return [];
    }
    return this.detected === null ? this.#lookForNumbers(text, timeMs) : [];
  }

  #lookForNumbers(text: string, timeMs: number): readonly HeldLine[] {
    const shape = readSamples(text)
      ?.map(({ label }) => label)
      .join('\n');
    if (shape === undefined || shape !== this.#shape) this.#held = [];
    this.#shape = shape ?? '';
    if (shape === undefined) return [];
    this.#held.push({ text, timeMs });
    if (this.#held.length < PLOTTER_PROOF_LINES) return [];
    this.detected = 'plotter';
    const before = this.#held.slice(0, -1);
    this.#held = [];
    return before;
  }
}

function earlier(one: DetectedProtocol | null, other: DetectedProtocol): DetectedProtocol {
  if (one === null) return other;
  const ids = protocols.map(({ id }): DetectedProtocol => id);
  return ids.indexOf(one) <= ids.indexOf(other) ? one : other;
}
