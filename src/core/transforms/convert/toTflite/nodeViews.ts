import type { Node } from '../../../ir/graph';
import { NodeView } from '../../../formats/onnx/ops/nodeView';
import type { Conversion } from './conversion';

/** The node as the reader of ONNX files sees it: attributes with their defaults. */
export function viewOf(c: Conversion, { source, inputs, outputs }: Node): NodeView {
  const tensors = inputs.map((id) => (id === null ? null : c.tensor(id)));
  return new NodeView(source.op, source.version, source.attributes, tensors, outputs.length, new Map());
}
