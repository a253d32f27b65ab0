/** Contract between the extension host, the device child and the monitor's webview. */

export interface PortView {
  readonly path: string;
  /** "Nano 33 BLE", or the maker's name, or empty. */
  readonly label: string;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
}

export type ProtocolId = 'auto' | 'edge-impulse' | 'teleplot' | 'tflm' | 'plotter' | 'log';

export interface OpenDevice {
  /** `/dev/ttyACM0`, `COM3` or `tcp://host:port`. */
  readonly address: string;
  readonly baudRate: number;
  readonly protocol: ProtocolId;
}

export type DeviceState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly sinceMs: number }
  /** Unplugged; watched until it comes back. */
  | { readonly kind: 'waiting'; readonly sinceMs: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

export interface LogLine {
  /** Counts from 0 since the session opened; lines dropped from the ring leave a gap. */
  readonly seq: number;
  readonly timeMs: number;
  readonly text: string;
  readonly level: 'raw' | 'result' | 'error' | 'sent';
}

export interface ClassScore {
  readonly label: string;
  readonly score: number;
}

/** One inference result as the board printed it. */
export interface InferenceView {
  readonly timeMs: number;
  readonly classes: readonly ClassScore[];
  readonly boxes: readonly {
    readonly label: string;
    readonly score: number;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly anomaly: number | null;
  /** Milliseconds by stage as printed (dsp, inference, anomaly). */
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
  readonly detected: Exclude<ProtocolId, 'auto'> | null;
}

/** What a view that was hidden, or opens late, needs to draw the present. */
export interface DeviceSnapshot extends DeviceBatch {
  readonly state: DeviceState;
  readonly device: OpenDevice | null;
  readonly latenciesMs: Float64Array;
}

export interface LogQuery {
  /** Plain text, case-insensitive; empty matches all. */
  readonly text: string;
  readonly levels: readonly LogLine['level'][];
  /** Newest matches first are kept up to this many; answered oldest first. */
  readonly limit: number;
}

export interface DeviceRequests {
  list: { params: null; result: readonly PortView[] };
  open: { params: OpenDevice; result: null };
  close: { params: null; result: null };
  /** Sends text as it is; the line ending is the caller's. */
  write: { params: { readonly text: string }; result: null };
  snapshot: { params: null; result: DeviceSnapshot };
  searchLog: { params: LogQuery; result: { readonly lines: readonly LogLine[]; readonly matches: number } };
}

export interface DeviceNotifications {
  batch: DeviceBatch;
  state: DeviceState;
}

/** Webview to host: the device requests, plus what only the host can do. */
export interface MonitorRequests extends DeviceRequests {
  startSimulatedBoard: { params: null; result: null };
  copyText: { params: { readonly text: string }; result: null };
}

/** Host to webview. */
export interface MonitorNotifications extends DeviceNotifications {
  /** Ports changed, or the list was asked for again. */
  ports: readonly PortView[];
}
