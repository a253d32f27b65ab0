import type { DType } from '../dtype';
import type { OutputFacts, Role } from './definition';

/** Scale and zero point of the result, as operands of ONNX's QLinear operators. */
export const RESULT_SCALE: readonly Role[] = ['quantization', 'zero point'];

/** An operand of ONNX's QLinear operators, its scale and its zero point. */
export function integerOperand(role: Role): readonly Role[] {
  return [role, 'quantization', 'zero point'];
}

/** The first result's type is its zero point's, or that of the sums, not the first input's. */
export function withType(facts: readonly OutputFacts[], dtype: DType | null): readonly OutputFacts[] {
  const shape = facts[0]?.shape ?? null;
  return [{ shape, dtype: dtype ?? 'unknown' }];
}
