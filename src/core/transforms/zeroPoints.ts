import { isFloat } from '../ir/dtype';
import type { Tensor } from '../ir/tensor';

/** The stored value that stands for zero at each element of a constant. */
export function zeroPointAt({ quantization, dtype, shape }: Tensor): (index: number) => number {
  const points = quantization?.zeroPoints;
  if (!quantization || !points || isFloat(dtype) || points.every((point) => point === 0)) return () => 0;
  const { axis } = quantization;
  if (axis === null || points.length === 1) return () => points[0]!;
  const inner = (shape as readonly number[]).slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return (index) => points[Math.floor(index / inner) % points.length]!;
}
