import type { FullyConnected, IntegerMatMul, MatMul } from '../ops/dense';
import type { Dim, Shape } from '../shape';
import type { Definitions, InferenceContext, NodeShapes, OutputFacts, Role } from './definition';
import { broadcast, product } from './dims';
import { integerOperand, RESULT_SCALE, withType } from './integerOperands';

function unitsAndDepth(op: FullyConnected, weights: Shape): { readonly units: Dim; readonly depth: Dim } {
  const [first = null, second = null] = weights;
  return op.weights === 'OI' ? { units: first, depth: second } : { units: second, depth: first };
}

function inferFullyConnected(op: FullyConnected, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const weights = context.shape(1);
  if (!x || weights?.length !== 2) return [];
  const { units, depth } = unitsAndDepth(op, weights);
  if (op.keepDims) return [{ shape: [...x.slice(0, -1), units] }];
  const total = product(x);
  const batch = total !== null && typeof depth === 'number' && depth > 0 ? total / depth : null;
  return [{ shape: [batch !== null && Number.isInteger(batch) ? batch : null, units] }];
}

/** Rows of the output times all weights. */
function fullyConnectedMacs(op: FullyConnected, shapes: NodeShapes): number | null {
  const weights = shapes.inputs[1];
  const out = shapes.outputs[0];
  if (weights?.length !== 2 || !out) return null;
  const { depth } = unitsAndDepth(op, weights);
  const outputs = product(out);
  return outputs === null || typeof depth !== 'number' ? null : outputs * depth;
}

function matrixOf(
  shape: Shape,
  transpose: boolean,
): { readonly rows: Dim; readonly columns: Dim; readonly batch: Shape } {
  const rows = shape[shape.length - 2] ?? null;
  const columns = shape[shape.length - 1] ?? null;
  const batch = shape.slice(0, -2);
  return transpose ? { rows: columns, columns: rows, batch } : { rows, columns, batch };
}

type Transposes = Pick<MatMul, 'transposeA' | 'transposeB'>;

const AS_STORED: Transposes = { transposeA: false, transposeB: false };

/** Where the right operand stands: QLinearMatMul gives the scale and zero point of the left one before it. */
function rightInput({ kind }: IntegerMatMul): number {
  return kind === 'QLinearMatMul' ? 3 : 1;
}

function inferIntegerMatMul(op: IntegerMatMul, context: InferenceContext): readonly OutputFacts[] {
  const facts = inferMatMul(AS_STORED, context.shape(0), context.shape(rightInput(op)));
  return withType(facts, op.kind === 'QLinearMatMul' ? context.dtype(7) : 'int32');
}

/** numpy.matmul: a vector on the left gains a row that the result loses, one on the right a column. */
function inferMatMul(op: Transposes, a: Shape | null, b: Shape | null): readonly OutputFacts[] {
  if (!a || !b || a.length === 0 || b.length === 0) return [];
  const left = matrixOf(a.length === 1 ? [1, ...a] : a, op.transposeA && a.length > 1);
  const right = matrixOf(b.length === 1 ? [...b, 1] : b, op.transposeB && b.length > 1);
  const batch = broadcast([left.batch, right.batch]);
  if (!batch) return [];
  const rows = a.length === 1 ? [] : [left.rows];
  const columns = b.length === 1 ? [] : [right.columns];
  return [{ shape: [...batch, ...rows, ...columns] }];
}

/** Output elements times the length of the summed dimension. */
function matMulMacs(op: Transposes, shapes: NodeShapes): number | null {
  const a = shapes.inputs[0];
  const out = shapes.outputs[0];
  if (!a || !out || a.length === 0) return null;
  const depth = op.transposeA && a.length > 1 ? a[a.length - 2] : a[a.length - 1];
  const outputs = product(out);
  return outputs === null || typeof depth !== 'number' ? null : outputs * depth;
}

const matrix: Role = { activation: 'input', constant: 'weights' };

export const dense: Definitions<'FullyConnected' | 'MatMul' | IntegerMatMul['kind']> = {
  FullyConnected: {
    infer: inferFullyConnected,
    macs: fullyConnectedMacs,
    roles: () => ['input', 'weights', 'bias'],
    detail: (op, shapes) => {
      const weights = shapes.inputs[1];
      if (weights?.length !== 2) return '';
      const { units, depth } = unitsAndDepth(op, weights);
      return `${depth ?? '?'} → ${units ?? '?'}`;
    },
  },
  MatMul: {
    infer: (op, context) => inferMatMul(op, context.shape(0), context.shape(1)),
    macs: matMulMacs,
    roles: () => [matrix, matrix, { activation: 'input', constant: 'bias' }],
  },
  QLinearMatMul: {
    infer: inferIntegerMatMul,
    macs: (_op, shapes) => matMulMacs(AS_STORED, shapes),
    roles: () => [...integerOperand(matrix), ...integerOperand(matrix), ...RESULT_SCALE],
  },
  MatMulInteger: {
    infer: inferIntegerMatMul,
    macs: (_op, shapes) => matMulMacs(AS_STORED, shapes),
    roles: () => [matrix, matrix, 'zero point'],
  },
};
