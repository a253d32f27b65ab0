import type { DType } from '../../../ir/dtype';
import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelView } from './kernelView';
import { constantNumbers } from './kernelView';
import { counts, oneOf, rank, sameType, shapeOf, zeroPoint } from './rules';

/** Kernels that look things up, choose or reduce, and pooling. */

const FLOAT_OR_INT8: readonly DType[] = ['float32', 'int8'];

function lookedUpBy(index: number): (node: KernelView) => string | null {
  return (node) =>
    node.input(index).isConstant ? null : 'an index computed at run time may lie outside what it looks up';
}

/** gather.cc */
const gather: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, positions] = [node.input(0), node.input(1, 'its positions')];
    node.output();
    oneOf(positions, ['int32']);
    oneOf(input, FLOAT_OR_INT8);
    const { length } = input.dims;
    const stated = node.number('axis');
    const axis = stated < 0 ? stated + length : stated;
    need(axis >= 0 && axis < length, `its axis ${stated} is not one of ${shapeOf(input)}`);
    const given = node.number('batch_dims');
    const batch = given < 0 ? given + positions.dims.length : given;
    const fits = batch >= 0 && batch <= axis && batch <= positions.dims.length;
    need(fits, `its ${given} batch dimensions do not fit its axis`);
    const same = positions.dims.slice(0, batch).every((dim, at) => dim === input.dims[at]);
    need(same, 'its batch dimensions differ');
  },
  invoke(node) {
    const { dims } = node.input(0);
    const stated = node.number('axis');
    const rows = dims[stated < 0 ? stated + dims.length : stated] ?? 0;
    const inside = (constantNumbers(node.input(1, 'its positions')) ?? []).every((at) => at >= 0 && at < rows);
    need(inside, `a position is outside of the ${rows} that it looks up`);
  },
  values: lookedUpBy(1),
};

const MAX_INDICES = 5;

/** gather_nd.cc */
const gatherNd: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, indices] = [node.input(0), node.input(1, 'its indices')];
    node.output();
    oneOf(input, FLOAT_OR_INT8);
    oneOf(indices, ['int32']);
    need(input.dims.length >= 1, 'its input is a scalar');
    need(indices.dims.length >= 1, 'its indices are a scalar');
    const most = Math.min(input.dims.length, MAX_INDICES);
    const depth = indices.dims.at(-1)!;
    need(depth <= most, `its indices have ${depth} numbers each where its kernel takes ${most} at most`);
  },
  values: lookedUpBy(1),
};

/** embedding_lookup.cc */
const embeddingLookup: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [lookup, table, output] = [node.input(0, 'its lookup'), node.input(1, 'its table'), node.output()];
    rank(lookup, 1);
    oneOf(lookup, ['int32']);
    need(table.dims.length >= 2, `its table has ${table.dims.length} dimensions`);
    oneOf(table, FLOAT_OR_INT8);
    oneOf(output, table.dtype === 'float32' ? ['float32'] : FLOAT_OR_INT8);
    need(output.dims.length >= table.dims.length, `its output has ${output.dims.length} dimensions`);
    // Dimensions of the output beyond the table's stay what the file says.
    const dims = [lookup.dims[0]!, ...table.dims.slice(1), ...output.dims.slice(table.dims.length)];
    const given = dims.reduce((product, dim) => product * dim, 1);
    need(given <= output.count, `its output holds ${output.count} elements where its kernel gives ${given}`);
    if (table.dtype === 'int8' && output.dtype === 'float32') zeroPoint(table, 0);
  },
  invoke(node) {
    const rows = node.input(1, 'its table').dims[0] ?? 0;
    const inside = (constantNumbers(node.input(0, 'its lookup')) ?? []).every((row) => row >= 0 && row < rows);
    need(inside, `a row is outside of the ${rows} of its table`);
  },
  values: lookedUpBy(0),
};

/** arg_min_max.cc */
const argument: KernelCheck = {
  invoke(node) {
    oneOf(node.input(1, 'its axis'), ['int32']);
    oneOf(node.output(), ['int32']);
    oneOf(node.input(0), FLOAT_OR_INT8);
  },
};

