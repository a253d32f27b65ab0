import type { DType } from '../../../ir/dtype';
import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import { constantNumbers, type KernelTensor, type KernelView } from './kernelView';
import { byInput, byOutput, constant, counts, noActivation, oneOf, rank, sameType, shapeOf } from './rules';
import { stridedSlice } from './stridedSlice';

/** Kernels that move elements: reshapes, slices, joins, paddings. */

const FLOAT_OR_INT8: readonly DType[] = ['float32', 'int8'];
const MOVED: readonly DType[] = ['float32', 'int8', 'int16', 'int32'];

/** Why a kernel can fail where an operand that steers it is computed at run time. */
function steeredBy(index: number, what: string): (node: KernelView) => string | null {
  return (node) => (node.input(index).isConstant ? null : `${what} computed at run time may lie outside its input`);
}

/** reshape_common.cc: a single -1 of the output's shape is filled in; free dimensions are 1 in the file. */
const reshape: KernelCheck = {
  prepare(node) {
    need(node.inputs === 1 || node.inputs === 2, `it has ${node.inputs} inputs where its kernel takes 1 or 2`);
    need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
    const [input, output] = [node.input(0), node.output()];
    sameType(input, output);
    // The old way to say that the output is a scalar.
    const isScalar = node.inputs === 1 && output.dims.length === 1 && output.dims[0] === 0;
    const given = isScalar ? 1 : output.count;
    need(
      input.count === given,
      `it makes ${given} elements (${shapeOf(output)}) of ${input.count} (${shapeOf(input)})`,
    );
  },
};

/** squeeze.cc */
const squeeze: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const input = node.input(0);
    node.output();
    rank(input, 0, 8);
    const axes = node.option('squeeze_dims');
    if (!Array.isArray(axes)) return;
    for (const axis of axes.map(Number)) {
      const dim = input.dims[axis < 0 ? axis + input.dims.length : axis];
      need(dim === 1, `it removes dimension ${axis} of ${shapeOf(input)}, which is not 1`);
    }
  },
  invoke(node) {
    const [input, output] = [node.input(0), node.output()];
    need(input.count === output.count, `it makes ${output.count} elements of ${input.count}`);
  },
};

/** expand_dims.cc */
const expandDims: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, axis, output] = [node.input(0), node.input(1, 'its axis'), node.output()];
    constant(axis);
    rank(axis, 0, 1);
    oneOf(axis, ['int32']);
    const stated = constantNumbers(axis)?.[0] ?? 0;
    const at = stated < 0 ? stated + input.dims.length + 1 : stated;
    const wanted = [...input.dims.slice(0, at), 1, ...input.dims.slice(at)];
    const fits = at <= input.dims.length && wanted.join() === output.dims.join();
    need(fits, `its output is ${shapeOf(output)} where its kernel gives ${wanted.join('×')}`);
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int16', 'int8']),
};

/** transpose_common.cc, transpose.cc */
const transpose: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, order] = [node.input(0), node.input(1, 'its permutation')];
    rank(input, 0, 5);
    sameType(input, node.output());
    constant(order);
    rank(order, 1);
    const dims = input.dims.length;
    need(order.dims[0] === dims, `its permutation has ${order.dims[0] ?? 0} numbers for ${dims} dimensions`);
    const inside = (constantNumbers(order) ?? []).every((axis) => axis >= 0 && axis < dims);
    need(inside, 'its permutation names a dimension that its input does not have');
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int8', 'int16']),
};

const MAX_JOINED = 10;

/** concatenation.cc */
const concatenation: KernelCheck = {
  prepare(node) {
    const [first, output] = [node.input(0), node.output()];
    noActivation(node);
    oneOf(first, [...MOVED, 'int64', 'bool']);
    sameType(output, first);
    need(node.inputs <= MAX_JOINED, `it joins ${node.inputs} inputs where its kernel takes ${MAX_JOINED} at most`);
    for (let index = 0; index < node.inputs; index += 1) joined(node.input(index, `its input ${index}`), first, output);
    if (first.dtype === 'int16') need(output.zeroPoint === 0, 'the zero point of its output is not 0');
  },
};

