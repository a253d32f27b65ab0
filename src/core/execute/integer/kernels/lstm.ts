import type { Recurrent } from '../../../ir/ops/recurrent';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { biasNumbers } from '../rescaling';
import { floatLstm, integerLstm, type LstmArithmetic } from './lstmArithmetic';

/**
 * UNIDIRECTIONAL_SEQUENCE_LSTM without peephole, projection and layer normalization, as TFLM has it. Source: TFLM
 * lstm_eval.h and lstm_eval_common.cc. Its 24 operands: x, four input weights, four recurrent weights, three peephole,
 * four biases, two projection, hidden state, cell state, four normalization.
 */

const GATES = ['input', 'forget', 'cell', 'output'] as const;
type Gate = (typeof GATES)[number];

export interface GateOperands {
  readonly weights: Operand;
  readonly recurrent: Operand;
  readonly bias: Operand;
}

export interface LstmParts {
  readonly input: Operand;
  readonly gates: Readonly<Record<Gate, GateOperands>>;
  readonly hidden: Operand;
  readonly cell: Operand;
  readonly output: Operand;
  readonly batches: number;
  readonly steps: number;
  readonly inputs: number;
  readonly cells: number;
}

function partsOf(context: KernelContext<Recurrent>): LstmParts {
  const { op } = context;
  need(context.node.source.op === 'UNIDIRECTIONAL_SEQUENCE_LSTM', 'TensorFlow Lite Micro has no kernel for it');
  const input = context.input(0);
  const [hidden, cell, output] = [context.input(18), context.input(19), context.output()];
  const unused = [9, 10, 11, 16, 17, 20, 21, 22, 23];
  need(
    unused.every((index) => context.optional(index) === null),
    'peepholes, projection and layer normalization have no kernel',
  );
  need(input.rank === 3 && output.rank === 3, 'its operands are not 3-D');
  const [first, second, inputs] = input.shape as [number, number, number];
  const [steps, batches] = op.timeMajor ? [first, second] : [second, first];
  const cells = hidden.shape.at(-1) ?? 0;
  const gates = Object.fromEntries(
    GATES.map((gate, i) => [
      gate,
      { weights: context.input(1 + i), recurrent: context.input(5 + i), bias: context.input(12 + i) },
    ]),
  ) as unknown as Record<Gate, GateOperands>;
  for (const { weights, recurrent, bias } of Object.values(gates)) {
    need(
      weights.count === cells * inputs && recurrent.count === cells * cells && bias.count === cells,
      'a weight does not fit its cells',
    );
  }
  need(
    hidden.count === batches * cells && cell.count === batches * cells && output.count === steps * batches * cells,
    'its states do not fit its cells',
  );
  return { input, gates, hidden, cell, output, batches, steps, inputs, cells };
}

/** Products of a matrix and one vector of a sequence, with bias. */
function project(
  matrix: Operand,
  bias: ArrayLike<number> | null,
  vector: Operand,
  from: number,
  length: number,
  arithmetic: LstmArithmetic,
  source: 'input' | 'hidden',
  gate: Gate,
  into: Float64Array,
): void {
  const weights = matrix.numbers;
  const values = vector.numbers;
  for (let cell = 0; cell < into.length; cell += 1) {
    into[cell] = arithmetic.project(gate, source, weights, cell * length, values, from, length, bias?.[cell] ?? null);
  }
}

/** One time step of one batch entry. */
function step(parts: LstmParts, arithmetic: LstmArithmetic, from: number, state: number, to: number): void {
  const { cells, inputs } = parts;
  const fromInput = new Float64Array(cells);
  const fromHidden = new Float64Array(cells);
  const gate = (name: Gate): Float64Array => {
    const { weights, recurrent, bias } = parts.gates[name];
    const biases = biasNumbers(bias, cells);
    project(weights, biases, parts.input, from, inputs, arithmetic, 'input', name, fromInput);
    project(recurrent, null, parts.hidden, state, cells, arithmetic, 'hidden', name, fromHidden);
    return fromInput.map((x, i) => arithmetic.activate(name, arithmetic.add(x, fromHidden[i]!)));
  };
  const forget = gate('forget');
  const input = gate('input');
  const candidate = gate('cell');
  const cellState = parts.cell.numbers;
  for (let i = 0; i < cells; i += 1) {
    cellState[state + i] = arithmetic.updateCell(forget[i]!, cellState[state + i]!, input[i]!, candidate[i]!);
  }
  const exposed = gate('output');
  const hidden = parts.hidden.numbers;
  const results = parts.output.numbers;
  for (let i = 0; i < cells; i += 1) {
    const value = arithmetic.expose(cellState[state + i]!, exposed[i]!);
    hidden[state + i] = value;
    results[to + i] = hidden[state + i]!;
  }
}

function prepare(context: KernelContext<Recurrent>): Run {
  const parts = partsOf(context);
  const { input, hidden, cell, output, batches, steps, inputs, cells } = parts;
  const { timeMajor } = context.op;
  if (input.dtype !== output.dtype || input.dtype !== hidden.dtype) return refuseTypes(context);
  const isFloat = input.dtype === 'float32' && cell.dtype === 'float32';
  const isInteger = (input.dtype === 'int8' || input.dtype === 'int16') && cell.dtype === 'int16';
  if (!isFloat && !isInteger) return refuseTypes(context);
  const arithmetic = isFloat ? floatLstm(context) : integerLstm(context, parts);
  return () => {
    for (let batch = 0; batch < batches; batch += 1) {
      for (let time = 0; time < steps; time += 1) {
        const row = timeMajor ? time * batches + batch : batch * steps + time;
        step(parts, arithmetic, row * inputs, batch * cells, row * cells);
      }
    }
  };
}

export const lstmKernels: KernelTable = { Lstm: prepare };
