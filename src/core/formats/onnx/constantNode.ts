import type { Tensor } from '../../ir/tensor';
import type { AttributeRecord } from './parseAttribute';
import type { NodeRecord } from './parseGraph';
import { sparseTensor } from './sparseTensor';
import { LiteralConstant, TensorConstant } from './tensorConstant';

type KnownValue = Partial<Pick<Tensor, 'dtype' | 'shape' | 'constant' | 'isSparse'>>;

/** The value a Constant node gives, so that passes see a constant and not a computation; `{}` for other nodes. */
export function constantOf(node: NodeRecord): KnownValue {
  const [attribute] = node.attributes;
  if (node.op !== 'Constant' || (node.domain !== '' && node.domain !== 'ai.onnx') || !attribute) return {};
  const key = `onnx:node:${node.range.offset}`;
  if (attribute.tensor) {
    const { dtype, shape } = attribute.tensor;
    return { dtype, shape, constant: new TensorConstant(attribute.tensor) };
  }
  return attribute.sparse ? sparseTensor(attribute.sparse) : literalOf(attribute, key);
}

function literalOf({ name, value }: AttributeRecord, key: string): KnownValue {
  const numbers = Array.isArray(value) ? value.filter((each) => typeof each !== 'string') : [];
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  switch (name) {
    case 'value_float':
      return typeof value === 'number'
        ? { dtype: 'float32', shape: [], constant: LiteralConstant.floats(key, [value]) }
        : {};
    case 'value_int':
      return typeof value === 'number' || typeof value === 'bigint'
        ? { dtype: 'int64', shape: [], constant: LiteralConstant.ints(key, [value]) }
        : {};
    case 'value_string':
      return typeof value === 'string'
        ? { dtype: 'string', shape: [], constant: LiteralConstant.texts(key, [value]) }
        : {};
    case 'value_floats':
      return {
        dtype: 'float32',
        shape: [numbers.length],
        constant: LiteralConstant.floats(key, numbers.map(Number)),
      };
    case 'value_ints':
      return { dtype: 'int64', shape: [numbers.length], constant: LiteralConstant.ints(key, numbers) };
    case 'value_strings':
      return { dtype: 'string', shape: [texts.length], constant: LiteralConstant.texts(key, texts) };
    default:
      return {};
  }
}
