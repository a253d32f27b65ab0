import { isStatic } from '../../shape';
import { product } from '../dims';
import { attributeNumber, attributeNumbers } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { forAll } from './rule';

const size: Infer = (context) => {
  const shape = context.shape(0);
  const count = shape && product(shape);
  return [{ shape: [], dtype: 'int64', value: count === null ? null : [count] }];
};

/** ONNX Shape from opset 15 may give a part, by `start` and `end`. */
const partOfShape: Infer = (context) => {
  const x = context.shape(0);
  if (!x) return [{ shape: [null], dtype: 'int64' }];
  const start = attributeNumber(context.node, 'start') ?? 0;
  const part = x.slice(start, attributeNumber(context.node, 'end') ?? x.length);
  return [{ shape: [part.length], dtype: 'int64', value: isStatic(part) ? part : null }];
};

/** Of the first operand's shape and of the type that an attribute names, else of its type too. */
const typedLikeFirst: Infer = (context, op) => [
  { shape: context.shape(0), dtype: op.output ?? context.dtype(0) ?? 'unknown' },
];

const stated: Infer = (context, op) => [
  { shape: attributeNumbers(context.node, 'shape'), dtype: op.output ?? 'float32' },
];

const multinomial: Infer = (context, op) => {
  const samples = attributeNumber(context.node, 'sample_size') ?? 1;
  return [{ shape: [context.shape(0)?.[0] ?? null, samples], dtype: op.output ?? 'int32' }];
};

const dynamicQuantize: Infer = (context) => [
  { shape: context.shape(0), dtype: 'uint8' },
  { shape: [], dtype: 'float32' },
  { shape: [], dtype: 'uint8' },
];

const isThere: Infer = () => [{ shape: [], dtype: 'bool' }];

/** Operators that make values out of shapes and attributes, or change the type only. */
export const makers: OpaqueRules = {
  Size: { infer: size },
  Shape: { infer: partOfShape },
  ...forAll(['EyeLike', 'Bernoulli', 'RandomNormalLike', 'RandomUniformLike', 'BitCast'], { infer: typedLikeFirst }),
  ...forAll(['RandomNormal', 'RandomUniform'], { infer: stated }),
  Multinomial: { infer: multinomial },
  DynamicQuantizeLinear: { infer: dynamicQuantize },
  CastLike: { infer: (context) => [{ shape: context.shape(0), dtype: context.dtype(1) ?? 'unknown' }] },
  SequenceLength: { infer: () => [{ shape: [], dtype: 'int64' }] },
  OptionalHasElement: { infer: isThere },
  OptionalGetElement: { infer: (context) => [{ shape: context.shape(0), dtype: context.dtype(0) ?? 'unknown' }] },
};
