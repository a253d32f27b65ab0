import type { Dim } from '../../shape';
import type { InferenceContext, NodeShapes, Role } from '../definition';
import { product } from '../dims';
import { attributeNumber } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';

/** Sizes of scaled dot-product attention (ONNX Attention, opsets 23 to 25). */
interface Heads {
  readonly batch: Dim;
  readonly heads: Dim;
  readonly length: Dim;
  readonly size: Dim;
}

type Ask = Pick<InferenceContext, 'node' | 'shape'>;

function ratio(dim: Dim | undefined, by: number | null): Dim {
  return typeof dim === 'number' && by !== null && by > 0 && dim % by === 0 ? dim / by : null;
}

/** Operands are [batch, heads, length, size], or [batch, length, heads · size]. */
function headsOf({ node, shape }: Ask, input: number, count: string): Heads | null {
  const x = shape(input);
  if (x?.length === 4) return { batch: x[0]!, heads: x[1]!, length: x[2]!, size: x[3]! };
  if (x?.length !== 3) return null;
  const heads = attributeNumber(node, count);
  return { batch: x[0]!, heads, length: x[1]!, size: ratio(x[2], heads) };
}

function plus(a: Dim, b: Dim): Dim {
  return typeof a === 'number' && typeof b === 'number' ? a + b : null;
}

function times(...dims: readonly Dim[]): Dim {
  return product(dims);
}

function attentionSizes(ask: Ask) {
  const query = headsOf(ask, 0, 'q_num_heads');
  const key = headsOf(ask, 1, 'kv_num_heads');
  const value = headsOf(ask, 2, 'kv_num_heads');
  if (!query || !key || !value) return null;
  const hasPast = typeof ask.node.inputs[4] === 'number';
  const total = hasPast ? plus(ask.shape(4)?.[2] ?? null, key.length) : key.length;
  return { query, key, value, total };
}

const attention: Infer = (context) => {
  const asked = attentionSizes({ node: context.node, shape: (input) => context.shape(input) });
  if (!asked) return [];
  const { query, key, value, total } = asked;
  const { batch, heads, length } = query;
  const isPacked = context.shape(0)?.length === 3;
  return [
    { shape: isPacked ? [batch, length, times(heads, value.size)] : [batch, heads, length, value.size] },
    { shape: [batch, key.heads, total, key.size], dtype: context.dtype(1) ?? 'unknown' },
    { shape: [batch, key.heads, total, value.size], dtype: context.dtype(2) ?? 'unknown' },
    { shape: [batch, heads, length, total] },
  ];
};

/** Scores, then their weighted sum: batch · heads · queries · keys · (key size + value size); masks save nothing. */
function attentionMacs({ node, inputs }: NodeShapes): number | null {
  const asked = attentionSizes({ node, shape: (input) => inputs[input] ?? null });
  if (!asked) return null;
  const { query, key, value, total } = asked;
  return product([query.batch, query.heads, query.length, total, plus(key.size, value.size)]);
}

interface LinearHeads {
  readonly batch: Dim;
  readonly steps: Dim;
  readonly queries: number | null;
  readonly keys: number | null;
  readonly keySize: Dim;
  readonly valueSize: Dim;
}

function linearHeads({ node, shape }: Ask): LinearHeads | null {
  const [query, key, value] = [shape(0), shape(1), shape(2)];
  if (query?.length !== 3 || key?.length !== 3 || value?.length !== 3) return null;
  const queries = attributeNumber(node, 'q_num_heads');
  const keys = attributeNumber(node, 'kv_num_heads');
  return {
    batch: query[0]!,
    steps: query[1]!,
    queries,
    keys,
    keySize: ratio(key[2], keys),
    valueSize: ratio(value[2], keys),
  };
}

const linearAttention: Infer = (context) => {
  const sizes = linearHeads({ node: context.node, shape: (input) => context.shape(input) });
  if (!sizes) return [];
  const { batch, steps, queries, keys, keySize, valueSize } = sizes;
  return [
    { shape: [batch, steps, times(queries, valueSize)] },
    { shape: [batch, keys, keySize, valueSize], dtype: context.dtype(3) ?? 'unknown' },
  ];
};

/** A step adds key ⊗ value to each state (the delta rules read it first) and multiplies each query by its state. */
function linearAttentionMacs({ node, inputs }: NodeShapes): number | null {
  const sizes = linearHeads({ node, shape: (input) => inputs[input] ?? null });
  if (!sizes) return null;
  const { queries, keys } = sizes;
  if (queries === null || keys === null) return null;
  const rule = node.source.attributes.update_rule;
  const readsState = rule === undefined || rule === 'delta' || rule === 'gated_delta';
  const matrices = queries + keys * (readsState ? 2 : 1);
  return product([sizes.batch, sizes.steps, matrices, sizes.keySize, sizes.valueSize]);
}

/** The state is what the kernel looks back on: its size less one, along the last axis. */
const causalConv: Infer = (context) => {
  const x = context.shape(0);
  const kernel = context.shape(1)?.[2];
  const state = typeof kernel === 'number' ? kernel - 1 : null;
  return [{ shape: x }, { shape: x?.length === 3 ? [x[0]!, x[1]!, state] : null }];
};

function causalConvMacs({ inputs }: NodeShapes): number | null {
  const [x, weights] = inputs;
  return x?.length === 3 && weights?.length === 3 ? product([...x, weights[2]!]) : null;
}

const attentionRoles: readonly Role[] = ['input', 'input', 'input', 'value', 'state', 'state', 'sizes'];

export const attentions: OpaqueRules = {
  Attention: { infer: attention, macs: attentionMacs, roles: attentionRoles },
  LinearAttention: {
    infer: linearAttention,
    macs: linearAttentionMacs,
    roles: ['input', 'input', 'input', 'state', 'input'],
  },
  CausalConvWithState: { infer: causalConv, macs: causalConvMacs, roles: ['input', 'weights', 'bias', 'state'] },
  RotaryEmbedding: {
    infer: (context) => [{ shape: context.shape(0) }],
    roles: ['input', { activation: 'input', constant: 'table' }, { activation: 'input', constant: 'table' }, 'indices'],
  },
  TensorScatter: { infer: (context) => [{ shape: context.shape(0) }], roles: ['state', 'updates', 'indices'] },
};
