import { quantizeMultiplier, roundHalfAway } from './fixedPoint';
import { need } from './kernel';
import type { Operand } from './operand';

/**
 * 16-bit logistic function and tanh by a table with interpolation. Source: TFLite kernels/internal/common.h and
 * reference/integer_ops/{logistic,tanh}.h. The table is sigmoid(i / 24) with 16 fraction bits, rounded, but for these
 * entries, which TFLite has one higher.
 */
const ONE_HIGHER: ReadonlySet<number> = new Set([
  4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45, 46, 49, 50,
  54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
]);

const SIGMOID_TABLE = Uint16Array.from(
  { length: 256 },
  (_, i) => Math.round(65536 / (1 + Math.exp(-i / 24))) + (ONE_HIGHER.has(i) ? 1 : 0),
);

/** How an input becomes the table's: multiply, then shift right with rounding. */
export interface TableScale {
  readonly multiplier: number;
  readonly shift: number;
}

/** A multiplier of 0 says that the scale is a power of two: 3 << shift. */
export function powerOfTwoScale(shift: number): TableScale {
  return { multiplier: 3 << shift, shift: 0 };
}

/** log2 of a scale, rounded, and whether the scale is that power of two; TFLite quantization_util.cc, CheckedLog2. */
export function checkedLog2(x: number): { readonly log2: number; readonly isExact: boolean } {
  const exact = Math.fround(Math.fround(Math.log(x)) * Math.fround(1 / Math.fround(Math.log(2))));
  const rounded = roundHalfAway(exact);
  return { log2: rounded, isExact: Math.abs(Math.fround(exact - rounded)) < Math.fround(1e-3) };
}

/** The scale of a LOGISTIC or TANH operator on int16; tanh also takes a shift of 1 as a power of two. */
export function tableScale(input: Operand, output: Operand, maxShift: 0 | 1): TableScale {
  need(input.zeroPoint === 0 && output.zeroPoint === 0, 'a zero point is not 0');
  need(input.scale > 0 && checkedLog2(output.scale).log2 === -15, 'its output scale is not 2^-15');
  const { log2, isExact } = checkedLog2(input.scale);
  const shift = 12 + log2;
  if (isExact && shift >= 0 && shift <= maxShift) return powerOfTwoScale(shift);
  let multiplier = input.scale * 4096 * 3;
  let steps = 0;
  while (multiplier <= 32767 / 2 && steps <= 30) {
    steps += 1;
    multiplier *= 2;
  }
  return { multiplier: Math.trunc(multiplier), shift: steps };
}

function scaled(x: number, { multiplier, shift }: TableScale): number {
  return (Math.imul(x, multiplier) + (shift > 0 ? 1 << (shift - 1) : 0)) >> shift;
}

/** The logistic function of an int16, as an int16 with 15 fraction bits. */
export function logistic16(x: number, scale: TableScale): number {
  const input = scaled(x, scale);
  const magnitude = Math.abs(input);
  const index = magnitude >>> 9;
  let result = 0x7fff << 10;
  if (index < 255) {
    const low = SIGMOID_TABLE[index]!;
    result = (low << 9) + (magnitude & 0x1ff) * (SIGMOID_TABLE[index + 1]! - low);
  }
  return (input >= 0 ? result + 512 : 2 ** 25 - result + 511) >>> 10;
}

/** tanh of an int16, as an int16 with 15 fraction bits. */
export function tanh16(x: number, scale: TableScale): number {
  const input = scaled(x, scale);
  const magnitude = Math.abs(input);
  const index = magnitude >>> 8;
  let result = 0xffff << 8;
  if (index < 255) {
    const low = SIGMOID_TABLE[index]!;
    result = (low << 8) + (magnitude & 0xff) * (SIGMOID_TABLE[index + 1]! - low);
  }
  return (input >= 0 ? result - 2 ** 23 + 128 : -result + 2 ** 23 + 127) >> 8;
}

/** Scale and zero point of one side of a table. */
export interface TableRange {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** An int16 table of 512 segments over a function, for interpolation: TFLite common.h, LUTPopulateInt16. */
export function buildTable(input: TableRange, output: TableRange, evaluate: (x: number) => number): Int16Array {
  const f = Math.fround;
  const inputMin = f(f(input.scale) * (-32768 - input.zeroPoint));
  const inputMax = f(f(input.scale) * (32767 - input.zeroPoint));
  const outputMin = f(f(output.scale) * (-32768 - output.zeroPoint));
  const outputMax = f(f(output.scale) * (32767 - output.zeroPoint));
  const step = f(f(inputMax - inputMin) / 512);
  const inverse = f(65536 / f(outputMax - outputMin));
  const at = (i: number, offset: number): number => f(evaluate(f(f(inputMin + f(i * step)) + offset)));
  const round = (x: number): number => roundHalfAway(f(x));
  const clamp = (x: number): number => Math.min(Math.max(x, -32768), 32767);
  const table = new Int16Array(513);
  for (let i = 0; i < 512; i += 1) {
    const sample = round(at(i, 0) * inverse);
    const interpolated = round(f(f(at(i + 1, 0) * inverse) + sample) / 2);
    const middle = round(at(i, f(step / 2)) * inverse);
    table[i] = clamp(sample - round(f(interpolated - middle) / 2));
  }
  table[512] = clamp(round(f(evaluate(inputMax)) * inverse));
  return table;
}

/** Reads such a table at an int16, interpolating. */
export function lookUp(table: Int16Array, x: number): number {
  const index = 256 + (x >> 7);
  const base = table[index]!;
  return base + (((table[index + 1]! - base) * (x & 0x7f) + 64) >> 7);
}

/** Scale of an int8 input as a multiplier into Q4.27, and the input beyond which the result saturates. */
export interface Radius {
  readonly by: ReturnType<typeof quantizeMultiplier>;
  readonly radius: number;
}

/** TFLite quantization_util.cc, CalculateInputRadius. */
export function inputRadius(integerBits: number, shift: number, totalBits = 31): number {
  return Math.floor(((2 ** integerBits - 1) * 2 ** (totalBits - integerBits)) / 2 ** shift);
}

export function radiusOf(input: Operand): Radius {
  const by = quantizeMultiplier(input.scale * 2 ** 27);
  return { by, radius: inputRadius(4, by.shift) };
}
