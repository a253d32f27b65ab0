import { clamp, quantizeMultiplier, roundingDivideByPot } from '../fixedPoint';
import { need } from '../kernel';
import type { Operand } from '../operand';

/** HARD_SWISH on int8 in 16-bit fixed point. Source: TFLite reference/hard_swish.h and TFLM hard_swish_common.cc. */

const fround = Math.fround;

/** A 31-bit multiplier to 15 bits: TFLite common.h, DownScaleInt32ToInt16Multiplier. */
function to16(multiplier: number): number {
  return multiplier >= 2 ** 31 - 2 ** 15 ? 32767 : (multiplier + 2 ** 15) >> 16;
}

function saturate16(x: number): number {
  return clamp(x, -32768, 32767);
}

/** gemmlowp SaturatingRoundingDoublingHighMul on 16 bits. */
function highMul16(a: number, b: number): number {
  if (a === -32768 && b === -32768) return 32767;
  const product = a * b;
  return Math.trunc((product + (product >= 0 ? 2 ** 14 : 1 - 2 ** 14)) / 2 ** 15);
}

export function hardSwish8(input: Operand, output: Operand): (x: number) => number {
  const fineScale = fround(input.scale / 128);
  const byOutput = quantizeMultiplier(fround(fineScale / output.scale));
  const byThree = quantizeMultiplier(fround(fineScale / fround(3 / 32768)));
  need(byOutput.shift <= 0, 'its output scale is too small');
  const output16 = to16(byOutput.multiplier);
  const three16 = to16(byThree.multiplier);
  return (x) => {
    const fine = (((x - input.zeroPoint) * 128) << 16) >> 16;
    const unshifted = highMul16(fine, output16);
    let gate = fine;
    if (byThree.shift > 0) gate = saturate16(gate * 2 ** (byThree.shift - 1));
    gate = highMul16(gate, three16);
    if (byThree.shift > 0) gate = saturate16(gate * 2);
    if (byThree.shift < 0) gate = roundingDivideByPot(gate, -byThree.shift);
    gate = (gate + 32768) >> 1;
    const product = gate === -32768 && unshifted === -32768 ? 32767 : Math.trunc((gate * unshifted) / 2 ** 15);
    return clamp(roundingDivideByPot(product, -byOutput.shift) + output.zeroPoint, -128, 127);
  };
}
