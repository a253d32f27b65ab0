import type { Activation } from '../../ir/ops/common';
import { roundHalfAway } from './fixedPoint';
import { refuse } from './kernel';
import type { Operand } from './operand';

export interface Range {
  readonly min: number;
  readonly max: number;
}

const STORED_RANGES: Readonly<Record<string, Range>> = {
  int8: { min: -128, max: 127 },
  uint8: { min: 0, max: 255 },
  int16: { min: -32768, max: 32767 },
  uint16: { min: 0, max: 65535 },
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1 },
  uint32: { min: 0, max: 2 ** 32 - 1 },
};

/** Smallest and largest integer of an element type of at most 32 bits. */
export function storedRange(operand: Operand): Range {
  return STORED_RANGES[operand.dtype] ?? refuse(`${operand.dtype} is not an integer type of the engine`);
}

/** Real bounds of a fused activation. */
export function realRange(activation: Activation): Range {
  switch (activation) {
    case 'none':
      return { min: -Infinity, max: Infinity };
    case 'relu':
      return { min: 0, max: Infinity };
    case 'reluN1To1':
      return { min: -1, max: 1 };
    case 'relu6':
      return { min: 0, max: 6 };
    default:
      return refuse(`the fused activation ${activation} has no kernel`);
  }
}

/**
 * Bounds of a fused activation in the output's integers. Source: TFLite kernels/kernel_util.cc,
 * CalculateActivationRangeQuantized.
 */
export function quantizedRange(activation: Activation, output: Operand): Range {
  const stored = storedRange(output);
  const real = realRange(activation);
  const quantized = (value: number): number =>
    output.zeroPoint + roundHalfAway(Math.fround(Math.fround(value) / output.scale));
  return {
    min: Number.isFinite(real.min) ? Math.max(stored.min, quantized(real.min)) : stored.min,
    max: Number.isFinite(real.max) ? Math.min(stored.max, quantized(real.max)) : stored.max,
  };
}
