import type { Node } from '../../ir/graph';
import type { FullyConnected, MatMul } from '../../ir/ops/dense';
import { biasOf } from './lowerConvolution';
import type { LowerContext } from './lowerContext';

export function lowerFullyConnected(context: LowerContext, node: Node, op: FullyConnected): void {
  const [x, w, b] = [node.inputs[0]!, node.inputs[1]!, context.input(node, 2)];
  const [first, second] = context.shape(w) as [number, number];
  const isOutputFirst = op.weights === 'OI';
  const [inputs, outputs] = isOutputFirst ? [second, first] : [first, second];
  const shape = context.shape(x);
  const isFlat = shape.length === 2 && shape[1] === inputs;
  const flat = isFlat ? context.value(x) : context.node('Reshape', [context.value(x), context.integers([-1, inputs])]);
  const product = context.node(
    'Gemm',
    [flat, context.weights(w, null, [first, second], isOutputFirst ? 0 : 1), ...biasOf(context, b, outputs)],
    { ints: { transB: isOutputFirst ? 1 : 0 } },
  );
  const active = context.activate(product, op.activation);
  const target = context.shape(node.outputs[0]!);
  const isReady = target.length === 2 && (isFlat || target[1] === outputs);
  context.define(node.outputs[0]!, isReady ? active : context.node('Reshape', [active, context.integers(target)]));
}

export function lowerMatMul(context: LowerContext, node: Node, op: MatMul): void {
  const [a, b] = [node.inputs[0]!, node.inputs[1]!];
  const left = op.transposeA ? swapLast(context, context.value(a), context.rank(a)) : context.value(a);
  const right = op.transposeB ? swapLast(context, context.value(b), context.rank(b)) : context.value(b);
  context.define(node.outputs[0]!, context.node('MatMul', [left, right]));
}

function swapLast(context: LowerContext, value: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, i) => i);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return context.node('Transpose', [value], { intLists: { perm } });
}
