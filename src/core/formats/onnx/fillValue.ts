import type { Node } from '../../ir/graph';
import { NODE } from './onnxFields';
import { Parse } from './parse';
import { parseAttribute } from './parseAttribute';
import { TensorConstant } from './tensorConstant';
import type { DType } from '../../ir/dtype';
import { cursorOf, rangeOf } from './write/fields';

/** The one element a ConstantOfShape fills with, as bytes of its type: float32 0 where the node does not say. */
export function fillValueOf(node: Node): { readonly dtype: DType; readonly element: Uint8Array } {
  const range = rangeOf(node.source.raw, 'NodeProto');
  if (range) {
    const parse = new Parse(range.source);
    for (const cursor = cursorOf(range); cursor.next();) {
      if (cursor.field !== NODE.attribute) continue;
      const { name, tensor } = parseAttribute(parse, cursor.message());
      if (name === 'value' && tensor) return { dtype: tensor.dtype, element: new TensorConstant(tensor).read() };
    }
  }
  return { dtype: 'float32', element: new Uint8Array(4) };
}
