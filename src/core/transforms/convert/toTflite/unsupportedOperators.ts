import type { Node } from '../../../ir/graph';
import { Refusal } from '../refusal';

type Reason = readonly [reason: string, fix: string | null];

const RUN_TIME_SIZE =
  'how long its result is depends on values at run time, and tensors on microcontrollers have one length';
const TRAINING: Reason = ['it is a loss, which only training computes', 'export the model without it'];
const SEQUENCE: Reason = [
  'it works on sequences or optional values, and TFLite has tensors only',
  'export the model with tensors in their place',
];
const RANDOM: Reason = ['its result is random', 'feed random values as an input'];
const LOOP: Reason = [
  'control flow is not converted yet',
  'export the model with the loop unrolled or the branch chosen',
];
const BITS: Reason = [
  'of bitwise operators TFLite has BITWISE_XOR and RIGHT_SHIFT only, and no microcontroller kernel of them',
  null,
];
const SPECTRUM: Reason = [
  'TFLite has RFFT2D alone, without a kernel on microcontrollers',
  'compute the spectrum before the model',
];
const RUN_TIME: Reason = [RUN_TIME_SIZE, 'leave it outside the model, after its outputs'];
const NO_WORDS: Reason = [
  'it is made of too many operators of TFLite to be told one by one',
  'export with an older opset, where it is decomposed',
];
const SAMPLING: Reason = [
  'it samples at places computed at run time, for which TFLite has no kernel',
  'do it before the model',
];

/** Standard operators that are refused whatever their form, and what is the case with each. */
const REASONS: Readonly<Record<string, Reason>> = {
  Attention: NO_WORDS,
  RotaryEmbedding: NO_WORDS,
  NegativeLogLikelihoodLoss: TRAINING,
  SoftmaxCrossEntropyLoss: TRAINING,
  SequenceConstruct: SEQUENCE,
  SequenceEmpty: SEQUENCE,
  SequenceAt: SEQUENCE,
  SequenceInsert: SEQUENCE,
  SequenceErase: SEQUENCE,
  SequenceLength: SEQUENCE,
  SequenceMap: SEQUENCE,
  ConcatFromSequence: SEQUENCE,
  SplitToSequence: SEQUENCE,
  Optional: SEQUENCE,
  OptionalHasElement: SEQUENCE,
  OptionalGetElement: SEQUENCE,
  Bernoulli: RANDOM,
  RandomUniform: RANDOM,
  RandomUniformLike: RANDOM,
  RandomNormal: RANDOM,
  RandomNormalLike: RANDOM,
  Multinomial: RANDOM,
  If: LOOP,
  Loop: LOOP,
  Scan: LOOP,
  BitwiseAnd: BITS,
  BitwiseOr: BITS,
  BitwiseXor: BITS,
  BitwiseNot: BITS,
  BitShift: BITS,
  DFT: SPECTRUM,
  STFT: SPECTRUM,
  MelWeightMatrix: SPECTRUM,
  Compress: RUN_TIME,
  NonZero: RUN_TIME,
  Unique: RUN_TIME,
  NonMaxSuppression: RUN_TIME,
  GridSample: SAMPLING,
  AffineGrid: SAMPLING,
  RoiAlign: SAMPLING,
  MaxRoiPool: SAMPLING,
  DeformConv: SAMPLING,
  ImageDecoder: ['it decodes a file format', 'feed the decoded image'],
  TfIdfVectorizer: ['it works on text', 'do it before the model'],
  StringNormalizer: ['it works on text', 'do it before the model'],
  MaxUnpool: ['it writes at places that a pool chose at run time', null],
};

/** Says of an operator without a converter what is the case. */
export function unsupportedReason({ source }: Pick<Node, 'source'>): Refusal {
  if (source.domain !== '' && source.domain !== 'ai.onnx') {
    return new Refusal(`the operator is of the domain ${source.domain}, whose meaning is not in the file`);
  }
  const [reason, fix] = REASONS[source.op] ?? ['TFLite has no operator for it, and it is not told in others yet', null];
  return new Refusal(reason, fix);
}
