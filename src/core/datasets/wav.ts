import { ModelError } from '../ir/errors';

/** Sound as a model takes it. */
export interface Sound {
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Frames one after another, channels interleaved, −1 to 1. */
  readonly samples: Float32Array;
}

// Format: Microsoft RIFF/WAVE, WAVE_FORMAT_PCM 1, IEEE_FLOAT 3, EXTENSIBLE 0xfffe (its sub-format begins the GUID).
const PCM = 1;
const IEEE_FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface WaveFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

export function isWav(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WAVE';
}

/** PCM of 8 (unsigned), 16, 24 or 32 bits, or float of 32 or 64. Throws ModelError `bad-data`. */
export function readWav(bytes: Uint8Array): Sound {
  if (!isWav(bytes)) throw bad('is no WAV sound');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WaveFormat | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const end = Math.min(bytes.length, at + 8 + size);
    const id = ascii(bytes, at);
    if (id === 'fmt ') format = readFormat(view, at + 8, end);
    if (id === 'data') {
      if (!format) throw bad('has its samples before their format');
      return decode(view, at + 8, end, format);
    }
    // Chunks are padded to even lengths.
    at = at + 8 + size + (size & 1);
  }
  throw bad('holds no samples');
}

function readFormat(view: DataView, start: number, end: number): WaveFormat {
  if (end - start < 16) throw bad('ends inside its format');
  const tag = view.getUint16(start, true);
  return {
    tag: tag === EXTENSIBLE && end - start >= 26 ? view.getUint16(start + 24, true) : tag,
    channels: view.getUint16(start + 2, true),
    sampleRate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  };
}

function decode(view: DataView, start: number, end: number, format: WaveFormat): Sound {
  const read = sampleReader(view, format);
  const size = format.bits / 8;
  if (format.channels === 0) throw bad('has no channels');
  const samples = new Float32Array(Math.floor((end - start) / (size * format.channels)) * format.channels);
  for (let i = 0; i < samples.length; i++) samples[i] = read(start + i * size);
  return { sampleRate: format.sampleRate, channels: format.channels, samples };
}

function sampleReader(view: DataView, format: WaveFormat): (at: number) => number {
  const kind = `${format.tag}/${format.bits}`;
  switch (kind) {
    case `${PCM}/8`:
      return (at) => (view.getUint8(at) - 128) / 128;
    case `${PCM}/16`:
      return (at) => view.getInt16(at, true) / 32768;
    case `${PCM}/24`:
      return (at) => (view.getUint8(at) + view.getInt16(at + 1, true) * 256) / 8388608;
    case `${PCM}/32`:
      return (at) => view.getInt32(at, true) / 2147483648;
    case `${IEEE_FLOAT}/32`:
      return (at) => view.getFloat32(at, true);
    case `${IEEE_FLOAT}/64`:
      return (at) => view.getFloat64(at, true);
    default:
      throw bad(`has a sample format that is not supported (tag ${format.tag}, ${format.bits} bits)`);
  }
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function bad(what: string): ModelError {
  return new ModelError('bad-data', `The file ${what}.`);
}
