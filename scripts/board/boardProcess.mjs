// The process behind startSimulatedBoard: it alone holds the PTY, because whatever a process forks inherits its PTYs, and a
// device is unplugged only when nobody holds it any more. Takes orders over its channel, ends when that closes.
import { mkdtempSync, read, rmSync, symlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { inRoot } from '../paths.mjs';
import { loadPty } from './loadPty.mjs';

const STEP_MS = 16;
const FULL_PAUSE_MS = 2;
const LINE_FEED = 10;

/** What nobody has read after this much is lost, as in a UART. */
const MAX_UNREAD_BYTES = 64 * 1024;

const writeTo = promisify(write);
const readFrom = promisify(read);

/** A board while it is plugged in: both ends of a PTY, the far one held open so that the near one can be written to. */
class Plugged {
  /**
   * @param {{master: number, slave: number, pty: string}} ends
   * @param {{advance(milliseconds: number): string, receive(text: string): void}} board
   */
  constructor({ master, slave, pty }, board) {
    this.device = pty;
    this.board = board;
    this.master = master;
    this.alive = true;
    this.unread = 0;
    this.sending = Promise.resolve();
    this.far = new ReadStream(slave);
    this.far.setRawMode(true); // never read from: what the board sends is for who opens the device
    let last = performance.now();
    this.clock = setInterval(() => {
      const now = performance.now();
      this.say(board.advance(Math.min(1000, now - last)));
      last = now;
    }, STEP_MS);
    this.listening = this.listen();
  }

  /** @param {string} text */
  say(text) {
    const bytes = Buffer.from(text);
    if (bytes.length === 0 || this.unread > MAX_UNREAD_BYTES) return;
    void this.send(bytes);
  }

  /** @param {Uint8Array} bytes */
  send(bytes) {
    this.unread += bytes.length;
    this.sending = this.sending.then(() => this.writeAll(bytes)).finally(() => (this.unread -= bytes.length));
    return this.sending;
  }

  /** @param {Uint8Array} bytes */
  async writeAll(bytes) {
    for (let at = 0; at < bytes.length && this.alive;) {
      try {
        at += (await writeTo(this.master, bytes, at, bytes.length - at, null)).bytesWritten;
      } catch (error) {
        if (!isFull(error)) return;
        await pause(FULL_PAUSE_MS);
      }
    }
  }

  /**
   * Sends at a rate, in whole lines, since the board may talk in between; resolves when all is on its way.
   * @param {Uint8Array} bytes
   * @param {number} bytesPerSecond
   */
  async flood(bytes, bytesPerSecond) {
    const started = performance.now();
    for (let at = 0; at < bytes.length && this.alive;) {
      const due = Math.min(bytes.length, Math.ceil(((performance.now() - started) / 1000) * bytesPerSecond));
      const end = bytes.lastIndexOf(LINE_FEED, due - 1) + 1;
      if (end > at) await this.send(bytes.subarray(at, end));
      at = Math.max(at, end);
      await pause(5);
    }
  }

  async listen() {
    const buffer = Buffer.alloc(256);
    while (this.alive) {
      try {
        const { bytesRead } = await readFrom(this.master, buffer, 0, buffer.length, null);
        this.board.receive(buffer.toString('utf8', 0, bytesRead));
      } catch (error) {
        if (!isFull(error)) return;
        await pause(STEP_MS);
      }
    }
  }

  destroy() {
    this.alive = false;
    clearInterval(this.clock);
    this.far.destroy();
    new ReadStream(this.master).destroy();
  }
}

/** The board is TypeScript of the product: bundled in memory, so that nothing of it is written twice. */
async function loadBoard() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { SimulatedBoard } from './simulatedBoard'; export { floodBytes } from './floodLines';`,
      resolveDir: inRoot('src', 'core', 'device', 'simulated'),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
}

const chatter = process.argv[2] !== 'silent';
const pty = loadPty();
const { SimulatedBoard, floodBytes } = await loadBoard();
const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-board-'));
const link = path.join(folder, 'ttyACM0');
/** @type {Plugged | null} */
let plugged = null;

/** @param {unknown} error */
function isFull(error) {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** @type {Record<string, (params: {count: number, bytesPerSecond: number}) => unknown>} */
const orders = {
  plug,
  unplug,
  flood: ({ count, bytesPerSecond }) => plugged?.flood(floodBytes(count), bytesPerSecond),
};

function plug() {
  if (plugged) return;
  plugged = new Plugged(pty.open(80, 24), new SimulatedBoard({ chatter }));
  symlinkSync(plugged.device, link);
}

function unplug() {
  rmSync(link, { force: true });
  plugged?.destroy();
  plugged = null;
}

function quit() {
  unplug();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

process.on('disconnect', quit);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, quit);
process.on('message', async (/** @type {any} */ { id, order, params }) => {
  await orders[order]?.(params);
  process.send?.({ id });
});
plug();
process.send?.({ path: link });
