import { Socket } from 'node:net';
import type { DeviceTransport, TransportHandlers } from '../../core/ports/deviceTransport';
import { DeviceError } from '../../core/ports/deviceTransport';

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 5000;

/** A byte stream over TCP: a board with WiFi, ser2net in raw mode, an emulator's serial socket. */
export class TcpTransport implements DeviceTransport {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | null = null;
  #closing = false;

  /** Takes `tcp://host:port`, IPv6 in brackets. Throws a DeviceError for anything else. */
  constructor(address: string) {
    this.address = address;
    [this.#host, this.#port] = parse(address);
  }

  async open(handlers: TransportHandlers): Promise<void> {
    const socket = new Socket();
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('timeout')));
      socket.once('error', (error) => {
        this.#socket = null;
        reject(this.#failure(error));
      });
      socket.connect(this.#port, this.#host, resolve);
    });
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (bytes: Uint8Array) => handlers.onBytes(bytes));
    // 'close' follows and tells.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#socket = null;
      handlers.onClosed(this.#closing ? 'closed' : 'unplugged');
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new DeviceError('unavailable', `${this.address} is not open.`));
      if (!this.#socket) fail();
      else this.#socket.write(bytes, (error) => (error ? fail() : resolve()));
    });
  }

  close(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return Promise.resolve();
    this.#closing = true;
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      socket.on('error', () => undefined);
      // Only an error ends a connection that is still being made.
      socket.destroy(socket.connecting ? new Error('called off') : undefined);
    });
  }

  #failure(error: NodeJS.ErrnoException): DeviceError {
    switch (error.code) {
      case 'ECONNREFUSED':
        return new DeviceError('refused', `Nothing listens at ${this.address}. Start the server, or check the port.`);
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return new DeviceError('not-found', `${this.#host} is not a known host. Check the name in ${this.address}.`);
      default:
        return new DeviceError(
          'unavailable',
          `${this.address} does not answer (${error.code ?? error.message}). Check address and network.`,
        );
    }
  }
}

function parse(address: string): [host: string, port: number] {
  const match = /^tcp:\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/\s]+)):(\d{1,5})\/?$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) {
    throw new DeviceError('not-a-port', `${address} is not an address: write tcp://host:port.`);
  }
  return [match[1] ?? match[2]!, port];
}
