/** A byte pipe to a board: serial port, TCP socket, or a test's pair. */
export interface DeviceTransport {
  /** `/dev/ttyACM0`, `COM3` or `tcp://host:port`. */
  readonly address: string;
  /** Resolves when open. Rejects with a DeviceError that names the remedy. */
  open(handlers: TransportHandlers): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface TransportHandlers {
  onBytes(bytes: Uint8Array): void;
  /** `unplugged` when the board went away, `closed` after `close()`. Called once. */
  onClosed(why: 'unplugged' | 'closed'): void;
}

export type DeviceErrorReason = 'not-found' | 'no-permission' | 'busy' | 'not-a-port' | 'refused' | 'unavailable';

export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly reason: DeviceErrorReason;
  /** A shell command that remedies it, where there is one. */
  readonly command: string | null;

  constructor(reason: DeviceErrorReason, message: string, command: string | null = null) {
    super(message);
    this.reason = reason;
    this.command = command;
  }
}
