import type { Model } from '../../ir/model';

/** Name of the metadata in which a model brings a memory plan (tflite-micro docs/memory_management.md). */
export const OFFLINE_PLAN = 'OfflineMemoryAllocation';

/** Left to the planner of the runtime. */
export const PLANNED_ONLINE = -1;

const plans = new WeakMap<Model, Int32Array | null>();

/**
 * The offset the model's own plan gives each tensor, graph by graph: -1 leaves it to the runtime. Null when it brings no
 * plan, or one for another number of tensors, which TFLM refuses.
 * Source: AllocationInfoBuilder::GetOfflinePlannedOffsets in tensorflow/tflite-micro micro_allocation_info.cc: int32
 * version, subgraph, count, then the offsets.
 */
export function offlineOffsets(model: Model): Int32Array | null {
  const known = plans.get(model);
  if (known !== undefined) return known;
  const offsets = readOffsets(model);
  plans.set(model, offsets);
  return offsets;
}

/** True when the model brings a memory plan, be it for the tensors it has or not. */
export function hasOfflinePlan(model: Model): boolean {
  return model.metadata.some((entry) => entry.name === OFFLINE_PLAN);
}

function readOffsets(model: Model): Int32Array | null {
  const bytes = model.metadata.findLast((entry) => entry.name === OFFLINE_PLAN)?.read?.();
  if (!bytes || bytes.length < 12) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getInt32(8, true);
  const tensors = model.graphs.reduce((sum, graph) => sum + graph.tensors.length, 0);
  if (count !== tensors || bytes.length < 12 + 4 * count) return null;
  return Int32Array.from({ length: count }, (_, index) => view.getInt32(12 + 4 * index, true));
}
