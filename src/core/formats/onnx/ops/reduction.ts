import type { Reduce, ReductionOp } from '../../../ir/ops/reduction';
import type { NodeView, OpMapper, OpTable } from './nodeView';

export const REDUCTION_OPS: OpTable = {
  ReduceSum: reduce('sum', 13),
  ReduceMean: reduce('mean', 18),
  ReduceMax: reduce('max', 18),
  ReduceMin: reduce('min', 18),
  ReduceProd: reduce('prod', 18),
  ReduceL1: reduce('l1', 18),
  ReduceL2: reduce('l2', 18),
  ReduceLogSum: reduce('logSum', 18),
  ReduceLogSumExp: reduce('logSumExp', 18),
  ReduceSumSquare: reduce('sumSquare', 18),
  ArgMax: (node) => argReduce(node, 'ArgMax'),
  ArgMin: (node) => argReduce(node, 'ArgMin'),
  CumSum: (node) => ({ kind: 'CumSum', exclusive: node.flag('exclusive'), reverse: node.flag('reverse') }),
};

/** Axes are an attribute before opset `inputSince` and an input from it on. */
function reduce(fn: Reduce['fn'], inputSince: number): OpMapper {
  return (node) => {
    const byInput = node.opset >= inputSince;
    const axes = byInput ? node.constant(1) : node.numbers('axes');
    const isEmpty = axes?.length === 0 || (byInput ? !node.input(1) : !axes);
    // Then the operator reduces nothing, which is no reduction of ours.
    if (isEmpty && node.flag('noop_with_empty_axes')) return null;
    return { kind: 'Reduce', fn, axes: isEmpty ? null : axes, keepDims: node.flag('keepdims', true) };
  };
}

function argReduce(node: NodeView, kind: 'ArgMax' | 'ArgMin'): ReductionOp | null {
  if (node.flag('select_last_index')) return null;
  return { kind, axis: node.number('axis', 0), keepDims: node.flag('keepdims', true), output: 'int64' };
}
