import { mainGraph, type Model } from '../ir/model';
import { planGreedily } from './greedyPlanner';
import { lifetimesOf, type ArenaBuffer } from './lifetimes';

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

/**
 * Plans the arena of a model's activations as TFLM would, free dimensions bound to 1; scratch buffers of kernels are not
 * part of it. Give it a model whose shapes are inferred.
 */
export function planMemory(model: Model): MemoryPlan | NoMemoryPlan {
  const lifetimes = lifetimesOf(model);
  if ('reason' in lifetimes) return lifetimes;
  const plan = planGreedily(lifetimes.buffers);
  if (!plan) return { reason: 'Too many tensors are alive at once for a memory plan.' };
  const { buffers, stepNodes } = lifetimes;
  const aliveAtStep = bytesAlive(buffers, stepNodes.length);
  const live = new Float64Array(mainGraph(model).nodes.length);
  for (const [step, node] of stepNodes.entries()) {
    if (node >= 0) live[node] = Math.max(live[node]!, aliveAtStep[step + 1]!);
  }
  return {
    buffers: buffers.map((buffer, index) => ({ ...buffer, offset: plan.offsets[index]! })),
    stepNodes,
    planned: plan.bytes,
    lowerBound: aliveAtStep.reduce((most, bytes) => Math.max(most, bytes), 0),
    live,
    peak: live.reduce((peak, bytes, node) => (bytes > live[peak]! ? node : peak), 0),
  };
}

/** Bytes alive at each step from -1 on: index = step + 1. */
function bytesAlive(buffers: readonly ArenaBuffer[], steps: number): Float64Array {
  const change = new Float64Array(steps + 2);
  for (const { first, last, bytes } of buffers) {
    change[first + 1]! += bytes;
    change[last + 2]! -= bytes;
  }
  let alive = 0;
  return change.map((bytes) => (alive += bytes)).subarray(0, steps + 1);
}
