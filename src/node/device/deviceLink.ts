import { setTimeout as pause } from 'node:timers/promises';
import { DeviceSession } from '../../core/device/session';
import type { DeviceBatch, LogMatches, LogQuery, SessionSnapshot } from '../../core/device/sessionViews';
import { DeviceError } from '../../core/ports/deviceTransport';
import type { DeviceTransport } from '../../core/ports/deviceTransport';
import type { DeviceSnapshot, DeviceState, OpenDevice } from '../../protocol/device';
import { createTransport, mayBeThere } from './createTransport';

/** At most 30 batches a second. */
const BATCH_MS = 34;

/** A rate that falls to zero must be told too. */
const IDLE_BATCH_MS = 500;

const RETRY_MS = 250;

/** Not every driver tells that a device went away: a path that vanished does. */
const PATH_CHECK_MS = 1000;

/** Edge Impulse firmware reads its UART without a buffer to speak of: its own tools send this slowly. */
const PACED_BYTES = 5;
const PACED_MS = 20;

export interface LinkListener {
  onBatch(batch: DeviceBatch): void;
  onState(state: DeviceState): void;
}

const nothing: SessionSnapshot = new DeviceSession('log').snapshot(0);

/** One board at a time: opens it, reads it into a session, tells batches, and waits for it when it is unplugged. */
export class DeviceLink {
  readonly #listener: LinkListener;
  #state: DeviceState = { kind: 'closed' };
  #device: OpenDevice | null = null;
  #session: DeviceSession | null = null;
  #transport: DeviceTransport | null = null;
  /** A transport that is being opened, and the end of that. */
  #opening: { readonly transport: DeviceTransport; readonly over: Promise<void> } | null = null;
  #batches: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #lastBatchMs = 0;
  #lastCheckMs = 0;
  #writing: Promise<void> = Promise.resolve();
  /** Grows with each `open` and `close`: what an earlier one started is then over. */
  #turn = 0;

  constructor(listener: LinkListener) {
    this.#listener = listener;
  }

  /** Closes what is open and opens `device`. Rejects with a DeviceError, told as state `failed` too. */
  async open(device: OpenDevice): Promise<void> {
    await this.#hangUp();
    const turn = this.#turn;
    this.#device = device;
    this.#session = new DeviceSession(device.protocol);
    this.#tell({ kind: 'opening' });
    try {
      await this.#connect(device, turn);
    } catch (error) {
      if (turn === this.#turn) this.#tell(failed(error));
      throw error;
    }
    if (turn !== this.#turn) return;
    this.#batches = setInterval(() => {
      this.#batch(false);
      this.#checkPath(device, turn);
    }, BATCH_MS);
  }

  /** Closes the device; what it said stays readable. */
  async close(): Promise<void> {
    await this.#hangUp();
    this.#tell({ kind: 'closed' });
  }

  /** Sends text as it is. Rejects with a DeviceError when nothing is open. */
  async write(text: string): Promise<void> {
    const transport = this.#transport;
    if (!transport || this.#state.kind !== 'open') {
      throw new DeviceError('unavailable', 'No board is connected: connect one, then send.');
    }
    const bytes = new TextEncoder().encode(text);
    const paced = this.#session?.detected === 'edge-impulse';
    this.#session?.sent(text, Date.now());
    const sent = this.#writing.then(() => (paced ? writePaced(transport, bytes) : transport.write(bytes)));
    this.#writing = sent.catch(() => undefined);
    await sent;
  }

  /** The present. What was not told yet is told first, so that the next batch goes on where the snapshot ends. */
  snapshot(): DeviceSnapshot {
    this.#batch(true);
    return { ...(this.#session?.snapshot(Date.now()) ?? nothing), state: this.#state, device: this.#device };
  }

  search(query: LogQuery): LogMatches {
    return this.#session?.search(query) ?? { lines: [], matches: 0 };
  }

  async #connect(device: OpenDevice, turn: number): Promise<void> {
    const session = this.#session;
    const transport = createTransport(device.address, device.baudRate);
    const opened = transport.open({
      onBytes: (bytes) => session?.receive(bytes, Date.now()),
      onClosed: (why) => {
        if (why === 'unplugged' && turn === this.#turn && this.#transport === transport) this.#unplugged(device, turn);
      },
    });
    const opening = { transport, over: opened.catch(() => undefined) };
    this.#opening = opening;
    try {
      await opened;
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
    if (turn !== this.#turn) {
      await transport.close();
      throw new DeviceError('unavailable', 'Connecting was called off.');
    }
    this.#transport = transport;
    this.#tell({ kind: 'open', sinceMs: Date.now() });
  }

  #unplugged(device: OpenDevice, turn: number): void {
    this.#transport = null;
    this.#session?.interrupted(Date.now());
    this.#batch(true);
    this.#tell({ kind: 'waiting', sinceMs: Date.now() });
    this.#tryAgain(device, turn);
  }

  #checkPath(device: OpenDevice, turn: number): void {
    const now = Date.now();
    const transport = this.#transport;
    if (!transport || now - this.#lastCheckMs < PATH_CHECK_MS) return;
    this.#lastCheckMs = now;
    if (mayBeThere(device.address)) return;
    this.#unplugged(device, turn);
    void transport.close();
  }

  #tryAgain(device: OpenDevice, turn: number): void {
    this.#retry = setTimeout(() => {
      if (turn !== this.#turn) return;
      if (!mayBeThere(device.address)) this.#tryAgain(device, turn);
      // Just plugged in, a port may still be busy or without its permissions: any failure means later.
      else void this.#connect(device, turn).catch(() => this.#tryAgain(device, turn));
    }, RETRY_MS);
  }

  async #hangUp(): Promise<void> {
    this.#turn += 1;
    clearTimeout(this.#retry);
    clearInterval(this.#batches);
    const transport = this.#transport;
    this.#transport = null;
    await transport?.close();
    // A port that is still being opened is locked until that has ended; a slow connection is called off.
    await this.#opening?.transport.close();
    await this.#opening?.over;
    this.#session?.interrupted(Date.now());
    this.#batch(true);
  }

  #batch(evenIfIdle: boolean): void {
    const now = Date.now();
    const batch = this.#session?.takeBatch(now);
    if (!batch) return;
    const news = batch.lines.length + batch.results.length + batch.series.length > 0;
    if (!news && !evenIfIdle && now - this.#lastBatchMs < IDLE_BATCH_MS) return;
    this.#lastBatchMs = now;
    this.#listener.onBatch(batch);
  }

  #tell(state: DeviceState): void {
    this.#state = state;
    this.#listener.onState(state);
  }
}

function failed(error: unknown): DeviceState {
  if (!(error instanceof DeviceError)) return { kind: 'failed', reason: 'unavailable', message: String(error) };
  const { reason, message, command } = error;
  return { kind: 'failed', reason, message, ...(command === null ? {} : { command }) };
}

async function writePaced(transport: DeviceTransport, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += PACED_BYTES) {
    if (at > 0) await pause(PACED_MS);
    await transport.write(bytes.subarray(at, at + PACED_BYTES));
  }
}
