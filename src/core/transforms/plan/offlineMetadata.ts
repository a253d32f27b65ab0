import type { Model, ModelMetadata } from '../../ir/model';
import { OFFLINE_PLAN, PLANNED_ONLINE } from '../../memory/tflm/offlinePlan';

const VERSION = 1;
const SUBGRAPH = 0;

/**
 * The model with a memory plan of its own, one offset a tensor, graph by graph, -1 where the runtime decides; with none
 * when every offset is -1. Format: docs/memory_management.md of tensorflow/tflite-micro, int32 each: version, subgraph,
 * count, offsets.
 */
export function withOfflinePlan(model: Model, offsets: Int32Array): Model {
  const bare = withoutOfflinePlan(model);
  if (offsets.every((offset) => offset === PLANNED_ONLINE)) return bare;
  return { ...bare, metadata: [...bare.metadata, planMetadata(offsets)] };
}

/** The model without a memory plan: what changes tensors, their number or their order makes one wrong. */
export function withoutOfflinePlan(model: Model): Model {
  return { ...model, metadata: model.metadata.filter(({ name }) => name !== OFFLINE_PLAN) };
}

function planMetadata(offsets: Int32Array): ModelMetadata {
  const bytes = new Uint8Array(4 * (3 + offsets.length));
  const view = new DataView(bytes.buffer);
  [VERSION, SUBGRAPH, offsets.length, ...offsets].forEach((value, index) => view.setInt32(4 * index, value, true));
  return { name: OFFLINE_PLAN, byteLength: bytes.length, text: null, read: () => bytes };
}
