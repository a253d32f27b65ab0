import type { Op } from '../../../ir/ops/op';
import { ACTIVATION_OPS } from './activation';
import { CONTROL_OPS } from './control';
import { CONVOLUTION_OPS } from './convolution';
import { DENSE_OPS } from './dense';
import { ELEMENTWISE_OPS } from './elementwise';
import { namedOutput } from './namedOutput';
import type { NodeView, OpMapper } from './nodeView';
import { NORMALIZATION_OPS } from './normalization';
import { POOLING_OPS } from './pooling';
import { REARRANGE_OPS } from './rearrange';
import { RECURRENT_OPS } from './recurrent';
import { REDUCTION_OPS } from './reduction';

const MAPPERS: ReadonlyMap<string, OpMapper> = new Map(
  [
    CONVOLUTION_OPS,
    POOLING_OPS,
    DENSE_OPS,
    ELEMENTWISE_OPS,
    ACTIVATION_OPS,
    REARRANGE_OPS,
    REDUCTION_OPS,
    NORMALIZATION_OPS,
    RECURRENT_OPS,
    CONTROL_OPS,
  ].flatMap((table) => Object.entries(table)),
);

/** ONNX Runtime's own domain has the same two operators with more element types. */
const MICROSOFT_OPS: ReadonlySet<string> = new Set(['QuantizeLinear', 'DequantizeLinear']);

/** An ONNX node in our vocabulary; `Opaque` where it has no word for it. */
export function mapOp(domain: string, node: NodeView): Op {
  const isOurs = domain === '' || domain === 'ai.onnx' || (domain === 'com.microsoft' && MICROSOFT_OPS.has(node.op));
  const op = isOurs ? MAPPERS.get(node.op)?.(node) : null;
  return op ?? { kind: 'Opaque', bodies: [...node.bodies.values()].flat(), ...(isOurs && namedOutput(node)) };
}
