import type { Control, Opaque, Variable } from '../ops/control';
import type { Definitions, NodeShapes, OpDefinition, Role } from './definition';

/**
 * Operators that are not in our vocabulary and yet certainly multiply nothing into sums: selection, ordering, random
 * numbers, strings, bookkeeping. Any other unknown operator has an unknown count.
 */
const WITHOUT_MACS: ReadonlySet<string> = new Set([
  'TopK',
  'TOPK_V2',
  'OneHot',
  'ONE_HOT',
  'NonMaxSuppression',
  'NON_MAX_SUPPRESSION_V4',
  'NON_MAX_SUPPRESSION_V5',
  'TFLite_Detection_PostProcess',
  'Dropout',
  'Unique',
  'UNIQUE',
  'Compress',
  'ReverseSequence',
  'REVERSE_SEQUENCE',
  'EyeLike',
  'Trilu',
  'Hardmax',
  'GatherElements',
  'ScatterElements',
  'Scatter',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'RANDOM_UNIFORM',
  'RANDOM_STANDARD_NORMAL',
  'Bernoulli',
  'Multinomial',
  'MULTINOMIAL',
  'BitShift',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'BitwiseNot',
  'SequenceAt',
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceLength',
  'SplitToSequence',
  'ConcatFromSequence',
  'Optional',
  'OptionalGetElement',
  'OptionalHasElement',
  'StringNormalizer',
  'StringConcat',
  'StringSplit',
  'RegexFullMatch',
  'TfIdfVectorizer',
  'SELECT_V2',
  'DynamicQuantizeLinear',
  'HASHTABLE',
  'HASHTABLE_FIND',
  'HASHTABLE_IMPORT',
  'HASHTABLE_SIZE',
  'EMBEDDING_LOOKUP',
  'MATRIX_DIAG',
  'MATRIX_SET_DIAG',
  'SPARSE_TO_DENSE',
  'DENSIFY',
]);

/** An unknown operator that runs other graphs is counted by what it runs, which is not known here. */
function opaqueMacs(op: Opaque, shapes: NodeShapes): number | null {
  const { domain, op: name } = shapes.node.source;
  const known = domain === '' || domain === 'custom';
  return known && op.bodies.length === 0 && WITHOUT_MACS.has(name) ? 0 : null;
}

/** Shapes and MACs of control flow come from its bodies: see inferShapes.ts and macs.ts. */
const control: OpDefinition<Control> = { infer: () => [], macs: () => null };

const variable: OpDefinition<Variable> = {
  infer: () => [],
  detail: (op) => op.resource,
};

const requantizeRoles: readonly Role[] = ['input', 'sizes', 'zero point'];

export const controlFlow: Definitions<Control['kind'] | Variable['kind'] | 'Quantize' | 'Dequantize' | 'Opaque'> = {
  If: control,
  While: control,
  Loop: control,
  Scan: control,
  Call: control,
  CallOnce: control,
  VarHandle: variable,
  ReadVariable: variable,
  AssignVariable: { ...variable, roles: () => ['state', 'input'] },
  Quantize: {
    infer: (_op, context) => [{ shape: context.shape(0), dtype: 'unknown' }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Dequantize: {
    infer: (_op, context) => [{ shape: context.shape(0), dtype: 'float32' }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Opaque: { infer: () => [], macs: opaqueMacs, roles: () => [{ activation: 'input', constant: 'weights' }] },
};
