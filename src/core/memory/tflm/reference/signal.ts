import { flexbufferIntegers } from '../../../ir/flexbuffer';
import { dimsOf, elementsOf, type KernelNode } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent, scratch, UnknownRequests } from '../kernelRequests';
import { dimOf } from './convolution';

/** An option of a Signal operator by its place in the order of the names; an FFT's first is its type. */
function option(node: KernelNode, index: number): number {
  const bytes = node.option('custom_options');
  const value = bytes instanceof Uint8Array ? flexbufferIntegers(bytes)?.[index] : undefined;
  if (value === undefined) throw new UnknownRequests(`The options of ${node.name} cannot be read.`);
  return value;
}

/**
 * State of a real FFT of `length` points whose complex numbers take `complexBytes`. Source: kiss_fftr_alloc and
 * kiss_fft_alloc of KISS FFT: three pointers; length, direction, 32 pairs of factors and a twiddle a point of the half
 * length; then a working copy and twiddles of three quarters of the length.
 */
function realFftState(length: number, complexBytes: number): number {
  const half = length / 2;
  const state = 8 + 4 * 64 + complexBytes * half;
  return 12 + state + complexBytes * Math.trunc((half * 3) / 2);
}

/** A circular buffer that holds `capacity` 16-bit elements twice over (signal/src/circular_buffer.cc). */
function circularBuffer(capacity: number): number {
  return 24 + 4 * capacity;
}

/** Rows of a tensor's last dimension. */
function rowsOf(node: KernelNode): number {
  const input = node.needInput(0);
  return elementsOf(input) / dimOf(input, -1);
}

/** Pointers to a state and to a buffer for each row, then the states. */
function statePerRow(rows: number, bytes: number): readonly MemoryRequest[] {
  const states = Array.from({ length: rows }, () => persistent(bytes));
  return [persistent(4 * rows), persistent(4 * rows), ...states];
}

function realFft(elementBytes: number): KernelRule {
  return (node) => {
    const length = option(node, 1);
    return { init: [32, realFftState(length, 2 * elementBytes)], prepare: [scratch(length * elementBytes)] };
  };
}

function inverseFft(elementBytes: number): KernelRule {
  return (node) => ({ init: [24, realFftState(option(node, 1), 2 * elementBytes)], prepare: [] });
}

function byType(rules: Readonly<Record<string, KernelRule>>): KernelRule {
  return (node) => {
    const { dtype } = node.needInput(0);
    const rule = rules[dtype];
    if (!rule) throw new UnknownRequests(`${node.name} does not take ${dtype}.`);
    return rule(node);
  };
}

/** SignalFramer: options frame_size, frame_step, prefill (signal/micro/kernels/framer.cc). */
const framer: KernelRule = (node) => {
  const [size, step] = [option(node, 0), option(node, 1)];
  const capacity = Math.ceil(size / step) * step;
  return { init: [28], prepare: statePerRow(rowsOf(node), circularBuffer(capacity)) };
};

/** SignalDelay: option delay_length (signal/micro/kernels/delay.cc). */
const delay: KernelRule = (node) => {
  const frame = dimOf(node.needInput(0), -1);
  return { init: [20], prepare: statePerRow(rowsOf(node), circularBuffer(frame + option(node, 0))) };
};

/** SignalStacker: options num_channels, left context, right context, step (signal/micro/kernels/stacker.cc). */
const stacker: KernelRule = (node) => {
  const capacity = option(node, 0) * (option(node, 1) + option(node, 2) + 1);
  return { init: [36, circularBuffer(capacity)], prepare: [] };
};

/** SignalOverlapAdd keeps a frame for each row (signal/micro/kernels/overlap_add.cc). */
const overlapAdd: KernelRule = (node) => {
  const input = node.needInput(0);
  const [frames, frame] = dimsOf(input).slice(-2);
  if (frames === undefined || frame === undefined) throw new UnknownRequests(`${node.name} needs frames.`);
  const rows = elementsOf(input) / (frames * frame);
  const states = Array.from({ length: rows }, () => persistent(frame * (input.dtype === 'int16' ? 2 : 4)));
  return { init: [24], prepare: [persistent(4 * rows), ...states] };
};

/** Operators of TFLM's audio frontend, signal/micro/kernels of tensorflow/tflite-micro 90b983c2b. */
export const signalRules: Readonly<Record<string, KernelRule>> = {
  SignalDelay: delay,
  SignalEnergy: () => ({ init: [8], prepare: [] }),
  SignalFftAutoScale: () => ({ init: [], prepare: [] }),
  SignalFilterBank: (node) => ({ init: [36, 8 * (option(node, 0) + 1)], prepare: [] }),
  SignalFilterBankLog: () => ({ init: [8], prepare: [] }),
  SignalFilterBankSpectralSubtraction: (node) => ({ init: [44, 4 * option(node, 4)], prepare: [] }),
  SignalFilterBankSquareRoot: () => ({ init: [], prepare: [] }),
  SignalFramer: framer,
  SignalIrfft: byType({ int16: inverseFft(2), int32: inverseFft(4), float32: inverseFft(4) }),
  SignalOverlapAdd: overlapAdd,
  SignalPCAN: () => ({ init: [4], prepare: [] }),
  SignalRfft: byType({ int16: realFft(2), int32: realFft(4), float32: realFft(4) }),
  SignalStacker: stacker,
  SignalWindow: () => ({ init: [8], prepare: [] }),
};
