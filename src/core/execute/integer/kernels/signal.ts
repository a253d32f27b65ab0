import { clamp } from '../fixedPoint';
import { need, type KernelContext, type Prepare, type Run } from '../kernel';
import { filterBankKernels } from './filterBank';
import { realFft16, realInverseFft16 } from './realFft';
import { signalBufferKernels } from './signalBuffers';
import { needType, option, signalOptions } from './signalOptions';

/** The audio front end's first operators. Source: tflite-micro signal/src and signal/micro/kernels. */

function prepareWindow(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const window = needType(context.input(1), 'int16');
  const output = needType(context.output(), 'int16');
  const shift = option(signalOptions(context), 0);
  need(input.count === output.count && window.count > 0, 'its output does not fit its input');
  return () => {
    const values = input.numbers;
    const weights = window.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      results[i] = clamp(Math.imul(values[i]!, weights[i % weights.length]!) >> shift, -32768, 32767);
    }
  };
}

/** Scales by the power of two that fills 15 bits; the second output is that power. */
function prepareAutoScale(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(0), 'int16');
  const bits = needType(context.output(1), 'int32');
  need(input.count === output.count && bits.count > 0, 'its output does not fit its input');
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    let max = 0;
    for (const value of values) max = Math.max(max, Math.abs(value));
    // The largest magnitude is held in 16 bits: 32768 wraps, and then counts as 32 bits. So does 0.
    const held = (max << 16) >> 16;
    const mostSignificant = held === 0 ? 32 : 32 - Math.clz32(held);
    const scale = Math.max(0, 16 - mostSignificant - 1);
    for (let i = 0; i < results.length; i += 1) results[i] = values[i]! * 2 ** scale;
    bits.numbers[0] = scale;
  };
}

function prepareRfft(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(), 'int16');
  const length = option(signalOptions(context), 1);
  const inputLength = input.shape.at(-1) ?? 0;
  const outputLength = output.shape.at(-1) ?? 0;
  need(length > 0 && length % 2 === 0 && length <= 65536 && inputLength <= length, 'its length is not usable');
  need(inputLength > 0 && outputLength === length + 2, 'its output does not fit its length');
  const rows = input.count / inputLength;
  need(output.count === rows * outputLength, 'its output does not fit its input');
  const transform = realFft16(length);
  return () => {
    const padded = new Int16Array(length);
    for (let row = 0; row < rows; row += 1) {
      padded.fill(0);
      padded.set(input.numbers.subarray(row * inputLength, (row + 1) * inputLength));
      output.numbers.set(transform(padded), row * outputLength);
    }
  };
}

function prepareInverseRfft(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(), 'int16');
  const length = option(signalOptions(context), 1);
  need(length > 0 && length % 2 === 0 && length <= 65536, 'its length is not usable');
  need(input.shape.at(-1) === length + 2 && output.shape.at(-1) === length, 'its operands do not fit its length');
  const rows = input.count / (length + 2);
  need(output.count === rows * length, 'its output does not fit its input');
  const transform = realInverseFft16(length);
  return () => {
    for (let row = 0; row < rows; row += 1) {
      const bins = input.numbers.subarray(row * (length + 2), (row + 1) * (length + 2));
      output.numbers.set(transform(Int16Array.from(bins)), row * length);
    }
  };
}

/** Energy of each complex bin from the second option up to the first; the others keep what they hold. */
function prepareEnergy(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(), 'uint32');
  const options = signalOptions(context);
  const [end, start] = [option(options, 0), option(options, 1)];
  need(start >= 0 && end * 2 <= input.count && end <= output.count, 'its range does not fit its input');
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let i = start; i < end; i += 1) {
      const [real, imaginary] = [values[2 * i]!, values[2 * i + 1]!];
      results[i] = real * real + imaginary * imaginary;
    }
  };
}

/** By the name of the custom operator. */
export const signalKernels: Readonly<Record<string, Prepare>> = {
  SignalWindow: prepareWindow,
  SignalFftAutoScale: prepareAutoScale,
  SignalRfft: prepareRfft,
  SignalIrfft: prepareInverseRfft,
  SignalEnergy: prepareEnergy,
  ...filterBankKernels,
  ...signalBufferKernels,
};
