import { arenaStorage } from '../../execute/integer/arenaStorage';
import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import type { Tensor } from '../../ir/tensor';
import type { MemoryPlan, PlacedBuffer } from '../../memory/memoryPlan';
import { choosePins, type RuntimeGain } from '../../memory/search/pins';
import type { KernelSet } from '../../memory/tflm/kernelRequests';
import { PLANNED_ONLINE } from '../../memory/tflm/offlinePlan';
import { tflmMemory, type TflmMemory } from '../../memory/tflm/tflmMemory';
import { sameOutputs, seededOutputs } from '../run/seededOutputs';
import { withOfflinePlan, withoutOfflinePlan } from './offlineMetadata';

export interface PlannedArena {
  readonly model: Model;
  /** In the order of the kernel sets asked for. */
  readonly runtimes: readonly RuntimeGain[];
  /** Tensors that were pinned. */
  readonly pinned: number;
  /** True when the model ran in an arena laid out by the plan and gave the same bytes; false when it cannot be run here. */
  readonly wasRun: boolean;
  /** Why it was not run, as a sentence. */
  readonly notes: readonly string[];
}

/**
 * Writes a memory plan into a TFLite model that makes the arena as small as can be for every kernel set: as few tensors
 * as that takes are pinned. Before it is given back, alignment and overlap are checked, and the integer engine runs the
 * model inside an arena laid out by the plan: TFLM itself checks nothing. Give it a model whose shapes are inferred.
 * Throws ModelError `no-gain` where no plan makes it smaller, and `unsupported-operator`, `dynamic-shape` or
 * `too-large` where the arena of the model is not known.
 */
export function planArena(model: Model, kernelSets: readonly KernelSet[]): PlannedArena {
  const bare = withoutOfflinePlan(model);
  const memories = kernelSets.map((kernels) => memoryOf(bare, kernels));
  const tensors = memories[0]!.plan.buffers.filter(isTensor);
  const scratch = memories.map(({ plan }) => plan.buffers.filter((buffer) => !isTensor(buffer)));
  const pins = choosePins(tensors, scratch);
  if (pins === null) throw new ModelError('no-gain', noGain(memories));
  const offsets = offsetsByTensor(bare, tensors, pins.offsets);
  const planned = withOfflinePlan(bare, offsets);
  const after = kernelSets.map((kernels) => memoryOf(planned, kernels).plan);
  after.forEach(refuseOverlap);
  const notes = runInArena(bare, after[0]!);
  return {
    model: planned,
    runtimes: pins.runtimes,
    pinned: pins.offsets.filter((offset) => offset !== PLANNED_ONLINE).length,
    wasRun: notes.length === 0,
    notes,
  };
}

function isTensor({ tensor }: PlacedBuffer): boolean {
  return tensor !== -1;
}

function memoryOf(model: Model, kernels: KernelSet): TflmMemory {
  const memory = tflmMemory(model, kernels);
  if ('reason' in memory) throw new ModelError('unsupported-operator', memory.reason);
  return memory;
}

function noGain(memories: readonly TflmMemory[]): string {
  const atBound = memories.every(({ plan }) => plan.planned <= plan.lowerBound);
  return atBound
    ? 'TFLM already plans as few bytes as are alive at once: no plan can be smaller.'
    : 'No plan was found that is smaller than the one TFLM makes itself.';
}

/** One offset a tensor of the model, in the order of graphs and tensors. */
function offsetsByTensor(model: Model, buffers: readonly PlacedBuffer[], pins: Int32Array): Int32Array {
  const starts: number[] = [];
  let count = 0;
  for (const graph of model.graphs) {
    starts.push(count);
    count += graph.tensors.length;
  }
  const offsets = new Int32Array(count).fill(PLANNED_ONLINE);
  for (const [index, { graph, tensor }] of buffers.entries()) offsets[starts[graph]! + tensor] = pins[index]!;
  return offsets;
}

/** What TFLM never looks at: alignment, and two buffers in one place at one time. */
function refuseOverlap({ buffers }: MemoryPlan): void {
  const sorted = buffers.toSorted((a, b) => a.offset - b.offset);
  for (const [index, a] of sorted.entries()) {
    if (a.offset % 16 !== 0) throw new Error(`a buffer at ${a.offset} is not aligned`);
    for (let next = index + 1; next < sorted.length && sorted[next]!.offset < a.offset + a.bytes; next++) {
      const b = sorted[next]!;
      if (a.first <= b.last && b.first <= a.last) throw new Error(`two buffers at ${b.offset} overlap`);
    }
  }
}

/** Runs the model twice, with tensors apart and in one arena; why it could not, as sentences. */
function runInArena(model: Model, plan: MemoryPlan): readonly string[] {
  try {
    const apart = seededOutputs(model, { reference: true });
    const storage = arenaStorage(plan.planned, placesOf(model, plan));
    const together = seededOutputs(model, { storage });
    if (!sameOutputs(apart, together)) throw new Error('outputs change when tensors lie where the plan puts them');
    return [];
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return [`The plan was checked for overlap and alignment but not run: ${error.message}`];
  }
}

function placesOf(model: Model, plan: MemoryPlan): ReadonlyMap<Tensor, number> {
  const placed = plan.buffers.filter(isTensor);
  return new Map(placed.map(({ graph, tensor, offset }) => [model.graphs[graph]!.tensors[tensor]!, offset]));
}
