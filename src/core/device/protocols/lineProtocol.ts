import type { DetectedProtocol, InferenceView, LogLine } from '../sessionViews';

/** Where a parser puts what it understood. */
export interface ParserOutput {
  result(result: InferenceView): void;
  /** One sample of a series. `timeMs` is the host's clock. */
  point(name: string, unit: string, timeMs: number, value: number): void;
  /** Something the board said of itself. */
  fact(name: string, value: string | number): void;
}

/** Reads the lines of one stream. Lines come whole, without their end, in order. */
export interface LineParser {
  /** What the line is, or null when this protocol does not know it. */
  line(text: string, timeMs: number): LogLine['level'] | null;
  /** Hands out what is complete when the stream has been quiet up to `timeMs`, or has ended (Infinity). */
  settle(timeMs: number): void;
}

/** One thing that boards speak. Each protocol is a folder with one of these; a shared test runs over all. */
export interface LineProtocol {
  readonly id: Exclude<DetectedProtocol, 'log'>;
  /** Whether this one line is proof enough that a stream speaks it. */
  recognises(text: string): boolean;
  createParser(output: ParserOutput): LineParser;
}
