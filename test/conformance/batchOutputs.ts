import { bytesOf, type DType } from '../../src/core/ir/dtype';
import type { TensorValue } from '../../src/core/ports/executor';
import type { BatchOutcome } from '../fixtures/tfliteBatch';

/** The outputs of one run in the interpreter, cut out of the bytes it answered with. */
export function outputsOf(outcome: Extract<BatchOutcome, { bytes: Uint8Array }>): TensorValue[] {
  let at = 0;
  return outcome.outputs.map(({ shape, dtype }) => {
    const size = bytesOf(
      dtype as DType,
      shape.reduce((product, dim) => product * dim, 1),
    );
    const data = outcome.bytes.slice(at, (at += size));
    return { dtype: dtype as DType, shape, data };
  });
}
