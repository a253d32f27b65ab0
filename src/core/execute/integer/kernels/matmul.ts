import type { MatMul } from '../../../ir/ops/dense';
import { storedRange } from '../activationRange';
import { broadcastIndices } from '../broadcast';
import { clamp, multiplyWide } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { tensorMultiplier } from '../rescaling';

/** BATCH_MATMUL. Source: TFLite reference/batch_matmul.h and TFLM batch_matmul.cc. */

interface MatMulParts {
  readonly a: Operand;
  readonly b: Operand;
  readonly output: Operand;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** First element of each pair of matrices. */
  readonly starts: readonly { readonly a: number; readonly b: number }[];
  /** Elements from one step along a dimension to the next. */
  readonly aStrides: { readonly row: number; readonly depth: number };
  readonly bStrides: { readonly column: number; readonly depth: number };
}

function matMulParts(context: KernelContext<MatMul>): MatMulParts {
  const { transposeA, transposeB, alpha, beta } = context.op;
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  need(alpha === 1 && beta === 0 && context.inputs.length === 2, 'it is not a plain product');
  need(a.rank >= 2 && b.rank >= 2 && output.rank >= 2, 'an operand has fewer than 2 dimensions');
  const [aLast, aBefore] = [a.shape.at(-1)!, a.shape.at(-2)!];
  const [bLast, bBefore] = [b.shape.at(-1)!, b.shape.at(-2)!];
  const [rows, depth] = transposeA ? [aLast, aBefore] : [aBefore, aLast];
  const [bDepth, columns] = transposeB ? [bLast, bBefore] : [bBefore, bLast];
  need(
    bDepth === depth && output.shape.at(-1) === columns && output.shape.at(-2) === rows,
    'its operands do not fit together',
  );
  const batch = output.shape.slice(0, -2);
  const fromA = broadcastIndices(a.shape.slice(0, -2), batch);
  const fromB = broadcastIndices(b.shape.slice(0, -2), batch);
  const pairs = batch.reduce((product, dim) => product * dim, 1);
  return {
    a,
    b,
    output,
    rows,
    columns,
    depth,
    starts: Array.from({ length: pairs }, (_, i) => ({
      a: (fromA?.[i] ?? i) * rows * depth,
      b: (fromB?.[i] ?? i) * depth * columns,
    })),
    aStrides: transposeA ? { row: 1, depth: rows } : { row: depth, depth: 1 },
    bStrides: transposeB ? { column: depth, depth: 1 } : { column: 1, depth: columns },
  };
}

/** Walks all rows and columns; `dot` sums the products from two places, a depth's strides apart. */
function multiplyMatrices(parts: MatMulParts, dot: (from: number, at: number) => number): void {
  const { rows, columns, starts, aStrides, bStrides } = parts;
  const results = parts.output.numbers;
  let index = 0;
  for (const start of starts) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, index += 1) {
        results[index] = dot(start.a + row * aStrides.row, start.b + column * bStrides.column);
      }
    }
  }
}

function runFloat(parts: MatMulParts): void {
  const [left, right] = [parts.a.numbers as Float32Array, parts.b.numbers as Float32Array];
  const { depth, aStrides, bStrides } = parts;
  multiplyMatrices(parts, (from, at) => {
    let sum = 0;
    for (let k = 0, i = from, j = at; k < depth; k += 1, i += aStrides.depth, j += bStrides.depth) {
      sum = Math.fround(sum + Math.fround(left[i]! * right[j]!));
    }
    return sum;
  });
}

function runInteger(parts: MatMulParts, finish: (sum: number) => number): void {
  const [left, right] = [parts.a.numbers, parts.b.numbers];
  const [leftZero, rightZero] = [parts.a.zeroPoint, parts.b.zeroPoint];
  const { depth, aStrides, bStrides } = parts;
  multiplyMatrices(parts, (from, at) => {
    let sum = 0;
    for (let k = 0, i = from, j = at; k < depth; k += 1, i += aStrides.depth, j += bStrides.depth) {
      sum += (left[i]! - leftZero) * (right[j]! - rightZero);
    }
    return finish(sum);
  });
}

function prepare(context: KernelContext<MatMul>): Run {
  const parts = matMulParts(context);
  const { a, b, output } = parts;
  if (a.dtype !== b.dtype || a.dtype !== output.dtype) return refuseTypes(context);
  if (a.dtype === 'float32') return () => runFloat(parts);
  if (a.dtype !== 'int8' && a.dtype !== 'int16') return refuseTypes(context);
  const by = tensorMultiplier(a, b, output);
  const multiply = a.dtype === 'int16' ? multiplyWide : context.multiply;
  const { min, max } = storedRange(output);
  return () => runInteger(parts, (sum) => clamp(multiply(sum, by) + output.zeroPoint, min, max));
}

export const matmulKernels: KernelTable = { MatMul: prepare };
