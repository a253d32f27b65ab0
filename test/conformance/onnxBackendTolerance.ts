import { elementReader } from '../../src/core/ir/decode';
import { isFloat } from '../../src/core/ir/dtype';
import type { TensorValue } from '../../src/core/ports/executor';

/** Of onnx/backend/test/case/model: numpy's allclose. Integers must be equal. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

/** What differs between a value and the stored one, in words; null when nothing does. */
export function differenceOf(got: TensorValue, expected: TensorValue): string | null {
  if (got.dtype !== expected.dtype) return `is ${got.dtype}, not ${expected.dtype}`;
  if (got.shape.join() !== expected.shape.join()) return `is ${got.shape.join('×')}, not ${expected.shape.join('×')}`;
  const count = expected.shape.reduce((product, dim) => product * dim, 1);
  const [mine, theirs] = [elementReader(got.data, got.dtype), elementReader(expected.data, expected.dtype)];
  if (!mine || !theirs) return Buffer.compare(got.data, expected.data) === 0 ? null : 'differs';
  const [relative, absolute] = isFloat(expected.dtype) ? [RELATIVE, ABSOLUTE] : [0, 0];
  let worst = 0;
  let different = 0;
  for (let at = 0; at < count; at += 1) {
    const [a, b] = [mine(at), theirs(at)];
    const difference = Math.abs(a - b);
    if (Object.is(a, b) || a === b || difference <= absolute + relative * Math.abs(b)) continue;
    different += 1;
    worst = Math.max(worst, difference);
  }
  return different === 0 ? null : `differs in ${different} of ${count} values, by ${worst.toPrecision(3)}`;
}
