import type { DeviceBatch, LogMatches, LogQuery, ProtocolId, SessionSnapshot } from '../core/device/sessionViews';

/** Contract between the extension host, the device child and the monitor's webview. */

export type {
  DeviceBatch,
  DeviceTotals,
  InferenceView,
  LogLine,
  LogMatches,
  LogQuery,
  ProtocolId,
  SeriesPoints,
} from '../core/device/sessionViews';

export interface PortView {
  readonly path: string;
  /** "Nano 33 BLE", or the maker's name, or empty. */
  readonly label: string;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
}

export interface OpenDevice {
  /** `/dev/ttyACM0`, `COM3`, `tcp://host:port` or `simulated://board`. */
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
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly message: string;
      /** A shell command that remedies it, where there is one. */
      readonly command?: string;
    };

/** What a view that was hidden, or opens late, needs to draw the present. */
export interface DeviceSnapshot extends SessionSnapshot {
  readonly state: DeviceState;
  readonly device: OpenDevice | null;
}

export interface DeviceRequests {
  list: { params: null; result: readonly PortView[] };
  open: { params: OpenDevice; result: null };
  close: { params: null; result: null };
  /** Sends text as it is; the line ending is the caller's. */
  write: { params: { readonly text: string }; result: null };
  snapshot: { params: null; result: DeviceSnapshot };
  searchLog: { params: LogQuery; result: LogMatches };
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
