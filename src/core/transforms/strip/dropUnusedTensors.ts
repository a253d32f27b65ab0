import type { Model } from '../../ir/model';
import { PLANNED_ONLINE, hasOfflinePlan, offlineOffsets } from '../../memory/tflm/offlinePlan';
import { compactGraph, moveSignatures, signaturesOf } from '../fold/dropUnused';
import { withOfflinePlan, withoutOfflinePlan } from '../plan/offlineMetadata';

/**
 * The model without tensors that nothing refers to, in all its graphs. A memory plan goes with the tensors it pins; one
 * that was made for another number of tensors, which TFLM refuses, is left out.
 */
export function dropUnusedTensors(model: Model): Model {
  const compact = model.graphs.map((graph, index) => compactGraph(graph, signaturesOf(model, index)));
  const ids = compact.map((each) => each.ids);
  const dropped = { ...model, graphs: compact.map(({ graph }) => graph), signatures: moveSignatures(model, ids) };
  if (!hasOfflinePlan(model)) return dropped;
  const offsets = offlineOffsets(model);
  if (offsets === null) return withoutOfflinePlan(dropped);
  const all = model.graphs.flatMap(({ tensors }, graph) => tensors.map(({ id }) => ids[graph]!.has(id)));
  const kept = offsets.filter((_, index) => all[index]);
  return withOfflinePlan(dropped, kept.length > 0 ? kept : Int32Array.of(PLANNED_ONLINE));
}
