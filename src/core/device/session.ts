import { ByteRate } from './byteRate';
import { LineFramer } from './framing/lineFramer';
import type { FramedLine } from './framing/lineFramer';
import { LineLog } from './lineLog';
import { LineReader } from './lineReader';
import { PointRing } from './pointRing';
import { SeriesStore } from './seriesStore';
import type {
  DetectedProtocol,
  DeviceBatch,
  DeviceTotals,
  InferenceView,
  LogLine,
  LogMatches,
  LogQuery,
  ProtocolId,
  SessionSnapshot,
} from './sessionViews';

/** Latencies kept for the percentiles. */
const LATENCIES = 4096;

/** Results kept for a view that opens late. */
const RESULTS = 1024;

/** Lines sent to a view that opens late; a search finds the rest. */
const SNAPSHOT_LINES = 200;

type Facts = Readonly<Record<string, string | number>>;

/**
 * One connection to a board, from `open` to `close`, over any number of replugs: bytes in with their time, events out in
 * batches. Pure: time comes from the caller (epoch milliseconds), never from a clock. Nothing is dropped before it was
 * counted and parsed; the rings forget only what is old.
 */
export class DeviceSession {
  readonly #framer = new LineFramer();
  readonly #log = new LineLog();
  readonly #series = new SeriesStore();
  readonly #latencies = new PointRing(LATENCIES);
  readonly #rate = new ByteRate();
  readonly #reader: LineReader;
  #results: InferenceView[] = [];
  #resultCount = 0;
  #bytes = 0;
  #lastByteMs: number | null = null;
  #facts: Facts = {};
  #freshLines: LogLine[] = [];
  #freshResults: InferenceView[] = [];
  #timeMs = 0;

  constructor(protocol: ProtocolId) {
    this.#reader = new LineReader(protocol, {
      result: (result) => this.#addResult(result),
      point: (name, unit, timeMs, value) => this.#series.add(name, unit, timeMs, value),
      fact: (name, value) => {
        this.#facts = { ...this.#facts, [name]: value };
      },
    });
  }

  /** Bytes that came in, each as text of a line, as a line end, or in the line that has not ended: always equal. */
  get account(): {
    readonly bytes: number;
    readonly inLines: number;
    readonly inEnds: number;
    readonly pending: number;
  } {
    const { textBytes, endBytes, pendingBytes } = this.#framer;
    return { bytes: this.#bytes, inLines: textBytes, inEnds: endBytes, pending: pendingBytes };
  }

  /** What the board speaks, once that is known. */
  get detected(): DetectedProtocol | null {
    return this.#reader.detected;
  }

  receive(bytes: Uint8Array, timeMs: number): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    this.#lastByteMs = timeMs;
    this.#timeMs = timeMs;
    this.#rate.add(bytes.length, timeMs);
    this.#framer.push(bytes, this.#onLine);
  }

  /** Notes what was sent to the board. */
  sent(text: string, timeMs: number): void {
    this.#freshLines.push(this.#log.add(timeMs, text.replace(/[\r\n]+$/, ''), 'sent'));
  }

  /** The wire was cut, or is back: no line goes on across. */
  interrupted(timeMs: number): void {
    this.#timeMs = timeMs;
    this.#framer.restart(this.#onLine);
    this.#reader.settle(Infinity);
  }

  /** Everything since the last call. */
  takeBatch(timeMs: number): DeviceBatch {
    this.#reader.settle(timeMs);
    const batch = {
      lines: this.#freshLines,
      results: this.#freshResults,
      series: this.#series.takeFresh(),
      totals: this.#totals(timeMs),
    };
    this.#freshLines = [];
    this.#freshResults = [];
    return batch;
  }

  snapshot(timeMs: number): SessionSnapshot {
    return {
      lines: this.#log.tail(SNAPSHOT_LINES),
      results: this.#results.slice(-RESULTS),
      series: this.#series.snapshot(),
      totals: this.#totals(timeMs),
      latenciesMs: this.#latencies.points().values,
    };
  }

  search(query: LogQuery): LogMatches {
    return this.#log.search(query);
  }

  readonly #onLine = (line: FramedLine): void => {
    const level = this.#reader.read(line, this.#timeMs);
    this.#freshLines.push(this.#log.add(this.#timeMs, line.text, level));
  };

  #addResult(result: InferenceView): void {
    this.#resultCount += 1;
    this.#freshResults.push(result);
    this.#results.push(result);
    if (this.#results.length >= 2 * RESULTS) this.#results = this.#results.slice(-RESULTS);
    const latencyMs = Object.values(result.timing).reduce((sum, milliseconds) => sum + milliseconds, 0);
    if (latencyMs > 0) this.#latencies.add(result.timeMs, latencyMs);
  }

  #totals(timeMs: number): DeviceTotals {
    return {
      bytes: this.#bytes,
      lines: this.#log.count,
      results: this.#resultCount,
      lostBytes: 0,
      bytesPerSecond: this.#rate.perSecond(timeMs),
      detected: this.#reader.detected,
      lastByteMs: this.#lastByteMs,
      facts: this.#facts,
    };
  }
}
