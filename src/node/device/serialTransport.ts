import type * as Serialport from 'serialport';
import type { DeviceTransport, TransportHandlers } from '../../core/ports/deviceTransport';
import { DeviceError } from '../../core/ports/deviceTransport';
import { serialMissingError, serialOpenError } from './serialErrors';

/** A serial port. The native library is loaded by the first `open`. */
export class SerialTransport implements DeviceTransport {
  readonly address: string;
  readonly #baudRate: number;
  #port: Serialport.SerialPort | null = null;
  #gone: Promise<void> = Promise.resolve();

  constructor(address: string, baudRate: number) {
    this.address = address;
    this.#baudRate = baudRate;
  }

  async open(handlers: TransportHandlers): Promise<void> {
    const { SerialPort: Port } = await loadSerialport();
    const port = new Port({ path: this.address, baudRate: this.#baudRate, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error) reject(serialOpenError(this.address, error.message));
        else resolve();
      });
    });
    this.#port = port;
    port.on('data', (bytes: Uint8Array) => handlers.onBytes(bytes));
    // Every failure that matters also closes the port; without a listener it would end the process.
    port.on('error', () => undefined);
    this.#gone = new Promise((resolve) => {
      port.once('close', (error: (Error & { readonly disconnected?: boolean }) | null) => {
        this.#port = null;
        resolve();
        handlers.onClosed(error?.disconnected === true ? 'unplugged' : 'closed');
      });
    });
  }

  /** Resolves when the bytes have left. A write to a port that goes away never calls back, so going away ends it. */
  async write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    if (!port) throw new DeviceError('unavailable', `${this.address} is not open.`);
    const written = new Promise<void>((resolve, reject) => {
      port.write(bytes, (error) => {
        if (error)
          reject(new DeviceError('unavailable', `${this.address} did not take what was sent: ${error.message}`));
      });
      port.drain(() => resolve());
    });
    const gone = this.#gone.then(() => {
      throw new DeviceError('unavailable', `${this.address} was unplugged while sending.`);
    });
    await Promise.race([written, gone]);
  }

  async close(): Promise<void> {
    const port = this.#port;
    if (!port) return;
    // A failing close is one that lost its port already.
    port.close(() => undefined);
    await this.#gone;
  }
}

/** The native library, or a DeviceError that says that it is missing. */
export async function loadSerialport(): Promise<typeof Serialport> {
  try {
    return await import('serialport');
  } catch (error) {
    throw serialMissingError(error instanceof Error ? error.message : String(error));
  }
}
