import { need, type KernelContext, type Prepare, type Run } from '../kernel';
import { needType, option, signalOptions } from './signalOptions';

/**
 * The filter bank of the audio front end and what follows it, in unsigned integers. Source: tflite-micro signal/src
 * {filter_bank,filter_bank_square_root,square_root_64,square_root_32,filter_bank_spectral_subtraction,
 * pcan_argc_fixed,filter_bank_log,log}.cc.
 */

const UINT32 = 2 ** 32;

/** x * y / 2^shift of unsigned 32-bit numbers, the low 32 bits. */
function multiplyShift(x: number, y: number, shift: number): number {
  return Number(BigInt.asUintN(32, (BigInt(x >>> 0) * BigInt(y >>> 0)) >> BigInt(shift)));
}

/** Bits of a number; 0 counts as 32, as in msb_32.cc. */
function bitLength(x: number): number {
  return x === 0 ? 32 : 32 - Math.clz32(x);
}

/** Each channel: its own weighted energies and the complement's of the channel before. The first is only a start. */
function prepareFilterBank(context: KernelContext): Run {
  const input = needType(context.input(0), 'uint32');
  const [weights, unweights, starts, weightStarts, widths] = [1, 2, 3, 4, 5].map((index) =>
    needType(context.input(index), 'int16'),
  ) as [typeof input, typeof input, typeof input, typeof input, typeof input];
  const output = needType(context.output(), 'uint64');
  const channels = option(signalOptions(context), 0);
  need(channels > 0 && output.count <= channels, 'its output does not fit its channels');
  need(
    [starts, weightStarts, widths].every((operand) => operand.count > channels),
    'its channels are not described',
  );
  return () => {
    const energies = input.numbers;
    const results = output.elements as BigUint64Array;
    let complement = 0n;
    for (let channel = 0; channel <= channels; channel += 1) {
      let sum = complement;
      complement = 0n;
      for (let j = 0; j < widths.numbers[channel]!; j += 1) {
        const energy = BigInt(energies[starts.numbers[channel]! + j] ?? 0);
        const at = weightStarts.numbers[channel]! + j;
        sum += BigInt(weights.numbers[at] ?? 0) * energy;
        complement += BigInt(unweights.numbers[at] ?? 0) * energy;
      }
      if (channel > 0 && channel <= results.length) results[channel - 1] = BigInt.asUintN(64, sum);
    }
  };
}

/** The square root, rounded; `limit` is the largest result. */
function rootOf(x: bigint, bits: number, limit: bigint): bigint {
  if (x === 0n) return 0n;
  let left = x;
  let root = 0n;
  const top = (x.toString(2).length - 1) & ~1;
  for (let bit = 1n << BigInt(Math.min(top, bits - 2)); bit > 0n; bit >>= 2n) {
    if (left >= root + bit) {
      left -= root + bit;
      root = (root >> 1n) + bit;
    } else {
      root >>= 1n;
    }
  }
  return left > root && root !== limit ? root + 1n : root;
}

function prepareSquareRoot(context: KernelContext): Run {
  const input = needType(context.input(0), 'uint64');
  const scaleBits = needType(context.input(1), 'int32');
  const output = needType(context.output(), 'uint32');
  need(input.count === output.count && scaleBits.count > 0, 'its output does not fit its input');
  return () => {
    const values = input.elements as BigUint64Array;
    const results = output.numbers;
    const shift = scaleBits.numbers[0]!;
    for (let i = 0; i < results.length; i += 1) {
      const value = values[i]!;
      const root = value < BigInt(UINT32) ? rootOf(value, 32, 0xffffn) : rootOf(value, 64, 0xffffffffn);
      results[i] = Number(BigInt.asUintN(32, root)) >>> shift;
    }
  };
}

interface Subtraction {
  readonly smoothing: readonly [number, number];
  readonly rest: readonly [number, number];
  readonly clamping: boolean;
  readonly minimum: number;
  readonly smoothingBits: number;
  readonly bits: number;
}

function subtractionOptions(context: KernelContext): Subtraction {
  const options = signalOptions(context);
  return {
    // Even channels, then odd ones.
    smoothing: [option(options, 6), option(options, 1)],
    rest: [option(options, 5), option(options, 0)],
    clamping: option(options, 2) !== 0,
    minimum: option(options, 3),
    smoothingBits: option(options, 7),
    bits: option(options, 8),
  };
}

