import type { DType } from '../../../ir/dtype';
import { dtypeOf } from '../onnxFields';
import type { NodeView } from './nodeView';

/** Attributes that hold a TensorProto.DataType; an operator has one of them at most. */
const TYPE_ATTRIBUTES = ['dtype', 'to', 'output_dtype', 'output_datatype'] as const;

/** The element type that an attribute names for a node's results; nothing where none does. */
export function namedOutput(node: NodeView): { readonly output?: DType } {
  const name = TYPE_ATTRIBUTES.find((each) => node.has(each));
  const output = name === undefined ? 'unknown' : dtypeOf(node.number(name, 0));
  return output === 'unknown' ? {} : { output };
}