function joined(input: KernelTensor, first: KernelTensor, output: KernelTensor): void {
  sameType(input, first);
  rank(input, 0, 6);
  if (input.dtype === 'int16') need(input.zeroPoint === 0, `the zero point of ${input.role} is not 0`);
  if (input.dtype !== 'int8') return;
  const sameScale = input.scale === output.scale && input.zeroPoint === output.zeroPoint;
  need(sameScale, `${input.role} has another scale or zero point than its output, which is not rescaled`);
}

/** pad_common.cc, pad.cc */
const pad: KernelCheck = {
  prepare(node) {
    need(node.inputs === 2 || node.inputs === 3, `it has ${node.inputs} inputs where its kernel takes 2 or 3`);
    need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
    const [input, paddings, output] = [node.input(0), node.input(1, 'its paddings'), node.output()];
    const value = node.inputs === 3 ? node.optional(2, 'its padding value') : null;
    sameType(input, output);
    rank(input, 0, 5);
    if (value) {
      sameType(input, value);
      need(value.count === 1, `its padding value has ${value.count} elements`);
    }
    need(paddings.count === output.dims.length * 2, `it has ${paddings.count} paddings`);
    constant(paddings);
    paddedShape(input, paddings, output);
    if (input.dtype === 'int8') padValue(value, output);
  },
  invoke: (node) => oneOf(node.input(0), MOVED),
};

function paddedShape(input: KernelTensor, paddings: KernelTensor, output: KernelTensor): void {
  const numbers = constantNumbers(paddings);
  if (!numbers) return;
  const wanted = input.dims.map((dim, axis) => dim + (numbers[axis * 2] ?? 0) + (numbers[axis * 2 + 1] ?? 0));
  need(
    wanted.join() === output.dims.join(),
    `its output is ${shapeOf(output)} where its kernel gives ${wanted.join('×')}`,
  );
}

function padValue(value: KernelTensor | null, output: KernelTensor): void {
  if (value === null) {
    need(Math.abs(output.zeroPoint + 0.5) < 128, `the zero point of its output is ${output.zeroPoint}`);
    return;
  }
  const same = value.zeroPoint === output.zeroPoint && value.scale === output.scale;
  need(same, 'its padding value has another scale or zero point than its output');
}

/** mirror_pad.cc */
const mirrorPad: KernelCheck = {
  prepare(node) {
    const [input, paddings] = [node.input(0), node.input(1, 'its paddings')];
    node.output();
    rank(paddings, 2);
    const same = paddings.dims[0] === input.dims.length;
    need(same, `it has paddings for ${paddings.dims[0] ?? 0} of ${input.dims.length} dimensions`);
  },
  invoke: (node) => oneOf(node.output(), FLOAT_OR_INT8),
};

/** split.cc, split_v.cc: the axis is the first or the third operand. */
function split(axisAt: 0 | 2): KernelCheck {
  return {
    prepare(node) {
      if (axisAt === 2) need(node.inputs === 3, `it has ${node.inputs} inputs where its kernel takes 3`);
      constant(node.input(axisAt, 'its axis'));
    },
    invoke(node) {
      const input = node.input(axisAt === 0 ? 1 : 0, 'its input');
      const stated = constantNumbers(node.input(axisAt, 'its axis'))?.[0] ?? 0;
      const axis = stated < 0 ? stated + input.dims.length : stated;
      need(axis >= 0 && axis < input.dims.length, `its axis ${stated} is not one of ${shapeOf(input)}`);
      oneOf(input, MOVED);
    },
  };
}

