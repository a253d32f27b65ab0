import { need, type KernelCheck } from './kernelCheck';
import { constantNumbers, type KernelTensor, type KernelView } from './kernelView';
import { constant, counts, oneOf, rank, shapeOf } from './rules';

/** strided_slice_common.cc: only constant positions, and the output must be as long as they say. */
export const stridedSlice: KernelCheck = {
  prepare(node) {
    counts(node, 4, 1);
    const input = node.input(0);
    const output = node.output();
    const positions = ['its begin', 'its end', 'its strides'].map((role, index) => node.input(index + 1, role));
    rank(input, 0, 4);
    for (const tensor of positions) constant(tensor);
    const lists = positions.map(constantNumbers);
    const [begin, end, strides] = lists;
    if (begin && end && strides) checkShape(node, input, output, { begin, end, strides });
  },
  invoke: (node) => oneOf(node.output(), ['float32', 'int8', 'int16', 'int32', 'bool']),
};

interface Positions {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
}

function checkShape(node: KernelView, input: KernelTensor, output: KernelTensor, positions: Positions): void {
  const shrink = node.number('shrink_axis_mask');
  const wanted = input.dims.flatMap((_, axis) =>
    shrink & (1 << axis) ? [] : [lengthAlong(node, input, positions, axis)],
  );
  const fits = wanted.join() === output.dims.join();
  need(fits, `its output is ${shapeOf(output)} where its kernel gives ${wanted.join('×') || 'a scalar'}`);
}

/** StartForAxis and StopForAxis of strided_slice_logic.h; the masks of ellipses and new axes are not looked at. */
function lengthAlong(node: KernelView, input: KernelTensor, { begin, end, strides }: Positions, axis: number): number {
  const dim = input.dims[axis]!;
  const stride = strides[axis] ?? 1;
  need(stride !== 0, 'a stride is 0');
  if (dim === 0) return 0;
  const isForward = stride > 0;
  const bound = (position: number): number => {
    const at = position < 0 ? position + dim : position;
    return isForward ? Math.min(Math.max(at, 0), dim) : Math.min(Math.max(at, -1), dim - 1);
  };
  const hasBegin = !(node.number('begin_mask') & (1 << axis));
  const hasEnd = !(node.number('end_mask') & (1 << axis));
  const start = hasBegin ? bound(begin[axis] ?? 0) : isForward ? 0 : dim - 1;
  const last = (end[axis] ?? dim) + (node.option('offset') === true ? start : 0);
  const stop = hasEnd ? bound(last) : isForward ? dim : -1;
  return Math.max(0, Math.ceil((stop - start) / stride));
}
