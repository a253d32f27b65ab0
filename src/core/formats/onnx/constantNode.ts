import type { Tensor } from '../../ir/tensor';
import type { AttributeRecord } from './parseAttribute';
import type { NodeRecord } from './parseGraph';
import { sparseTensor } from './sparseTensor';
import { LiteralConstant, TensorConstant } from './tensorConstant';

type KnownValue = Partial<Pick<Tensor, 'dtype' | 'shape' | 'constant' | 'isSparse'>>;

/** Nothing is known of a value before it is computed. */
export const UNKNOWN: KnownValue = {};

/** The value a Constant node gives, so that passes see a constant and not a computation; `{}` for other nodes. */
export function constantOf(node: NodeRecord): KnownValue {
  if (node.op !== 'Constant' || (node.domain !== '' && node.domain !== 'ai.onnx')) return UNKNOWN;
  const [attribute] = node.attributes;
  if (!attribute) return UNKNOWN;
  const key = `onnx:node:${node.range.offset}`;
  if (attribute.tensor) {
    const { dtype, shape } = attribute.tensor;
    return { dtype, shape, constant: new TensorConstant(attribute.tensor) };
  }
  return attribute.sparse ? sparseTensor(attribute.sparse) : literalOf(attribute, key);
}

function literalOf({ name, value }: AttributeRecord, key: string): KnownValue {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const numbers = list.filter((each) => typeof each === 'number' || typeof each === 'bigint');
  const texts = list.filter((each) => typeof each === 'string');
  const shape = name.endsWith('s') ? [list.length] : [];
  switch (name) {
    case 'value_float':
    case 'value_floats':
      return { dtype: 'float32', shape, constant: LiteralConstant.floats(key, numbers.map(Number)) };
    case 'value_int':
    case 'value_ints':
      return { dtype: 'int64', shape, constant: LiteralConstant.ints(key, numbers) };
    case 'value_string':
    case 'value_strings':
      return { dtype: 'string', shape, constant: LiteralConstant.texts(key, texts) };
    default:
      return {};
  }
}
