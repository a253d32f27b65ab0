import type { DType } from '../../dtype';
import { attributeNumber } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { forAll, sameAsFirst } from './rule';

const LABELS: readonly (readonly [string, DType])[] = [
  ['values_strings', 'string'],
  ['values_int64s', 'int64'],
  ['values_floats', 'float32'],
  ['classes_strings', 'string'],
];

const labelEncoder: Infer = (context) => {
  const { attributes } = context.node.source;
  const named = LABELS.find(([name]) => name in attributes)?.[1];
  const table = attributes.values_tensor;
  const typed = typeof table === 'object' && table !== null && 'tensor' in table ? table.tensor.dtype : undefined;
  return [{ shape: context.shape(0), dtype: named ?? typed ?? 'unknown' }];
};

/** Columns of the last dimension; a list is taken for one row. */
const pickFeatures: Infer = (context) => {
  const x = context.shape(0);
  const count = context.shape(1)?.at(-1) ?? null;
  return [{ shape: x && (x.length === 1 ? [1, count] : [...x.slice(0, -1), count]) }];
};

const treeEnsemble: Infer = (context) => [
  { shape: [context.shape(0)?.[0] ?? null, attributeNumber(context.node, 'n_targets') ?? 1] },
];

/** Some of the domain ai.onnx.ml. */
export const classical: OpaqueRules = {
  ...forAll(['Binarizer', 'Imputer'], sameAsFirst),
  ...forAll(['Scaler', 'Normalizer'], { infer: (context) => [{ shape: context.shape(0), dtype: 'float32' }] }),
  LabelEncoder: { infer: labelEncoder },
  ArrayFeatureExtractor: { infer: pickFeatures, roles: ['input', 'indices'] },
  TreeEnsemble: { infer: treeEnsemble },
};
