import type { Model } from '../../ir/model';
import { planMemory, type MemoryPlan, type NoMemoryPlan } from '../memoryPlan';
import { UnknownRequests, type KernelSet, type ModelRequests } from './kernelRequests';
import { requestsOf } from './kernelRules';
import { offlineOffsets } from './offlinePlan';
import { tflmArena, type TflmArena, type TflmArenaOptions } from './tflmArena';

/** The arena of a model as TFLM fills it, with kernels of one set. */
export interface TflmMemory {
  /** Tensors and scratch buffers. */
  readonly plan: MemoryPlan;
  readonly arena: TflmArena;
  /** The most that scratch buffers take at once: part of the plan. */
  readonly scratch: number;
}

/**
 * What TFLM takes of the arena, in bytes, for a TFLite model whose shapes are inferred. A reason, as a sentence, where
 * the plan or what a kernel asks for is not known.
 */
export function tflmMemory(
  model: Model,
  kernels: KernelSet,
  options: TflmArenaOptions = {},
): TflmMemory | NoMemoryPlan {
  const requests = knownRequests(model, kernels);
  if ('reason' in requests) return requests;
  const plan = planMemory(model, { requests, pinned: offlineOffsets(model) });
  if ('reason' in plan) return plan;
  return { plan, arena: tflmArena(model, requests, plan, options), scratch: mostScratch(plan) };
}

function knownRequests(model: Model, kernels: KernelSet): ModelRequests | NoMemoryPlan {
  try {
    return requestsOf(model, kernels);
  } catch (error) {
    if (error instanceof UnknownRequests) return { reason: error.message };
    throw error;
  }
}

function mostScratch(plan: MemoryPlan): number {
  const buffers = plan.buffers.filter(({ tensor }) => tensor === -1);
  const steps = buffers.reduce((most, { last }) => Math.max(most, last), -1) + 2;
  const change = new Float64Array(steps + 1);
  for (const { first, last, bytes } of buffers) {
    change[first]! += bytes;
    change[last + 1]! -= bytes;
  }
  let alive = 0;
  return change.reduce((most, bytes) => Math.max(most, (alive += bytes)), 0);
}
