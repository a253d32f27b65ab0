import { SimulatedBoard } from '../../core/device/simulated/simulatedBoard';
import { DeviceError } from '../../core/ports/deviceTransport';
import type { DeviceTransport, TransportHandlers } from '../../core/ports/deviceTransport';

export const SIMULATED_ADDRESS = 'simulated://board';

const STEP_MS = 16;

/** After a sleep of the machine the board goes on, instead of printing the hours it missed. */
const MAX_STEP_MS = 5000;

/** A board inside this process, in real time. */
export class SimulatedTransport implements DeviceTransport {
  readonly address = SIMULATED_ADDRESS;
  #board: SimulatedBoard | null = null;
  #timer: NodeJS.Timeout | undefined;
  #onClosed: TransportHandlers['onClosed'] | null = null;

  open(handlers: TransportHandlers): Promise<void> {
    const board = new SimulatedBoard();
    const encoder = new TextEncoder();
    let last = performance.now();
    this.#board = board;
    this.#onClosed = (why) => handlers.onClosed(why);
    this.#timer = setInterval(() => {
      const now = performance.now();
      const text = board.advance(Math.min(MAX_STEP_MS, now - last));
      last = now;
      if (text !== '') handlers.onBytes(encoder.encode(text));
    }, STEP_MS);
    return Promise.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#board) return Promise.reject(new DeviceError('unavailable', 'The simulated board is stopped.'));
    this.#board.receive(new TextDecoder().decode(bytes));
    return Promise.resolve();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#board = null;
    this.#onClosed?.('closed');
    this.#onClosed = null;
    return Promise.resolve();
  }
}
