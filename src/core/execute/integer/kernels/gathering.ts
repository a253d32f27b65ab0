import { ModelError } from '../../../ir/errors';
import type { Gather, Plain } from '../../../ir/ops/rearrange';
import { stridesOf } from '../broadcast';
import { need, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';

/** GATHER, GATHER_ND, EMBEDDING_LOOKUP and DYNAMIC_UPDATE_SLICE: indices come as tensors and are checked in each run. */

function badIndex(context: KernelContext, index: number, extent: number): never {
  throw new ModelError(
    'bad-data',
    `${context.node.source.op} (operator ${context.node.source.index}) was asked for index ${index} of ${extent}.`,
  );
}

function indexNumbers(indices: Operand): ArrayLike<number> {
  return indices.dtype === 'int64' ? Array.from(indices.elements as BigInt64Array, Number) : indices.numbers;
}

function needIndices(indices: Operand): void {
  need(indices.dtype === 'int32' || indices.dtype === 'int64', 'its indices are not int32 or int64');
}

/** Copies one run of bytes an index, over `outer` rows of `extent` runs; `batches` leading dimensions pair up. */
function gatherRuns(context: KernelContext, input: Operand, indices: Operand, axis: number, batchDims: number): Run {
  const output = context.output();
  need(input.dtype === output.dtype, 'its output does not fit its input');
  needIndices(indices);
  const product = (dims: readonly number[]) => dims.reduce((total, dim) => total * dim, 1);
  const batches = product(input.shape.slice(0, batchDims));
  const outer = product(input.shape.slice(batchDims, axis));
  const extent = input.shape[axis]!;
  const wanted = indices.count / Math.max(1, batches);
  const runElements = product(input.shape.slice(axis + 1));
  need(output.count === batches * outer * wanted * runElements, 'its output does not fit its indices');
  return () => {
    const from = input.bytes;
    const to = output.bytes;
    const run = (from.length / Math.max(1, input.count)) * runElements;
    const at = indexNumbers(indices);
    let written = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      for (let row = 0; row < outer; row += 1) {
        for (let i = 0; i < wanted; i += 1) {
          const index = at[batch * wanted + i]!;
          if (index < 0 || index >= extent) badIndex(context, index, extent);
          const start = ((batch * outer + row) * extent + index) * run;
          to.set(from.subarray(start, start + run), written);
          written += run;
        }
      }
    }
  };
}

function prepareGather(context: KernelContext<Gather>): Run {
  const input = context.input(0);
  const { batchDims } = context.op;
  const axis = context.op.axis < 0 ? context.op.axis + input.rank : context.op.axis;
  need(axis >= 0 && axis < input.rank && batchDims >= 0 && batchDims <= axis, 'its axis is out of range');
  return gatherRuns(context, input, context.input(1), axis, batchDims);
}

function prepareGatherNd(context: KernelContext<Plain>): Run {
  const input = context.input(0);
  const indices = context.input(1);
  const output = context.output();
  needIndices(indices);
  const depth = indices.shape.at(-1) ?? 1;
  need(depth <= input.rank && input.dtype === output.dtype, 'its indices do not fit its input');
  const strides = stridesOf(input.shape);
  const runElements = input.shape.slice(depth).reduce((product, dim) => product * dim, 1);
  const wanted = indices.count / Math.max(1, depth);
  need(output.count === wanted * runElements, 'its output does not fit its indices');
  return () => {
    const from = input.bytes;
    const width = from.length / Math.max(1, input.count);
    const at = indexNumbers(indices);
    for (let i = 0; i < wanted; i += 1) {
      let start = 0;
      for (let axis = 0; axis < depth; axis += 1) {
        const index = at[i * depth + axis]!;
        const extent = input.shape[axis]!;
        if (index < 0 || index >= extent) badIndex(context, index, extent);
        start += index * strides[axis]!;
      }
      output.bytes.set(from.subarray(start * width, (start + runElements) * width), i * runElements * width);
    }
  };
}

/** EMBEDDING_LOOKUP: indices, table. */
export function prepareEmbedding(context: KernelContext): Run {
  return gatherRuns(context, context.input(1), context.input(0), 0, 0);
}

/** DYNAMIC_UPDATE_SLICE: operand, update, start; the start is clamped so that the update fits. */
export function prepareUpdateSlice(context: KernelContext): Run {
  const [operand, update, start] = [context.input(0), context.input(1), context.input(2)];
  const output = context.output();
  needIndices(start);
  need(operand.dtype === output.dtype && operand.count === output.count, 'its output does not fit its operand');
  need(update.dtype === operand.dtype && update.rank === operand.rank, 'its update does not fit its operand');
  need(start.count === operand.rank, 'its start does not fit its operand');
  need(
    update.shape.every((dim, axis) => dim <= operand.shape[axis]!),
    'its update is larger than its operand',
  );
  const strides = stridesOf(operand.shape);
  const run = update.shape.at(-1) ?? 1;
  const rows = update.count / Math.max(1, run);
  const updateStrides = stridesOf(update.shape);
  return () => {
    output.bytes.set(operand.bytes);
    const width = operand.bytes.length / Math.max(1, operand.count);
    const wanted = indexNumbers(start);
    const first = operand.shape.map((dim, axis) => Math.min(Math.max(wanted[axis]!, 0), dim - update.shape[axis]!));
    for (let row = 0; row < rows; row += 1) {
      let to = 0;
      for (let axis = 0; axis < operand.rank; axis += 1) {
        const index = Math.floor((row * run) / updateStrides[axis]!) % update.shape[axis]!;
        to += (first[axis]! + index) * strides[axis]!;
      }
      output.bytes.set(update.bytes.subarray(row * run * width, (row + 1) * run * width), to * width);
    }
  };
}

export const gatheringKernels: KernelTable = { Gather: prepareGather, GatherNd: prepareGatherNd };