/** slice.cc: neither begin nor size is checked against the input. */
const slice: KernelCheck = {
  prepare(node) {
    counts(node, 3, 1);
    for (const [index, role] of ['its input', 'its begin', 'its size'].entries()) node.input(index, role);
    node.output();
  },
  invoke(node) {
    oneOf(node.input(1, 'its begin'), ['int32', 'int64']);
    oneOf(node.input(0), [...MOVED, 'bool']);
  },
  values: (node) => steeredBy(1, 'a begin')(node) ?? steeredBy(2, 'a size')(node),
};

/** batch_to_space_nd.cc, space_to_batch_nd.cc */
const batchesAndSpace: KernelCheck = {
  prepare(node) {
    counts(node, 3, 1);
    const [input, output] = [node.input(0), node.output()];
    rank(input, 3, 4);
    rank(output, 3, 4);
    sameType(input, output);
  },
  invoke: (node) => oneOf(node.input(0), FLOAT_OR_INT8),
};

/** depth_to_space.cc */
const depthToSpace: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    rank(input, 4);
    oneOf(output, FLOAT_OR_INT8);
    sameType(input, output);
    const block = node.number('block_size');
    const depth = input.dims[3] ?? 0;
    need(block > 0 && depth % (block * block) === 0, `its depth of ${depth} is no multiple of ${block}×${block}`);
  },
};

/** space_to_depth.cc */
const spaceToDepth: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    rank(input, 4);
    oneOf(output, FLOAT_OR_INT8);
    sameType(input, output);
    const block = node.number('block_size');
    const fits = block > 0 && [input.dims[1]!, input.dims[2]!].every((dim) => dim % block === 0);
    need(fits, `${shapeOf(input)} does not divide into blocks of ${block}`);
  },
};

/** broadcast_to.cc */
const broadcastTo: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, shape, output] = [node.input(0), node.input(1, 'its shape'), node.output()];
    rank(input, 0, 5);
    oneOf(shape, ['int32', 'int64']);
    sameType(input, output);
    constant(shape);
    rank(shape, 1);
    const fits = output.dims.length === shape.dims[0] && input.dims.length <= output.dims.length;
    need(fits, `its output has ${output.dims.length} dimensions for a shape of ${shape.dims[0] ?? 0}`);
    rank(output, 0, 5);
    broadcastShape(input, shape, output);
  },
};

function broadcastShape(input: KernelTensor, shape: KernelTensor, output: KernelTensor): void {
  const numbers = constantNumbers(shape);
  if (!numbers) return;
  const added = output.dims.length - input.dims.length;
  const spread = input.dims.every((dim, axis) => dim === 1 || dim === numbers[added + axis]);
  need(spread, `${shapeOf(input)} does not broadcast to ${numbers.join('×')}`);
  need(
    numbers.join() === output.dims.join(),
    `its output is ${shapeOf(output)} where it asks for ${numbers.join('×')}`,
  );
}

/** broadcast_args.cc */
const broadcastArgs: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const tensors = [node.input(0), node.input(1), node.output()] as const;
    oneOf(tensors[0], ['int32', 'int64']);
    sameType(tensors[0], tensors[1]);
    sameType(tensors[0], tensors[2]);
    for (const tensor of tensors) rank(tensor, 1);
  },
};

/** fill.cc */
const fill: KernelCheck = {
  prepare(node) {
    const [dims, value, output] = [node.input(0, 'its shape'), node.input(1, 'its value'), node.output()];
    rank(value, 0);
    sameType(value, output);
    constant(dims);
    rank(dims, 1);
    oneOf(dims, ['int8', 'int16', 'int32', 'int64']);
    const numbers = constantNumbers(dims) ?? output.dims;
    const fits = dims.dims[0] === output.dims.length && numbers.join() === output.dims.join();
    need(fits, `its output is ${shapeOf(output)} where it asks for ${numbers.join('×')}`);
  },
  invoke: (node) => oneOf(node.input(1, 'its value'), ['float32', 'int32', 'int8']),
};