/** select.cc */
const select: KernelCheck = {
  prepare(node) {
    counts(node, 3, 1);
    const [condition, a, b] = [node.input(0, 'its condition'), node.input(1), node.input(2)];
    const output = node.output();
    oneOf(condition, ['bool']);
    sameType(a, b);
    const tensors = [condition, a, b, output];
    const same = [a, b].every(({ dims }) => dims.join() === condition.dims.join());
    if (same || tensors.every(({ count }) => count === 1)) return;
    const wanted = broadcast([condition.dims, a.dims, b.dims]);
    need(wanted !== null, 'its inputs do not broadcast to one shape');
    need(
      wanted.join() === output.dims.join(),
      `its output is ${shapeOf(output)} where its kernel gives ${wanted.join('×')}`,
    );
  },
  invoke: (node) => oneOf(node.input(1), ['float32', 'int8', 'int16']),
};

/** The shape that all broadcast to; null where they do not. */
function broadcast(shapes: readonly (readonly number[])[]): readonly number[] | null {
  const length = Math.max(...shapes.map((dims) => dims.length));
  const result: number[] = [];
  for (let axis = 0; axis < length; axis += 1) {
    const dims = shapes.map((shape) => shape[axis - length + shape.length] ?? 1);
    const most = dims.includes(0) ? 0 : Math.max(...dims);
    if (!dims.every((dim) => dim === 1 || dim === most)) return null;
    result.push(most);
  }
  return result;
}

/** reduce_common.cc: PrepareSimple. */
function prepareReduction(node: KernelView): void {
  node.input(0);
  node.output();
  counts(node, 2, 1);
  oneOf(node.input(1, 'its axes'), ['int32']);
}

/** reduce_common.cc: an axis that is not there. */
function axesInside(node: KernelView): void {
  const { length } = node.input(0).dims;
  const axes = constantNumbers(node.input(1, 'its axes')) ?? [];
  const inside = length === 0 || axes.every((axis) => axis >= -length && axis < length);
  need(inside, `it reduces a dimension that its input does not have`);
}

const meanOrSum: KernelCheck = {
  prepare: prepareReduction,
  invoke(node) {
    oneOf(node.input(0), ['float32', 'int8', 'int16']);
    axesInside(node);
  },
};

const sum: KernelCheck = {
  prepare: prepareReduction,
  invoke(node) {
    sameType(node.input(0), node.output());
    meanOrSum.invoke?.(node);
  },
};

const extreme: KernelCheck = {
  prepare: prepareReduction,
  invoke(node) {
    const [input, output] = [node.input(0), node.output()];
    sameType(input, output);
    oneOf(input, FLOAT_OR_INT8);
    if (input.dtype === 'int8') {
      const same = input.scale === output.scale && input.zeroPoint === output.zeroPoint;
      need(same, 'its input and its output have different scales, which its kernel does not rescale');
    }
    axesInside(node);
  },
};

const all: KernelCheck = {
  prepare(node) {
    oneOf(node.input(0), ['bool']);
    prepareReduction(node);
  },
  invoke(node) {
    sameType(node.input(0), node.output());
    axesInside(node);
  },
};

/** pooling_common.cc */
const pooling: KernelCheck = {
  prepare(node) {
    const [input, output] = [node.input(0), node.output()];
    if (input.dtype === 'int8' || input.dtype === 'int16') {
      const same = Math.abs(input.scale - output.scale) <= 1e-6 && input.zeroPoint === output.zeroPoint;
      need(same, 'its input and its output have different scales, which its kernel does not rescale');
    }
    oneOf(input, ['float32', 'int8', 'int16']);
  },
};

/** l2_pool_2d.cc */
const l2Pooling: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    rank(input, 4);
    rank(output, 4);
    sameType(input, output);
    oneOf(input, ['float32']);
  },
};

export const indexingChecks: KernelChecks = {
  GATHER: gather,
  GATHER_ND: gatherNd,
  EMBEDDING_LOOKUP: embeddingLookup,
  ARG_MAX: argument,
  ARG_MIN: argument,
  SELECT_V2: select,
  MEAN: meanOrSum,
  SUM: sum,
  REDUCE_MAX: extreme,
  REDUCE_MIN: extreme,
  REDUCE_ALL: all,
  AVERAGE_POOL_2D: pooling,
  MAX_POOL_2D: pooling,
  L2_POOL_2D: l2Pooling,
};
