import type { BlockRearrange, Plain, Slice, Transpose } from '../../../ir/ops/rearrange';
import { gatherIndices, broadcastIndices, stridesOf } from '../broadcast';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import type { NumberArray } from '../storage';

/** Operators that copy elements to other places, whatever their type: each output element has one source. */

/** Copies by a table of source indices. 64-bit elements pass through as the bigints they are. */
export function moveElements(input: Operand, output: Operand, indices: Int32Array): Run {
  need(input.dtype === output.dtype, 'input and output have different element types');
  return () => {
    const from = input.elements as NumberArray;
    const to = output.elements as NumberArray;
    for (let i = 0; i < indices.length; i += 1) to[i] = from[indices[i]!]!;
  };
}

/** Copies all elements in order. */
export function copyWhole(input: Operand, output: Operand): Run {
  need(input.dtype === output.dtype && input.count === output.count, 'its output does not fit its input');
  return () => output.bytes.set(input.bytes);
}

function prepareCopy(context: KernelContext): Run {
  return copyWhole(context.input(0), context.output());
}

function prepareTranspose(context: KernelContext<Transpose>): Run {
  const input = context.input(0);
  const output = context.output();
  const permutation = context.op.permutation ?? refuse('its permutation is not a constant');
  need(permutation.length === input.rank && output.rank === input.rank, 'its permutation does not fit its input');
  const axes = permutation.map((axis) => (axis < 0 ? axis + input.rank : axis));
  need(
    new Set(axes).size === axes.length && axes.every((axis, i) => input.shape[axis] === output.shape[i]),
    'its permutation does not fit its output',
  );
  const strides = stridesOf(input.shape);
  return moveElements(
    input,
    output,
    gatherIndices(
      output.shape,
      axes.map((axis) => strides[axis]!),
    ),
  );
}

/** The first element that a slice takes along an axis, as numpy counts. */
function clampBegin(begin: number, step: number, extent: number): number {
  const counted = begin < 0 ? begin + extent : begin;
  return step > 0 ? Math.min(Math.max(counted, 0), extent) : Math.min(Math.max(counted, -1), extent - 1);
}

interface Taken {
  /** The output's shape with the removed dimensions as 1. */
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly start: number;
}

/** What a slice takes along one axis. */
interface Span {
  readonly first: number;
  readonly step: number;
  readonly shrinks: boolean;
}

function spansOf(op: Slice, input: Operand): readonly Span[] {
  const { begin, strides, axes, shrink } = op;
  if (!begin || !strides || !axes) return refuse('its bounds are not constants');
  return input.shape.map((extent, axis) => {
    const entry = axes.indexOf(axis);
    if (entry < 0) return { first: 0, step: 1, shrinks: false };
    const step = strides[entry]!;
    return { first: clampBegin(begin[entry]!, step, extent), step, shrinks: shrink.includes(axis) };
  });
}

function takenBy(op: Slice, input: Operand, output: Operand): Taken {
  const kept = [...output.shape];
  const inputStrides = stridesOf(input.shape);
  const shape: number[] = [];
  const strides: number[] = [];
  let start = 0;
  for (const [axis, { first, step, shrinks }] of spansOf(op, input).entries()) {
    const extent = input.shape[axis]!;
    const count = shrinks ? 1 : (kept.shift() ?? refuse('its output has too few dimensions'));
    const last = first + (count - 1) * step;
    need(count === 0 || Math.max(first, last) < extent, 'it reaches past its input');
    need(count === 0 || Math.min(first, last) >= 0, 'it reaches past its input');
    start += first * inputStrides[axis]!;
    shape.push(count);
    strides.push(step * inputStrides[axis]!);
  }
  need(kept.length === 0, 'its output has too many dimensions');
  return { shape, strides, start };
}

function prepareSlice(context: KernelContext<Slice>): Run {
  const input = context.input(0);
  const output = context.output();
  if (context.op.begin === null && context.node.source.op === 'SLICE') return runtimeSlice(context, input, output);
  const { shape, strides, start } = takenBy(context.op, input, output);
  return moveElements(input, output, gatherIndices(shape, strides, start));
}

/** SLICE with a begin that is computed; the size is the output's. */
function runtimeSlice(context: KernelContext<Slice>, input: Operand, output: Operand): Run {
  const begin = context.input(1);
  if (begin.dtype !== 'int32' || begin.count !== input.rank) return refuseTypes(context);
  return () => {
    const first = Array.from(begin.numbers);
    const op: Slice = {
      ...context.op,
      begin: first,
      strides: first.map(() => 1),
      axes: first.map((_, axis) => axis),
      shrink: [],
    };
    const { shape, strides, start } = takenBy(op, input, output);
    moveElements(input, output, gatherIndices(shape, strides, start))();
  };
}

function prepareExpand(context: KernelContext<Plain>): Run {
  const input = context.input(0);
  const output = context.output();
  const indices = broadcastIndices(input.shape, output.shape);
  return indices ? moveElements(input, output, indices) : copyWhole(input, output);
}

