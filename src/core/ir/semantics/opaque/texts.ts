import { broadcast } from '../dims';
import { attributeNumbers } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { inputShapes } from './rule';

/** Words that are stop words fall out: [n], or [1, n]. */
const normalizer: Infer = (context) => {
  const x = context.shape(0);
  return [{ shape: x?.length === 2 ? [1, null] : [null], dtype: 'string' }];
};

const split: Infer = (context) => {
  const x = context.shape(0);
  return [
    { shape: x && [...x, null], dtype: 'string' },
    { shape: x, dtype: 'int64' },
  ];
};

/** One column a number that an n-gram counts into. */
const tfIdf: Infer = (context) => {
  const x = context.shape(0);
  const indexes = attributeNumbers(context.node, 'ngram_indexes');
  if (!x || !indexes || indexes.length === 0) return [{ shape: null, dtype: 'float32' }];
  const columns = indexes.reduce((most, index) => Math.max(most, index)) + 1;
  return [{ shape: [...x.slice(0, -1), columns], dtype: 'float32' }];
};

/** Operators on strings. */
export const texts: OpaqueRules = {
  StringNormalizer: { infer: normalizer },
  StringSplit: { infer: split },
  StringConcat: { infer: (context) => [{ shape: broadcast(inputShapes(context)), dtype: 'string' }] },
  RegexFullMatch: { infer: (context) => [{ shape: context.shape(0), dtype: 'bool' }] },
  TfIdfVectorizer: { infer: tfIdf },
};
