import type { Node } from '../graph';
import type { Opaque } from '../ops/control';
import type { InferenceContext, NodeShapes, OutputFacts, Role } from './definition';
import { broadcast } from './dims';
import { attentions } from './opaque/attention';
import { classical } from './opaque/classical';
import { einsum } from './opaque/einsum';
import { images } from './opaque/images';
import { makers } from './opaque/making';
import type { Infer, OpaqueRule, OpaqueRules } from './opaque/rule';
import { forAll, inputShapes, sameAsFirst } from './opaque/rule';
import { selecting } from './opaque/selecting';
import { signals } from './opaque/signals';
import { texts } from './opaque/texts';
import { previewTraining, training } from './opaque/training';
import { windows } from './opaque/windows';
import { inferOnnxRecurrent, onnxRecurrentRoles, recurrentMacs } from './recurrent';

const broadcasting: Infer = (context) => [{ shape: broadcast(inputShapes(context)) }];

/** Nothing is known of the results but that running them multiplies nothing into sums. */
const unknownResults: OpaqueRule = { infer: () => [] };

/** Operators of ai.onnx and of TFLite in forms that our vocabulary has no word for. */
const standard: OpaqueRules = {
  ...forAll(
    [
      ...['Hardmax', 'Trilu', 'ThresholdedRelu', 'Shrink', 'LpNormalization', 'MeanVarianceNormalization', 'Swish'],
      ...['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cosh', 'Sinh', 'BitwiseNot', 'CumProd', 'SwiGLU'],
      ...['REVERSE_SEQUENCE', 'HASHTABLE_FIND', 'DENSIFY'],
      // Before opset 7 the second operand of arithmetic is laid along an axis of the first.
      ...['Add', 'Sub', 'Mul', 'Div', 'Pow'],
      // Reductions over no axes at all.
      ...['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceLogSum'],
      ...['ReduceLogSumExp', 'ReduceSumSquare'],
    ],
    sameAsFirst,
  ),
  ...forAll(['ReverseSequence'], { ...sameAsFirst, roles: ['input', 'sizes'] }),
  ...forAll(['Scatter', 'ScatterElements', 'ScatterND'], { ...sameAsFirst, roles: ['input', 'indices', 'updates'] }),
  ...forAll(['IsInf', 'And', 'Or', 'Xor', 'Equal', 'Less', 'Greater'], {
    infer: (context) => [{ shape: context.shape(0), dtype: 'bool' }],
  }),
  ...forAll(['Mean', 'Mod', 'BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor'], { infer: broadcasting }),
  Det: { infer: (context) => [{ shape: context.shape(0)?.slice(0, -2) ?? null }] },
  ...forAll(['LSTM', 'GRU', 'RNN'], { infer: inferOnnxRecurrent, macs: recurrentMacs, roles: onnxRecurrentRoles }),
  ...selecting,
  ...makers,
  ...windows,
  ...images,
  ...attentions,
  ...einsum,
  ...signals,
  ...texts,
  ...training,
  ...forAll(
    [
      ...['NON_MAX_SUPPRESSION_V4', 'NON_MAX_SUPPRESSION_V5', 'TFLite_Detection_PostProcess', 'UNIQUE'],
      ...['MULTINOMIAL', 'RANDOM_UNIFORM', 'RANDOM_STANDARD_NORMAL', 'MATRIX_DIAG', 'MATRIX_SET_DIAG'],
      ...[
        'SequenceAt',
        'SequenceConstruct',
        'SequenceEmpty',
        'SequenceErase',
        'SequenceInsert',
        'SplitToSequence',
        'SequenceMap',
      ],
      ...['ConcatFromSequence', 'Optional', 'HASHTABLE', 'HASHTABLE_IMPORT', 'HASHTABLE_SIZE'],
      ...['EMBEDDING_LOOKUP', 'SPARSE_TO_DENSE'],
      // Forms with attributes that no version of the standard knows.
      ...['Cast', 'Pad', 'Resize', 'Upsample'],
    ],
    unknownResults,
  ),
};

/** Names as in their files; the standard operator sets have the empty domain, TFLite's custom operators `custom`. */
const rulesOfDomain: ReadonlyMap<string, ReadonlyMap<string, OpaqueRule>> = new Map(
  Object.entries({
    '': standard,
    'ai.onnx': standard,
    custom: standard,
    'ai.onnx.ml': classical,
    'ai.onnx.preview.training': previewTraining,
  }).map(([domain, rules]) => [domain, new Map(Object.entries(rules))]),
);

function ruleOf({ source }: Node): OpaqueRule | undefined {
  return rulesOfDomain.get(source.domain)?.get(source.op);
}

const someWeights: readonly Role[] = [{ activation: 'input', constant: 'weights' }];

export function inferOpaque(op: Opaque, context: InferenceContext): readonly OutputFacts[] {
  return ruleOf(context.node)?.infer(context, op) ?? [];
}

/** Null where the operator is not known, or a shape that is needed; what runs other graphs is not known here. */
export function opaqueMacs(op: Opaque, shapes: NodeShapes): number | null {
  const rule = op.bodies.length === 0 ? ruleOf(shapes.node) : undefined;
  if (!rule) return null;
  return rule.macs ? rule.macs(shapes) : 0;
}

export function opaqueRoles(_op: Opaque, node: Node): readonly Role[] {
  return ruleOf(node)?.roles ?? someWeights;
}

/** Whether an operator outside the vocabulary is known all the same: its results, its MACs. */
export function isKnownOperator(node: Node): boolean {
  return ruleOf(node) !== undefined;
}
