/**
 * TRANSPOSE_CONV lists its output shape first; the IR lists x, weights, bias, output shape. `toFileOrder` undoes
 * `toIrOrder`. Other operators keep the order of the file.
 */
export function toIrOrder<T>(builtin: string, inputs: readonly (T | null)[]): readonly (T | null)[] {
  if (builtin !== 'TRANSPOSE_CONV' || inputs.length < 3) return inputs;
  const [outputShape, weights, x, bias] = inputs;
  return [x ?? null, weights ?? null, bias ?? null, outputShape ?? null];
}

export function toFileOrder<T>(builtin: string, inputs: readonly (T | null)[]): readonly (T | null)[] {
  if (builtin !== 'TRANSPOSE_CONV' || inputs.length < 4) return inputs;
  const [x, weights, bias, outputShape] = inputs;
  const operands = [outputShape ?? null, weights ?? null, x ?? null];
  return bias === null || bias === undefined ? operands : [...operands, bias];
}
