import type { BlockRearrange, Gather } from '../ops/rearrange';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OutputFacts, Role } from './definition';
import { normalizeAxis, spatialAxes } from './dims';
import { attributeNumber } from './sourceAttributes';

function gatheredValues(context: InferenceContext): KnownValues | null {
  const data = context.value(0);
  const indices = data && context.value(1);
  if (!indices) return null;
  const picked: number[] = [];
  for (const index of indices) {
    const value = data[index < 0 ? index + data.length : index];
    if (value === undefined) return null;
    picked.push(value);
  }
  return picked;
}

function inferGather(op: Gather, context: InferenceContext): readonly OutputFacts[] {
  const data = context.shape(0);
  const indices = context.shape(1);
  const axis = data && normalizeAxis(op.axis, data.length);
  if (!data || !indices || axis === null) return [];
  const shape = [...data.slice(0, axis), ...indices.slice(op.batchDims), ...data.slice(axis + 1)];
  return [{ shape, value: data.length === 1 ? gatheredValues(context) : null }];
}

function inferGatherNd(context: InferenceContext): readonly OutputFacts[] {
  const data = context.shape(0);
  const indices = context.shape(1);
  const depth = indices?.[indices.length - 1];
  if (!data || !indices || typeof depth !== 'number') return [];
  const batchDims = attributeNumber(context.node, 'batch_dims') ?? 0;
  return [{ shape: [...indices.slice(0, -1), ...data.slice(batchDims + depth)] }];
}

/** ONNX: data, indices, updates. TFLite SCATTER_ND: indices, updates, shape. */
function inferScatterNd(context: InferenceContext): readonly OutputFacts[] {
  if (context.node.source.op !== 'SCATTER_ND') return [{ shape: context.shape(0) }];
  return [{ shape: context.value(2), dtype: context.dtype(1) ?? 'unknown' }];
}

function inferBlocks(op: BlockRearrange, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (x?.length !== 4) return [];
  const { channels } = spatialAxes(4, op.layout);
  const block = op.blockSize;
  const shrink = (dim: Shape[number], by: number): number | null =>
    typeof dim === 'number' && by > 0 ? Math.floor(dim / by) : null;
  const grow = (dim: Shape[number], by: number): number | null => (typeof dim === 'number' ? dim * by : null);
  const spatial = op.kind === 'SpaceToDepth' ? shrink : grow;
  const depth = op.kind === 'SpaceToDepth' ? grow : shrink;
  const shape = x.map((dim, axis) => {
    if (axis === 0) return dim;
    return axis === channels ? depth(dim, block * block) : spatial(dim, block);
  });
  return [{ shape }];
}

const table: Role = { activation: 'input', constant: 'table' };

const blocks = {
  infer: inferBlocks,
  detail: (op: BlockRearrange): string => `block ${op.blockSize}`,
};

export const gathering: Definitions<
  'Gather' | 'GatherNd' | 'ScatterNd' | 'SpaceToDepth' | 'DepthToSpace' | 'Reverse' | 'BatchToSpace' | 'SpaceToBatch'
> = {
  Gather: { infer: inferGather, roles: () => [table, 'indices'], detail: (op) => `axis ${op.axis}` },
  GatherNd: { infer: (_op, context) => inferGatherNd(context), roles: () => [table, 'indices'] },
  ScatterNd: { infer: (_op, context) => inferScatterNd(context), roles: () => ['input', 'indices', 'updates'] },
  SpaceToDepth: blocks,
  DepthToSpace: blocks,
  Reverse: { infer: (_op, context) => [{ shape: context.shape(0) }], roles: () => ['input', 'axes'] },
  // TFLite states these shapes; ONNX has no such operators.
  BatchToSpace: { infer: () => [], roles: () => ['input', 'sizes', 'pads'] },
  SpaceToBatch: { infer: () => [], roles: () => ['input', 'sizes', 'pads'] },
};