/** reverse.cc */
const reverse: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [input, axes] = [node.input(0), node.input(1, 'its axes')];
    rank(axes, 1);
    rank(input, 0, 6);
    need(input.dims.length >= axes.count, `it reverses ${axes.count} of ${input.dims.length} dimensions`);
    oneOf(input, [...MOVED, 'uint8', 'int64', 'bool']);
    oneOf(axes, ['int32']);
    sameType(input, node.output());
  },
  invoke(node) {
    const { length } = node.input(0).dims;
    const axes = constantNumbers(node.input(1, 'its axes'))?.map((axis) => (axis < 0 ? axis + length : axis));
    if (!axes) return;
    need(
      axes.every((axis) => axis >= 0 && axis < length),
      'it reverses a dimension that its input does not have',
    );
    const ordered = axes.toSorted((a, b) => a - b);
    const isRun = ordered.every((axis, index) => index === 0 || axis === ordered[index - 1]! + 1);
    need(isRun, `it reverses dimensions ${ordered.join(', ')}, which are not next to each other`);
  },
  values: steeredBy(1, 'an axis'),
};

/** shape.cc */
const shape: KernelCheck = {
  prepare: (node) => counts(node, 1, 1),
  invoke: (node) => oneOf(node.output(), ['int32']),
};

/** dynamic_update_slice.cc */
const dynamicUpdateSlice: KernelCheck = {
  prepare(node) {
    counts(node, 3, 1);
    const [operand, update, starts] = [node.input(0), node.input(1, 'its update'), node.input(2, 'its start')];
    node.output();
    sameType(operand, update);
    oneOf(starts, ['int32', 'int64']);
    rank(starts, 1);
    const { length } = operand.dims;
    need(starts.dims[0] === length, `its start has ${starts.dims[0] ?? 0} numbers for ${length} dimensions`);
    rank(update, length);
    const fits = update.dims.every((dim, axis) => dim <= operand.dims[axis]!);
    need(fits, `its update of ${shapeOf(update)} is larger than its input of ${shapeOf(operand)}`);
  },
  invoke: (node) => oneOf(node.input(0), MOVED),
};

/** resize_bilinear.cc, resize_nearest_neighbor.cc */
function resize(dtypes: readonly DType[]): KernelCheck {
  return {
    prepare(node) {
      counts(node, 2, 1);
      const [input, size] = [node.input(0), node.input(1, 'its size')];
      node.output();
      rank(input, 4);
      rank(size, 1);
      oneOf(size, ['int32']);
      constant(size);
      const both = node.option('half_pixel_centers') === true && node.option('align_corners') === true;
      need(!both || dtypes.length > 2, 'it both centers half pixels and aligns corners');
    },
    invoke: (node) => oneOf(node.output(), dtypes),
  };
}

export const movementChecks: KernelChecks = {
  RESHAPE: reshape,
  SQUEEZE: squeeze,
  EXPAND_DIMS: expandDims,
  TRANSPOSE: transpose,
  CONCATENATION: concatenation,
  // pack.cc, unpack.cc
  PACK: byOutput([...MOVED, 'int64']),
  UNPACK: byInput(MOVED),
  PAD: pad,
  PADV2: pad,
  MIRROR_PAD: mirrorPad,
  SPLIT: split(0),
  SPLIT_V: split(2),
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  BATCH_TO_SPACE_ND: batchesAndSpace,
  SPACE_TO_BATCH_ND: batchesAndSpace,
  DEPTH_TO_SPACE: depthToSpace,
  SPACE_TO_DEPTH: spaceToDepth,
  BROADCAST_TO: broadcastTo,
  BROADCAST_ARGS: broadcastArgs,
  FILL: fill,
  REVERSE_V2: reverse,
  SHAPE: shape,
  DYNAMIC_UPDATE_SLICE: dynamicUpdateSlice,
  RESIZE_BILINEAR: resize(FLOAT_OR_INT8),
  RESIZE_NEAREST_NEIGHBOR: resize(['float32', 'int8', 'int16']),
};
