import { bytesOf, type DType } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import { formatShape } from '../ir/shape';
import type { NamedValues } from '../ports/executor';
import { isJpeg, readJpeg } from './jpeg';
import { isNpy, readNpy } from './npy';
import { readNpz } from './npz';
import { fitPicture, type Picture, type PictureShape, type PixelScale } from './picture';
import { isPng, readPng } from './png';
import { readReals, toTensorValue, type RealArray } from './reals';
import { monoSound } from './sound';
import { isWav } from './wav';

/** An input of the model, as data must be shaped for it. */
export interface SampleInput {
  readonly name: string;
  /** What the executor is fed. */
  readonly dtype: DType;
  /** Static; the batch dimension is 1. */
  readonly shape: readonly number[];
  /** Where channels stand in a 4-dimensional input. */
  readonly layout: 'NHWC' | 'NCHW';
}

/** One set of inputs for one inference. */
export type Sample = NamedValues;

/**
 * Samples of one data file, fitted to the model's inputs. One file is one sample, except arrays with one dimension more
 * than the input, or whose first dimension replaces a batch of 1: they hold many.
 *
 * Channels of a sound are mixed to one. Pictures are resized and scaled to `scale`; so are bytes without a type (`.bin` of one byte an element) and uint8
 * arrays. Everything else is taken as the numbers it holds. Throws ModelError `bad-data`.
 */
export function readSamples(bytes: Uint8Array, inputs: readonly SampleInput[], scale: PixelScale): readonly Sample[] {
  if (bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b) return fromNpz(readNpz(bytes), inputs, scale);
  const input = inputs[0];
  if (inputs.length !== 1 || !input) {
    throw bad(`holds one array, but the model has ${inputs.length} inputs; give .npz files with their names`);
  }
  return readOne(bytes, input, scale).map((values) => ({
    [input.name]: toTensorValue(input.dtype, input.shape, values),
  }));
}

function readOne(bytes: Uint8Array, input: SampleInput, scale: PixelScale): readonly ArrayLike<number>[] {
  if (isPng(bytes)) return [fromPicture(readPng(bytes), input, scale)];
  if (isJpeg(bytes)) return [fromPicture(readJpeg(bytes), input, scale)];
  if (isNpy(bytes)) return fromArray(readNpy(bytes), input, scale);
  if (isWav(bytes)) return [fromSound(bytes, input)];
  return [fromRaw(bytes, input, scale)];
}

function fromPicture(picture: Picture, input: SampleInput, scale: PixelScale): Float32Array {
  return fitPicture(picture, pictureShape(input), scale);
}

function pictureShape(input: SampleInput): PictureShape {
  const [batch, a, b, c] = input.shape;
  if (input.shape.length === 4 && batch === 1) {
    const layout = input.layout;
    const shape =
      layout === 'NHWC'
        ? { height: a!, width: b!, channels: c!, layout }
        : { channels: a!, height: b!, width: c!, layout };
    if (shape.channels === 1 || shape.channels === 3) return shape;
  }
  throw bad(`is a picture, but the input ${input.name} is ${formatShape(input.shape)}`);
}

function fromSound(bytes: Uint8Array, input: SampleInput): Float32Array {
  const { samples } = monoSound(bytes, null);
  const count = elements(input);
  if (samples.length !== count) {
    throw bad(`holds ${samples.length} samples, but the input ${input.name} takes ${count}`);
  }
  return samples;
}

function fromRaw(bytes: Uint8Array, input: SampleInput, scale: PixelScale): ArrayLike<number> {
  const count = elements(input);
  if (bytes.length === count) return scaled(bytes, input, scale);
  const dtype = input.dtype;
  if (bytes.length === bytesOf(dtype, count)) return readReals(dtype, bytes.slice());
  throw bad(
    `holds ${bytes.length} bytes; the input ${input.name} takes ${count} (bytes) or ${bytesOf(dtype, count)} (${dtype})`,
  );
}

function fromArray(array: RealArray, input: SampleInput, scale: PixelScale): readonly ArrayLike<number>[] {
  const count = elements(input);
  const samples = samplesIn(array.shape, input.shape);
  if (samples === null) {
    throw bad(`has shape ${formatShape(array.shape)}, but the input ${input.name} takes ${formatShape(input.shape)}`);
  }
  const values = array.dtype === 'uint8' ? scaled(array.values, input, scale) : array.values;
  return Array.from({ length: samples }, (_, i) => values.slice(i * count, (i + 1) * count));
}

/** How many samples an array of this shape holds; null when it does not fit. Dimensions of 1 may be left out. */
function samplesIn(array: readonly number[], input: readonly number[]): number | null {
  const wanted = core(input);
  const found = core(array);
  if (same(found, wanted)) return 1;
  const [first, ...rest] = array;
  return first !== undefined && same(core(rest), wanted) ? first : null;
}

function core(shape: readonly number[]): readonly number[] {
  return shape.filter((dim) => dim !== 1);
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function fromNpz(
  arrays: Readonly<Record<string, RealArray>>,
  inputs: readonly SampleInput[],
  scale: PixelScale,
): readonly Sample[] {
  const names = Object.keys(arrays);
  const columns = inputs.map((input) => {
    const array = arrays[input.name] ?? (inputs.length === 1 && names.length === 1 ? arrays[names[0]!] : undefined);
    if (!array) throw bad(`has no array named ${input.name}; it has ${names.join(', ') || 'none'}`);
    return fromArray(array, input, scale);
  });
  const count = columns[0]?.length ?? 0;
  if (columns.some((column) => column.length !== count)) throw bad('holds different numbers of samples for the inputs');
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(
      inputs.map((input, k) => [input.name, toTensorValue(input.dtype, input.shape, columns[k]![i]!)] as const),
    ),
  );
}

/** Bytes 0 to 255 as the picture scale says; an integer input takes them as they are. */
function scaled(bytes: ArrayLike<number>, input: SampleInput, scale: PixelScale): Float32Array {
  const values = Float32Array.from(bytes);
  if (!input.dtype.startsWith('float') || scale === '0..255') return values;
  return scale === '0..1' ? values.map((value) => value / 255) : values.map((value) => value / 127.5 - 1);
}

function elements(input: SampleInput): number {
  return input.shape.reduce((product, dim) => product * dim, 1);
}

function bad(what: string): ModelError {
  return new ModelError('bad-data', `The file ${what}.`);
}
