/** What a device session tells: the present of a board that prints. The protocol names these types. */

export type ProtocolId = 'auto' | 'edge-impulse' | 'teleplot' | 'tflm' | 'plotter' | 'log';

/** What a stream turned out to speak. */
export type DetectedProtocol = Exclude<ProtocolId, 'auto'>;

export interface LogLine {
  /** Counts from 0 since the session opened; lines dropped from the ring leave a gap. */
  readonly seq: number;
  readonly timeMs: number;
  readonly text: string;
  /** `telemetry` is a line that was plotted; `raw` is whatever is nothing else. */
  readonly level: 'raw' | 'result' | 'telemetry' | 'error' | 'sent';
}

export interface ClassScore {
  readonly label: string;
  readonly score: number;
}

export interface DetectedBox {
  readonly label: string;
  readonly score: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The tracker's number of the object; null without tracking. */
  readonly trackId: number | null;
}

/** One inference result as the board printed it. */
export interface InferenceView {
  readonly timeMs: number;
  /** `classification` scores are probabilities, 0 to 1; `values` are plain numbers (regression, raw outputs). */
  readonly kind: 'classification' | 'detection' | 'values';
  readonly classes: readonly ClassScore[];
  readonly boxes: readonly DetectedBox[];
  readonly anomaly: number | null;
  /** Milliseconds by stage as printed (dsp, inference, anomaly, postprocessing). */
  readonly timing: Readonly<Record<string, number>>;
}

/** New points of one plotted series. */
export interface SeriesPoints {
  readonly name: string;
  readonly unit: string;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** Everything since the last batch, at most 30 a second. */
export interface DeviceBatch {
  readonly lines: readonly LogLine[];
  /** All results since the last batch, oldest first. */
  readonly results: readonly InferenceView[];
  readonly series: readonly SeriesPoints[];
  readonly totals: DeviceTotals;
}

export interface DeviceTotals {
  readonly bytes: number;
  readonly lines: number;
  readonly results: number;
  /** Bytes that never reached us, where the wire can tell; parse never drops any. */
  readonly lostBytes: number;
  readonly bytesPerSecond: number;
  readonly detected: DetectedProtocol | null;
  /** Epoch milliseconds of the last byte; null before the first. */
  readonly lastByteMs: number | null;
  /** What the board said of itself: `arenaBytes`, `atVersion`, `deviceType`, where it did. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** What a view that was hidden, or opens late, needs to draw the present. */
export interface SessionSnapshot extends DeviceBatch {
  /** Milliseconds an inference took, all stages together; oldest first. */
  readonly latenciesMs: Float64Array;
}

export interface LogQuery {
  /** Plain text, case-insensitive; empty matches all. */
  readonly text: string;
  readonly levels: readonly LogLine['level'][];
  /** Newest matches first are kept up to this many; answered oldest first. */
  readonly limit: number;
}

export interface LogMatches {
  readonly lines: readonly LogLine[];
  readonly matches: number;
}
