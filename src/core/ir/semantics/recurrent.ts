import type { Node } from '../graph';
import type { Recurrent, Svdf } from '../ops/recurrent';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, NodeShapes, OpDefinition, OutputFacts, Role } from './definition';
import { product } from './dims';
import { attributeNumber, attributeText } from './sourceAttributes';

/** Both formats have an LSTM and an RNN; only ONNX states `hidden_size`. */
function isOnnx(node: Node): boolean {
  return 'hidden_size' in node.source.attributes;
}

/** ONNX LSTM, GRU, RNN: every step's output, then the last states. */
function inferOnnx(op: Recurrent, x: Shape): readonly OutputFacts[] {
  const [first = null, second = null] = x;
  const directions = op.direction === 'bidirectional' ? 2 : 1;
  if (op.timeMajor) {
    const last = [directions, second, op.hiddenSize];
    return [{ shape: [first, directions, second, op.hiddenSize] }, { shape: last }, { shape: last }];
  }
  const last = [first, directions, op.hiddenSize];
  return [{ shape: [first, second, directions, op.hiddenSize] }, { shape: last }, { shape: last }];
}

/** Gates of functions that the vocabulary has no word for: the shapes and MACs are those of any other. */
export function inferOnnxRecurrent(context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const stated = attributeNumber(context.node, 'hidden_size') ?? context.shape(2)?.at(-1);
  if (x?.length !== 3 || typeof stated !== 'number') return [];
  const isBoth = attributeText(context.node, 'direction') === 'bidirectional';
  return inferOnnx(
    {
      kind: 'Rnn',
      hiddenSize: stated,
      direction: isBoth ? 'bidirectional' : 'forward',
      timeMajor: attributeNumber(context.node, 'layout') !== 1,
      activation: 'none',
    },
    x,
  );
}

function inferRecurrent(op: Recurrent, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x || x.length < 2) return [];
  if (isOnnx(context.node)) return x.length === 3 ? inferOnnx(op, x) : [];
  return [{ shape: [...x.slice(0, -1), op.hiddenSize] }];
}

/**
 * Each step and sample multiplies the input by the input weights of every gate and the state by the recurrent ones (and
 * the projection): time × batch × elements of all weight matrices. Gate arithmetic and peepholes are elementwise: 0.
 * For ONNX with g gates (LSTM 4, GRU 3, RNN 1): time × batch × directions × g × hidden × (inputs + hidden).
 */
export function recurrentMacs(shapes: NodeShapes): number | null {
  const x = shapes.inputs[0];
  if (!x) return null;
  const steps = product(x.slice(0, -1));
  const roles = recurrentRoles(shapes.node);
  const onnx = isOnnx(shapes.node);
  let elements = 0;
  for (const [input, tensor] of shapes.node.inputs.entries()) {
    if (tensor === null || roles[input] !== 'weights') continue;
    const shape = shapes.inputs[input];
    const count = shape ? product(shape) : null;
    if (!shape || count === null) return null;
    if (onnx || shape.length === 2) elements += count;
  }
  return steps === null ? null : steps * elements;
}

function repeat(role: Role, count: number): readonly Role[] {
  return Array.from({ length: count }, () => role);
}

/** One direction of TFLite's LSTM: 4 input, 4 recurrent and 3 peephole weights, 4 biases, the projection and its bias. */
const lstmDirection: readonly Role[] = [...repeat('weights', 11), ...repeat('bias', 4), 'weights', 'bias'];

/** Operand order of TFLite's kernels (tensorflow/lite/kernels/lstm_shared.h, bidirectional_sequence_*.cc). */
const tfliteRoles: Readonly<Record<string, readonly Role[]>> = {
  LSTM: ['input', ...lstmDirection, 'state', 'state', ...repeat('scale', 4)],
  UNIDIRECTIONAL_SEQUENCE_LSTM: ['input', ...lstmDirection, 'state', 'state', ...repeat('scale', 4)],
  BIDIRECTIONAL_SEQUENCE_LSTM: [
    'input',
    ...lstmDirection,
    ...lstmDirection,
    ...repeat('state', 4),
    'input',
    ...repeat('weights', 8),
  ],
  RNN: ['input', 'weights', 'weights', 'bias', 'state'],
  UNIDIRECTIONAL_SEQUENCE_RNN: ['input', 'weights', 'weights', 'bias', 'state'],
  BIDIRECTIONAL_SEQUENCE_RNN: [
    ...(['input', 'weights', 'weights', 'bias', 'state'] as const),
    ...(['weights', 'weights', 'bias', 'state'] as const),
    ...(['input', 'weights', 'weights'] as const),
  ],
};

/** The old "basic" LSTM kernel takes five operands, all gates in one matrix. */
const basicLstmRoles: readonly Role[] = ['input', 'state', 'weights', 'bias', 'state'];

/** X, W, R, B, sequence lengths, initial states, peepholes. */
export const onnxRecurrentRoles: readonly Role[] = [
  'input',
  'weights',
  'weights',
  'bias',
  'sizes',
  'state',
  'state',
  'scale',
];

function recurrentRoles(node: Node): readonly Role[] {
  if (isOnnx(node)) return onnxRecurrentRoles;
  if (node.source.op === 'LSTM' && node.inputs.length === 5) return basicLstmRoles;
  return tfliteRoles[node.source.op] ?? onnxRecurrentRoles;
}

function inferSvdf(op: Svdf, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const filters = context.shape(1)?.[0];
  const units = typeof filters === 'number' && op.rank > 0 ? filters / op.rank : null;
  return x ? [{ shape: [x[0] ?? null, units] }] : [];
}

/** batch × (feature weights + time weights): each filter meets the input once and its memory once. */
function svdfMacs(_op: Svdf, shapes: NodeShapes): number | null {
  const [x, feature, time] = shapes.inputs;
  if (!x || !feature || !time) return null;
  const batch = x[0];
  const features = product(feature);
  const times = product(time);
  return typeof batch !== 'number' || features === null || times === null ? null : batch * (features + times);
}

const recurrentDefinition: OpDefinition<Recurrent> = {
  infer: inferRecurrent,
  macs: (_op, shapes) => recurrentMacs(shapes),
  roles: (_op, node) => recurrentRoles(node),
  detail: (op) => `${op.hiddenSize} units${op.direction === 'forward' ? '' : ` ${op.direction}`}`,
};

export const recurrent: Definitions<'Lstm' | 'Gru' | 'Rnn' | 'Svdf'> = {
  Lstm: recurrentDefinition,
  Gru: recurrentDefinition,
  Rnn: recurrentDefinition,
  Svdf: {
    infer: inferSvdf,
    macs: svdfMacs,
    roles: () => ['input', 'weights', 'weights', 'bias', 'state'],
    detail: (op) => `rank ${op.rank}`,
  },
};
