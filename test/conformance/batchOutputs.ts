import { bytesOf, type DType } from '../../src/core/ir/dtype';
import type { TensorValue } from '../../src/core/ports/executor';
import type { BatchOutcome } from '../fixtures/tfliteBatch';

/** The outputs of one run in the interpreter, cut out of the bytes it answered with. */
export function outputsOf(outcome: Extract<BatchOutcome, { bytes: Uint8Array }>): TensorValue[] {
  let at = 0;
  return outcome.outputs.map(({ shape, dtype }, index) => {
    const size = bytesOf(
      dtype as DType,
      shape.reduce((product, dim) => product * dim, 1),
    );
    const isLast = index === outcome.outputs.length - 1;
    // The interpreter states shapes before it runs: one that the run decides is a scalar's, and the bytes say more.
    const isDecidedByRun = isLast && shape.length === 0 && outcome.bytes.length - at > size;
    const data = outcome.bytes.slice(at, isDecidedByRun ? undefined : (at += size));
    return { dtype: dtype as DType, shape: isDecidedByRun ? [data.length / size] : shape, data };
  });
}
