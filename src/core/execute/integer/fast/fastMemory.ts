import type { Storage, StorageSource } from '../storage';
import { kernelBytes } from './kernelBytes';

/** The exports of src/assembly/integerKernels.ts. Addresses are bytes in the memory. */
export interface FastExports {
  readonly widen: (input: number, output: number, rows: number, count: number, outStep: number) => void;
  readonly widenSpaced: (
    input: number,
    output: number,
    rows: number,
    count: number,
    channels: number,
    outStep: number,
  ) => void;
  readonly convolve: (...parameters: readonly number[]) => void;
  readonly depthwise: (...parameters: readonly number[]) => void;
  readonly combine: (a: number, b: number, table: number, output: number, count: number) => void;
}

const PAGE = 65536;
/** Nothing is placed at address 0; the module has no data of its own. */
const FIRST_ADDRESS = 1024;
/** Vectors may be read up to this far past the end of what they are taken from. */
const SLACK = 32;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.replace(/=+$/, '').length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    if (letter === '=') break;
    held = ((held << 6) | BASE64.indexOf(letter)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
    }
  }
  return bytes;
}

let compiled: WebAssembly.Module | null | undefined;

/** The module, compiled once; null where the host has no SIMD. */
function fastModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  const bytes = decodeBase64(kernelBytes);
  compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  return compiled;
}

/** One session's memory, shared by its tensors and the fast kernels. */
export class FastMemory implements StorageSource {
  readonly exports: FastExports;
  readonly #memory: WebAssembly.Memory;
  #next = FIRST_ADDRESS;

  private constructor(module: WebAssembly.Module) {
    this.#memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.exports = instance.exports as unknown as FastExports;
  }

  /** Null where the host cannot run the fast kernels. */
  static create(): FastMemory | null {
    const module = fastModule();
    return module && new FastMemory(module);
  }

  allocate(byteLength: number): Storage {
    const address = this.#next;
    this.#next = Math.ceil((address + byteLength) / 16) * 16;
    const missing = this.#next + SLACK - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    const memory = this.#memory;
    return {
      byteLength,
      address,
      get buffer() {
        return memory.buffer;
      },
    };
  }

  /** Places a constant and gives its address. */
  place(values: Int8Array | Uint8Array | Int16Array | Int32Array): number {
    const { address } = this.allocate(values.byteLength);
    new Uint8Array(this.#memory.buffer, address, values.byteLength).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
    return address;
  }
}
