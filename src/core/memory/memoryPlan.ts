import { mainGraph, type Model } from '../ir/model';
import { planGreedily, type ArenaPlan, type PlanRequest } from './greedyPlanner';
import { alignUp } from './arenaBytes';
import { lifetimesOf, type ArenaBuffer, type Lifetimes } from './lifetimes';
import type { ModelRequests } from './tflm/kernelRequests';

/** A buffer with its place. */
export interface PlacedBuffer extends ArenaBuffer {
  readonly offset: number;
}

/** Where every activation lies and when. Bytes. */
export interface MemoryPlan {
  readonly buffers: readonly PlacedBuffer[];
  /** Node of the main graph at each step; -1 at step 0. */
  readonly stepNodes: Int32Array;
  /** End of the highest buffer. */
  readonly planned: number;
  /** The most that is alive at one step: no placement can need less. */
  readonly lowerBound: number;
  /** The most that is alive while each node of the main graph runs. */
  readonly live: Float64Array;
  /** Node of the main graph at which most is alive; the first of them. */
  readonly peak: number;
}

/** Why there is no plan, as one sentence. */
export interface NoMemoryPlan {
  readonly reason: string;
}

export interface PlanOptions {
  /** What kernels ask for: their scratch buffers are planned with the tensors. Left out: tensors alone. */
  readonly requests?: ModelRequests;
  /** Offset of each tensor, graph by graph, or -1: the model's own plan. */
  readonly pinned?: Int32Array | null;
}

/** What is to be placed, before it is. */
export interface PlanDraft {
  readonly buffers: readonly ArenaBuffer[];
  /** Node of the main graph at each step; -1 at step 0. */
  readonly stepNodes: Int32Array;
  /** The room that each buffer gets, as an index into `rooms`; left out: one each. Buffers in one room share its bytes. */
  readonly roomOf?: Int32Array;
  readonly rooms?: readonly PlanRequest[];
}

/** Tensors and scratch buffers of a model, in the order the planner gets them. */
export function draftPlan(model: Model, options: PlanOptions = {}): PlanDraft | NoMemoryPlan {
  const lifetimes = lifetimesOf(model, options.pinned);
  if ('reason' in lifetimes) return lifetimes;
  const buffers = [...lifetimes.buffers, ...scratchBuffers(options.requests ?? [], lifetimes)];
  return { buffers, stepNodes: lifetimes.stepNodes };
}

/** Places a draft, by default as TFLM would; `nodes` counts the nodes of the main graph. */
export function placeDraft(
  draft: PlanDraft,
  nodes: number,
  place: (requests: readonly PlanRequest[]) => ArenaPlan | null = planGreedily,
): MemoryPlan | NoMemoryPlan {
  const { buffers, stepNodes, roomOf, rooms = buffers } = draft;
  const plan = place(rooms);
  if (!plan) return { reason: 'Too many tensors are alive at once, or they are too large, for a memory plan.' };
  const aliveAtStep = bytesAlive(rooms, stepNodes.length);
  const live = new Float64Array(nodes);
  for (const [step, node] of stepNodes.entries()) {
    if (node >= 0) live[node] = Math.max(live[node]!, aliveAtStep[step + 1]!);
  }
  return {
    buffers: buffers.map((buffer, index) => ({ ...buffer, offset: plan.offsets[roomOf?.[index] ?? index]! })),
    stepNodes,
    planned: plan.bytes,
    lowerBound: aliveAtStep.reduce((most, bytes) => Math.max(most, bytes), 0),
    live,
    peak: live.reduce((peak, bytes, node) => (bytes > live[peak]! ? node : peak), 0),
  };
}

/**
 * Plans the arena of a model's activations as TFLM would, free dimensions bound to 1. Give it a model whose shapes are
 * inferred.
 */
export function planMemory(model: Model, options: PlanOptions = {}): MemoryPlan | NoMemoryPlan {
  const draft = draftPlan(model, options);
  return 'reason' in draft ? draft : placeDraft(draft, mainGraph(model).nodes.length);
}

/** Scratch buffers follow the tensors, in the order asked; each lives while its node runs. */
function scratchBuffers(requests: ModelRequests, { nodes }: Lifetimes): ArenaBuffer[] {
  return requests.flatMap((graphRequests, graph) =>
    graphRequests.flatMap(({ prepare }, node) => {
      const first = nodes[graph]!.first[node]!;
      const last = nodes[graph]!.last[node]!;
      const asked = first === -1 ? [] : prepare.filter(({ kind }) => kind === 'scratch');
      return asked.map(({ bytes }) => ({ graph, tensor: -1, node, bytes: alignUp(bytes), first, last }));
    }),
  );
}

/** Bytes alive at each step from -1 on: index = step + 1. */
function bytesAlive(buffers: readonly PlanRequest[], steps: number): Float64Array {
  const change = new Float64Array(steps + 2);
  for (const { first, last, bytes } of buffers) {
    change[first + 1]! += bytes;
    change[last + 2]! -= bytes;
  }
  let alive = 0;
  return change.map((bytes) => (alive += bytes)).subarray(0, steps + 1);
}