/** Subtracts a running estimate of the noise, which the second output shows and a reset forgets. */
function prepareSubtraction(context: KernelContext): Run {
  const input = needType(context.input(0), 'uint32');
  const output = needType(context.output(0), 'uint32');
  const noise = needType(context.output(1), 'uint32');
  const options = subtractionOptions(context);
  need(input.count === output.count && input.count === noise.count, 'its output does not fit its input');
  const estimates = new Uint32Array(input.count);
  context.onReset(() => estimates.fill(0));
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const signal = (values[i]! << options.smoothingBits) >>> 0;
      const smoothed =
        BigInt(signal) * BigInt(options.smoothing[i & 1]! >>> 0) +
        BigInt(estimates[i]!) * BigInt(options.rest[i & 1]! >>> 0);
      let estimate = Number(BigInt.asUintN(32, smoothed >> BigInt(options.bits)));
      estimates[i] = estimate;
      if (estimate > signal) {
        estimate = signal;
        if (options.clamping) estimates[i] = signal;
      }
      const floor = multiplyShift(values[i]!, options.minimum, options.bits);
      results[i] = Math.max((signal - estimate) >>> options.smoothingBits, floor);
    }
    noise.numbers.set(estimates);
  };
}

/** Fraction bits of the ratio of signal to noise, and of the result. */
const SNR_BITS = 12;
const GAIN_OUTPUT_BITS = 6;

/** A gain from a table of parabolas, one a power of two of the noise. */
function gainOf(noise: number, table: ArrayLike<number>): number {
  if (noise <= 2) return table[noise] ?? 0;
  const interval = bitLength(noise);
  const at = 4 * interval - 6;
  const fraction = (interval < 11 ? noise << (11 - interval) : noise >>> (interval - 11)) & 0x3ff;
  let result = Math.imul(table[at + 2] ?? 0, fraction) >> 5;
  result = (result + ((table[at + 1] ?? 0) << 5)) | 0;
  result = (Math.imul(result, fraction) + (1 << 14)) >> 15;
  return ((result + (table[at] ?? 0)) << 16) >> 16;
}

function shrink(x: number): number {
  if (x < 2 << SNR_BITS) return Math.imul(x, x) >>> (2 + 2 * SNR_BITS - GAIN_OUTPUT_BITS);
  return (x >>> (SNR_BITS - GAIN_OUTPUT_BITS)) - (1 << GAIN_OUTPUT_BITS);
}

/** Automatic gain by channel (PCAN): x, noise, gain table. */
function prepareGain(context: KernelContext): Run {
  const input = needType(context.input(0), 'uint32');
  const noise = needType(context.input(1), 'uint32');
  const table = needType(context.input(2), 'int16');
  const output = needType(context.output(), 'uint32');
  const shift = option(signalOptions(context), 0);
  need(input.count === output.count && input.count === noise.count, 'its output does not fit its input');
  return () => {
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const gain = gainOf(noise.numbers[i]!, table.numbers);
      results[i] = shrink(multiplyShift(input.numbers[i]!, gain, shift));
    }
  };
}

/** How far log2(1 + x) is above x, in 16 fraction bits, at 128 steps of x. */
const LOG_TABLE = Uint16Array.from({ length: 130 }, (_, i) =>
  i >= 128 ? 0 : Math.round(65536 * (Math.log2(1 + i / 128) - i / 128)),
);

/** The natural logarithm of a positive integer, scaled. */
function logOf(x: number, scale: number): number {
  const integer = bitLength(x) - 1;
  const above = x - 2 ** integer;
  const fraction = integer < 16 ? above * 2 ** (16 - integer) : Math.floor(above / 2 ** (integer - 16));
  const segment = fraction >> 9;
  const low = LOG_TABLE[segment]!;
  const rise = Math.imul(LOG_TABLE[segment + 1]! - low, fraction - 512 * segment) >> 16;
  const log2 = integer * 65536 + fraction + low + rise;
  const natural = multiplyAdd(45426, log2);
  return ((Math.imul(scale, natural) + 32768) >>> 0) >>> 16;
}

/** (x * y + 2^15) / 2^16. */
function multiplyAdd(x: number, y: number): number {
  return Math.floor((x * y + 32768) / 65536);
}

function prepareLog(context: KernelContext): Run {
  const input = needType(context.input(0), 'uint32');
  const output = needType(context.output(), 'int16');
  const options = signalOptions(context);
  const [bits, scale] = [option(options, 0), option(options, 1)];
  need(input.count === output.count, 'its output does not fit its input');
  return () => {
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const scaled = (input.numbers[i]! << bits) >>> 0;
      results[i] = scaled > 1 ? Math.min(logOf(scaled, scale), 32767) : 0;
    }
  };
}

export const filterBankKernels: Readonly<Record<string, Prepare>> = {
  SignalFilterBank: prepareFilterBank,
  SignalFilterBankSquareRoot: prepareSquareRoot,
  SignalFilterBankSpectralSubtraction: prepareSubtraction,
  SignalPCAN: prepareGain,
  SignalFilterBankLog: prepareLog,
};
