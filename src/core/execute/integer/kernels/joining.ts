import type { Concat, Pack, Split } from '../../../ir/ops/rearrange';
import { need, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';

/** Operators that join tensors along an axis or take them apart: whole runs of bytes move. */

function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  need(counted >= 0 && counted < rank, 'its axis is out of range');
  return counted;
}

/** The joined tensor is rows of runs: from each part, one run a row. */
function moveRuns(whole: Operand, parts: readonly Operand[], rows: number, join: boolean): Run {
  need(
    parts.every((part) => part.dtype === whole.dtype && part.count % rows === 0),
    'its operands do not fit together',
  );
  need(parts.reduce((sum, part) => sum + part.count, 0) === whole.count, 'its operands do not fit together');
  return () => {
    const all = whole.bytes;
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      for (const part of parts) {
        const { bytes } = part;
        const run = bytes.length / rows;
        if (join) all.set(bytes.subarray(row * run, (row + 1) * run), at);
        else bytes.set(all.subarray(at, at + run), row * run);
        at += run;
      }
    }
  };
}

function rowsBefore(shape: readonly number[], axis: number): number {
  return shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
}

function present(operands: readonly (Operand | null)[]): readonly Operand[] {
  return operands.filter((operand) => operand !== null);
}

function prepareConcat(context: KernelContext<Concat>): Run {
  const output = context.output();
  need(context.op.activation === 'none', 'a fused activation has no kernel');
  return moveRuns(
    output,
    present(context.inputs),
    rowsBefore(output.shape, axisOf(context.op.axis, output.rank)),
    true,
  );
}

function prepareSplit(context: KernelContext<Split>): Run {
  // SPLIT lists its axis first; SPLIT_V lists x first.
  const input = context.input(context.node.source.op === 'SPLIT' ? 1 : 0);
  return moveRuns(input, context.outputs, rowsBefore(input.shape, axisOf(context.op.axis, input.rank)), false);
}

function preparePack(context: KernelContext<Pack>): Run {
  const isPack = context.op.kind === 'Pack';
  const whole = isPack ? context.output() : context.input(0);
  const parts = isPack ? present(context.inputs) : context.outputs;
  return moveRuns(whole, parts, rowsBefore(whole.shape, axisOf(context.op.axis, whole.rank)), isPack);
}

export const joiningKernels: KernelTable = {
  Concat: prepareConcat,
  Split: prepareSplit,
  Pack: preparePack,
  Unpack: preparePack,
};
