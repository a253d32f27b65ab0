import type { Recurrent } from '../../../ir/ops/recurrent';
import { storedRange } from '../activationRange';
import { clamp, multiplyWide, quantizeMultiplier, type QuantizedMultiplier } from '../fixedPoint';
import { need, type KernelContext } from '../kernel';
import type { Operand } from '../operand';
import { expSingle } from '../singlePrecision';
import { checkedLog2, logistic16, powerOfTwoScale, tanh16 } from '../sigmoidTable';
import type { LstmParts } from './lstm';

type Gate = 'input' | 'forget' | 'cell' | 'output';

/** The steps of an LSTM on numbers; sums of the integer one are int16 with 12 fraction bits. */
export interface LstmArithmetic {
  /** One row of a matrix times a vector, with bias. */
  readonly project: (
    gate: Gate,
    source: 'input' | 'hidden',
    weights: ArrayLike<number>,
    row: number,
    values: ArrayLike<number>,
    from: number,
    length: number,
    bias: number | null,
  ) => number;
  readonly add: (a: number, b: number) => number;
  readonly activate: (gate: Gate, x: number) => number;
  readonly updateCell: (forget: number, cell: number, input: number, candidate: number) => number;
  readonly expose: (cell: number, output: number) => number;
}

const fround = Math.fround;

function cellClip(context: KernelContext<Recurrent>): number {
  const clip = context.node.source.attributes.cell_clip;
  return typeof clip === 'number' ? fround(clip) : 0;
}

function clip16(x: number): number {
  return clamp(x, -32768, 32767);
}

/** Which function the cell gate takes; TANH in files of all converters. */
function needTanh(context: KernelContext<Recurrent>): void {
  need(context.op.activation === 'tanh', 'its cell activation is not tanh');
}

export function floatLstm(context: KernelContext<Recurrent>): LstmArithmetic {
  needTanh(context);
  const clip = cellClip(context);
  const sigmoid = (x: number): number => {
    if (x > 16.619047164916992188) return 1;
    return x < -9 ? expSingle(x) : fround(1 / fround(1 + expSingle(-x)));
  };
  const tanh = (x: number): number => fround(Math.tanh(x));
  return {
    project: (_gate, _source, weights, row, values, from, length, bias) => {
      let sum = 0;
      for (let k = 0; k < length; k += 1) sum = fround(sum + fround(values[from + k]! * weights[row + k]!));
      return fround(sum + (bias ?? 0));
    },
    add: (a, b) => fround(a + b),
    activate: (gate, x) => (gate === 'cell' ? tanh(x) : sigmoid(x)),
    updateCell: (forget, cell, input, candidate) => {
      const next = fround(fround(forget * cell) + fround(input * candidate));
      return clip > 0 ? clamp(next, -clip, clip) : next;
    },
    expose: (cell, output) => fround(tanh(cell) * output),
  };
}

/** Multipliers of a gate's two products into Q3.12. */
function gateMultipliers(parts: LstmParts, gate: Gate): Readonly<Record<'input' | 'hidden', QuantizedMultiplier>> {
  const { weights, recurrent } = parts.gates[gate];
  const to12 = (vector: Operand, matrix: Operand): QuantizedMultiplier =>
    quantizeMultiplier(fround(vector.scale * matrix.scale) / 2 ** -12);
  return { input: to12(parts.input, weights), hidden: to12(parts.hidden, recurrent) };
}

/** int8 activations use 32-bit sums; int16 ones 64-bit sums. TFLM lstm_eval_common.cc has the scales. */
export function integerLstm(context: KernelContext<Recurrent>, parts: LstmParts): LstmArithmetic {
  needTanh(context);
  const { input, hidden, cell } = parts;
  const multiply = input.dtype === 'int16' ? multiplyWide : context.multiply;
  const multipliers = {
    input: gateMultipliers(parts, 'input'),
    forget: gateMultipliers(parts, 'forget'),
    cell: gateMultipliers(parts, 'cell'),
    output: gateMultipliers(parts, 'output'),
  };
  const zeroPoints = { input: input.zeroPoint, hidden: hidden.zeroPoint };
  const q15 = 2 ** -15;
  const byForget = quantizeMultiplier((q15 * cell.scale) / cell.scale);
  const byInput = quantizeMultiplier((q15 * q15) / cell.scale);
  const byHidden = quantizeMultiplier((q15 * q15) / hidden.scale);
  const power = checkedLog2(cell.scale).log2 + 12;
  const cellTanh = power < 0 ? { multiplier: 3, shift: -power } : powerOfTwoScale(power);
  const gateScale = powerOfTwoScale(0);
  const { min, max } = storedRange(hidden);
  const clip = cellClip(context);
  const limit = Math.trunc(clamp(clip / cell.scale, -32768, 32767));
  return {
    project: (gate, source, weights, row, values, from, length, bias) => {
      const zero = zeroPoints[source];
      let sum = bias ?? 0;
      for (let k = 0; k < length; k += 1) sum += (values[from + k]! - zero) * weights[row + k]!;
      return clip16(multiply(sum, multipliers[gate][source]));
    },
    add: (a, b) => clip16(a + b),
    activate: (gate, x) => (gate === 'cell' ? tanh16(x, gateScale) : logistic16(x, gateScale)),
    updateCell: (forget, state, gate, candidate) => {
      const kept = clip16(context.multiply(Math.imul(forget, state), byForget));
      const added = clip16(context.multiply(Math.imul(gate, candidate), byInput));
      const next = clip16(kept + added);
      return clip > 0 ? Math.max(Math.min(limit, next), -limit) : next;
    },
    expose: (state, output) => {
      const product = Math.imul(tanh16(state, cellTanh), output);
      return clamp(context.multiply(product, byHidden) + hidden.zeroPoint, min, max);
    },
  };
}