/** SPACE_TO_DEPTH: [n, h, b, w, b, c] to [n, h, w, b, b, c]; DEPTH_TO_SPACE the other way. */
function prepareBlocks(context: KernelContext<BlockRearrange>): Run {
  const { kind, blockSize, mode } = context.op;
  const input = context.input(0);
  const output = context.output();
  need(mode === 'DCR' && input.rank === 4 && output.rank === 4, 'its operands are not 4-D');
  const isToDepth = kind === 'SpaceToDepth';
  const [small, large] = isToDepth ? [output, input] : [input, output];
  const [batches, height, width, depth] = small.shape as [number, number, number, number];
  const channels = depth / (blockSize * blockSize);
  const expected = [batches, height * blockSize, width * blockSize, channels];
  need(
    expected.every((dim, axis) => dim === large.shape[axis]),
    'its output does not fit its input',
  );
  const space = stridesOf([batches, height, blockSize, width, blockSize, channels]);
  const deep = stridesOf([batches, height, width, blockSize, blockSize, channels]);
  if (isToDepth) {
    const order = [0, 1, 3, 2, 4, 5];
    const shape = [batches, height, width, blockSize, blockSize, channels];
    return moveElements(
      input,
      output,
      gatherIndices(
        shape,
        order.map((axis) => space[axis]!),
      ),
    );
  }
  const order = [0, 1, 3, 2, 4, 5];
  const shape = [batches, height, blockSize, width, blockSize, channels];
  return moveElements(
    input,
    output,
    gatherIndices(
      shape,
      order.map((axis) => deep[axis]!),
    ),
  );
}

/** SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND on 4-D operands: x, block, paddings or crops. */
function prepareBatchBlocks(context: KernelContext<Plain>): Run {
  const isToBatch = context.op.kind === 'SpaceToBatch';
  const input = context.input(0);
  const output = context.output();
  const block = context.input(1);
  const margins = context.input(2);
  need(block.dtype === 'int32' && margins.dtype === 'int32', 'its block or margins are not int32');
  need(input.rank >= 3 && input.rank <= 4 && output.rank === input.rank, 'its operands are not 3-D or 4-D');
  need(block.count === input.rank - 2 && margins.count === 2 * block.count, 'its block does not fit its operands');
  const four = (shape: readonly number[]) => (shape.length === 3 ? [shape[0]!, shape[1]!, 1, shape[2]!] : [...shape]);
  return () => {
    const blocks = block.count === 1 ? [block.numbers[0]!, 1] : Array.from(block.numbers);
    const before = block.count === 1 ? [margins.numbers[0]!, 0] : [margins.numbers[0]!, margins.numbers[2]!];
    const [small, large] = isToBatch ? [output, input] : [input, output];
    const shapes = { small: four(small.shape), large: four(large.shape) };
    // TFLM never sets the padding's zero point (space_to_batch_nd.cc): it is 0.
    if (isToBatch) output.bytes.fill(0);
    moveBlocks(small, large, shapes, blocks, before, isToBatch);
  };
}

function moveBlocks(
  small: Operand,
  large: Operand,
  shapes: { readonly small: readonly number[]; readonly large: readonly number[] },
  blocks: readonly number[],
  before: readonly number[],
  isToBatch: boolean,
): void {
  const [batches, height, width, depth] = shapes.small as [number, number, number, number];
  const [largeBatches, largeHeight, largeWidth] = shapes.large as [number, number, number];
  const smallValues = small.elements as NumberArray;
  const largeValues = large.elements as NumberArray;
  for (let batch = 0; batch < batches; batch += 1) {
    const offset = Math.floor(batch / largeBatches);
    for (let y = 0; y < height; y += 1) {
      const largeY = y * blocks[0]! + Math.floor(offset / blocks[1]!) - before[0]!;
      for (let x = 0; x < width; x += 1) {
        const largeX = x * blocks[1]! + (offset % blocks[1]!) - before[1]!;
        if (largeY < 0 || largeY >= largeHeight || largeX < 0 || largeX >= largeWidth) continue;
        const at = ((batch * height + y) * width + x) * depth;
        const there = (((batch % largeBatches) * largeHeight + largeY) * largeWidth + largeX) * depth;
        for (let c = 0; c < depth; c += 1) {
          if (isToBatch) smallValues[at + c] = largeValues[there + c]!;
          else largeValues[there + c] = smallValues[at + c]!;
        }
      }
    }
  }
}

function prepareReverse(context: KernelContext<Plain>): Run {
  const input = context.input(0);
  const output = context.output();
  const axes = context.input(1);
  need(axes.isConstant && axes.dtype === 'int32', 'its axes are not constant int32');
  const reversed = new Set(Array.from(axes.numbers, (axis) => (axis < 0 ? axis + input.rank : axis)));
  const strides = stridesOf(input.shape);
  const start = strides.reduce(
    (sum, stride, axis) => sum + (reversed.has(axis) ? stride * (input.shape[axis]! - 1) : 0),
    0,
  );
  return moveElements(
    input,
    output,
    gatherIndices(
      output.shape,
      strides.map((stride, axis) => (reversed.has(axis) ? -stride : stride)),
      start,
    ),
  );
}

export const movementKernels: KernelTable = {
  Reshape: prepareCopy,
  Flatten: prepareCopy,
  Squeeze: prepareCopy,
  Unsqueeze: prepareCopy,
  Identity: prepareCopy,
  Transpose: prepareTranspose,
  Slice: prepareSlice,
  Expand: prepareExpand,
  SpaceToDepth: prepareBlocks,
  DepthToSpace: prepareBlocks,
  SpaceToBatch: prepareBatchBlocks,
  BatchToSpace: prepareBatchBlocks,
  Reverse: prepareReverse,
};
