import { isNpy, readNpy } from '../../datasets/npy';
import { readNpz } from '../../datasets/npz';
import type { PixelScale } from '../../datasets/picture';
import { readSamples, type SampleInput } from '../../datasets/sample';
import { SeededInput } from '../../datasets/seededInput';
import { monoSound } from '../../datasets/sound';
import { isWav } from '../../datasets/wav';
import { readReals, toTensorValue } from '../../datasets/reals';
import { bytesOf, isInteger, type DType } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { TensorValue } from '../../ports/executor';
import type { RunPort } from './modelSession';
import { quantizedValue } from './storedValue';

/** What an input is fed, step by step. */
export interface PortSource {
  /** Values there are; infinite for made-up ones. Steps beyond start again. */
  readonly count: number;
  /** What was done to the data so that it fits: ends of a sentence that begins with the file's name. */
  readonly notes: readonly string[];
  at(step: number): TensorValue;
}

/** How data becomes what an input takes. */
export interface DataFit {
  /** Of pictures and bytes. */
  readonly scale: PixelScale;
  /** Hertz that sounds are resampled to; null takes them as they were recorded. */
  readonly soundRate: number | null;
}

/** Made-up values, see SeededInput; steps must be asked for in order. */
export function seededSource(port: RunPort, seed: number): PortSource {
  const generator = new SeededInput(seed);
  return { count: Infinity, notes: [], at: () => generator.next(port.dtype, port.shape) };
}

/** Zeros at every step: what a state starts from. */
export function zeroSource(port: RunPort): PortSource {
  const count = port.shape.reduce((product, dim) => product * dim, 1);
  const value = { dtype: port.dtype, shape: port.shape, data: new Uint8Array(bytesOf(port.dtype, count)) };
  return { count: Infinity, notes: [], at: () => value };
}

/**
 * One value for all elements at every step: a real number where the input is quantized. Throws ModelError `bad-data` when
 * the input's type does not hold it.
 */
export function constantSource(port: RunPort, value: number): PortSource {
  const count = port.shape.reduce((product, dim) => product * dim, 1);
  const filled = new Float64Array(count).fill(value);
  const asReals = isQuantized(port);
  const tensor = toTensorValue(asReals ? 'float32' : port.dtype, port.shape, filled);
  if (isInteger(port.dtype) && !asReals && count > 0 && readReals(tensor.dtype, tensor.data)[0] !== value) {
    throw new ModelError('bad-data', `The input ${port.name} is ${port.dtype}, which does not hold ${value}.`);
  }
  const fed = asReals ? quantizedValue(tensor, port.dtype, port.quantization!) : tensor;
  return { count: Infinity, notes: [], at: () => fed };
}

/**
 * The values of a data file for one input. Arrays of the input's own element type are taken as stored; other arrays,
 * pictures and sounds are real numbers, rounded to the input's integers where it is quantized. Sounds longer than the
 * input are cut into one piece a step; those of several channels are mixed to one. Throws ModelError `bad-data` with what does not fit.
 */
export function fileSource(port: RunPort, bytes: Uint8Array, { scale, soundRate }: DataFit): PortSource {
  const { values, notes } = isWav(bytes)
    ? soundValues(port, bytes, soundRate)
    : { values: dataValues(port, bytes, scale), notes: [] };
  if (values.length === 0) throw new ModelError('bad-data', `The file holds nothing for the input ${port.name}.`);
  return { count: values.length, notes, at: (step) => values[step % values.length]! };
}

/** Whether an archive has an array for an input. */
export function hasArrayFor(port: RunPort, bytes: Uint8Array): boolean {
  return Object.hasOwn(readNpz(bytes), port.name);
}

export function isArchive(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function isQuantized({ quantization, dtype }: RunPort): boolean {
  return quantization !== null && quantization.scales.length > 0 && isInteger(dtype);
}

function dataValues(port: RunPort, bytes: Uint8Array, scale: PixelScale): readonly TensorValue[] {
  const asReals = isQuantized(port) && storedType(port, bytes) !== port.dtype;
  const { name, shape, layout } = port;
  const input: SampleInput = { name, dtype: asReals ? 'float32' : port.dtype, shape, layout };
  // Plain integers are the pixels themselves.
  const pixels = isInteger(input.dtype) ? '0..255' : scale;
  const samples = readSamples(bytes, [input], pixels).map((sample) => sample[name]!);
  return asReals ? samples.map((value) => quantizedValue(value, port.dtype, port.quantization!)) : samples;
}

/** Element type of the array for this input; null for what is no array. */
function storedType(port: RunPort, bytes: Uint8Array): DType | null {
  if (isNpy(bytes)) return readNpy(bytes).dtype;
  if (!isArchive(bytes)) return null;
  const arrays = readNpz(bytes);
  return (Object.hasOwn(arrays, port.name) ? arrays[port.name] : Object.values(arrays)[0])?.dtype ?? null;
}

/** Full scale of 16-bit PCM, which front ends of keyword spotters take as it is. */
const PCM_16 = 32768;

function soundValues(
  port: RunPort,
  bytes: Uint8Array,
  rate: number | null,
): { readonly values: readonly TensorValue[]; readonly notes: readonly string[] } {
  const { samples, notes } = monoSound(bytes, rate);
  const window = port.shape.reduce((product, dim) => product * dim, 1);
  if (window === 0 || samples.length < window) {
    throw new ModelError(
      'bad-data',
      `The file holds ${samples.length} samples, but the input ${port.name} takes ${window}.`,
    );
  }
  const gain = isInteger(port.dtype) && !isQuantized(port) ? PCM_16 : 1;
  const values = Array.from({ length: Math.floor(samples.length / window) }, (_, i) => {
    const piece = samples.subarray(i * window, (i + 1) * window).map((value) => value * gain);
    if (!isQuantized(port)) return toTensorValue(port.dtype, port.shape, piece);
    return quantizedValue(toTensorValue('float32', port.shape, piece), port.dtype, port.quantization!);
  });
  return { values, notes };
}
