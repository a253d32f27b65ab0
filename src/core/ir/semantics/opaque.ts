import type { Opaque } from '../ops/control';
import { isStatic, type Shape } from '../shape';
import type { InferenceContext, NodeShapes, OutputFacts } from './definition';
import { broadcast, normalizeAxis, product, withDim } from './dims';
import { attributeNumber } from './sourceAttributes';

type Infer = (context: InferenceContext) => readonly OutputFacts[];

function inputShapes(context: InferenceContext): readonly (Shape | null)[] {
  return Array.from({ length: context.inputCount }, (_, input) => context.shape(input));
}

const sameAsFirst: Infer = (context) => [{ shape: context.shape(0) }];
const sameAsSecond: Infer = (context) => [{ shape: context.shape(1) }];
const broadcasting: Infer = (context) => [{ shape: broadcast(inputShapes(context)) }];

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

const topK: Infer = (context) => {
  const x = context.shape(0);
  const tflite = context.node.source.op === 'TOPK_V2';
  const axis = x && normalizeAxis(attributeNumber(context.node, 'axis') ?? -1, x.length);
  if (!x || axis === null) return [];
  const count = context.value(1)?.[0] ?? attributeNumber(context.node, 'k');
  const shape = withDim(x, axis, count);
  return [{ shape }, { shape, dtype: tflite ? 'int32' : 'int64' }];
};

const oneHot: Infer = (context) => {
  const indices = context.shape(0);
  const axis = indices && normalizeAxis(attributeNumber(context.node, 'axis') ?? -1, indices.length + 1);
  if (!indices || axis === null) return [];
  const depth = context.value(1)?.[0] ?? null;
  return [{ shape: indices.toSpliced(axis, 0, depth), dtype: context.dtype(2) ?? 'unknown' }];
};

/** ArgMax and ArgMin with `select_last_index`. */
const argReduce: Infer = (context) => {
  const x = context.shape(0);
  const axis = x && normalizeAxis(attributeNumber(context.node, 'axis') ?? 0, x.length);
  if (!x || axis === null) return [{ shape: null, dtype: 'int64' }];
  const keep = attributeNumber(context.node, 'keepdims') !== 0;
  return [{ shape: keep ? withDim(x, axis, 1) : x.toSpliced(axis, 1), dtype: 'int64' }];
};

const dropout: Infer = (context) => [{ shape: context.shape(0) }, { shape: context.shape(0), dtype: 'bool' }];

const dynamicQuantize: Infer = (context) => [
  { shape: context.shape(0), dtype: 'uint8' },
  { shape: [], dtype: 'float32' },
  { shape: [], dtype: 'uint8' },
];

const castLike: Infer = (context) => [{ shape: context.shape(0), dtype: context.dtype(1) ?? 'unknown' }];

function table(infer: Infer, names: readonly string[]): readonly (readonly [string, Infer])[] {
  return names.map((name) => [name, infer] as const);
}

/**
 * Operators outside our vocabulary of which we know this much: the shapes of their results, and that they multiply
 * nothing into sums. Names as in their files; of the standard operator sets only.
 */
const wellKnown: ReadonlyMap<string, Infer> = new Map([
  ...table(sameAsFirst, [
    ...['Hardmax', 'Trilu', 'ThresholdedRelu', 'Shrink', 'LpNormalization', 'MeanVarianceNormalization', 'Swish'],
    ...['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cosh', 'Sinh', 'BitwiseNot', 'ReverseSequence', 'Scatter'],
    ...['ScatterElements', 'ScatterND', 'EyeLike', 'Bernoulli', 'RandomNormalLike', 'RandomUniformLike'],
    ...['BatchNormalization', 'REVERSE_SEQUENCE', 'HASHTABLE_FIND', 'DENSIFY', 'RotaryEmbedding'],
  ]),
  ...table(sameAsSecond, ['GatherElements']),
  ...table(broadcasting, ['Mean', 'Mod', 'BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'StringConcat']),
  ...table(size, ['Size']),
  ...table(partOfShape, ['Shape']),
  ...table(topK, ['TopK', 'TOPK_V2']),
  ...table(oneHot, ['OneHot', 'ONE_HOT']),
  ...table(argReduce, ['ArgMax', 'ArgMin']),
  ...table(dropout, ['Dropout']),
  ...table(dynamicQuantize, ['DynamicQuantizeLinear']),
  ...table(castLike, ['CastLike']),
  ...table(
    () => [],
    [
      ...['NonMaxSuppression', 'NON_MAX_SUPPRESSION_V4', 'NON_MAX_SUPPRESSION_V5', 'TFLite_Detection_PostProcess'],
      ...['Unique', 'UNIQUE', 'Compress', 'NonZero', 'GatherND', 'CenterCropPad', 'RandomNormal', 'RandomUniform'],
      ...['Multinomial', 'MULTINOMIAL', 'RANDOM_UNIFORM', 'RANDOM_STANDARD_NORMAL', 'MATRIX_DIAG', 'MATRIX_SET_DIAG'],
      ...['SequenceAt', 'SequenceConstruct', 'SequenceEmpty', 'SequenceErase', 'SequenceInsert', 'SequenceLength'],
      ...['SplitToSequence', 'ConcatFromSequence', 'Optional', 'OptionalGetElement', 'OptionalHasElement'],
      ...[
        'StringNormalizer',
        'StringSplit',
        'RegexFullMatch',
        'TfIdfVectorizer',
        'HASHTABLE',
        'HASHTABLE_IMPORT',
        'HASHTABLE_SIZE',
      ],
      ...['EMBEDDING_LOOKUP', 'SPARSE_TO_DENSE', 'NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'],
    ],
  ),
]);

function ruleOf(node: NodeShapes['node']): Infer | undefined {
  const { domain, op } = node.source;
  return domain === '' || domain === 'custom' ? wellKnown.get(op) : undefined;
}

export function inferOpaque(_op: Opaque, context: InferenceContext): readonly OutputFacts[] {
  return ruleOf(context.node)?.(context) ?? [];
}

/** 0 where the operator is known to sum no products, null otherwise; what runs other graphs is not known here. */
export function opaqueMacs(op: Opaque, shapes: NodeShapes): number | null {
  return op.bodies.length === 0 && ruleOf(shapes.node) ? 0 : null;
}
