import { countMacs } from '../../ir/macs';
import { mainGraph, type Model } from '../../ir/model';
import type { ArenaPlan, PlanRequest } from '../greedyPlanner';
import { draftPlan, placeDraft, type MemoryPlan, type NoMemoryPlan, type PlanDraft } from '../memoryPlan';
import { placeBy, type PlannerId } from '../planners';
import { UnknownRequests, type KernelSet, type ModelRequests } from '../tflm/kernelRequests';
import { requestsOf } from '../tflm/kernelRules';
import { offlineOffsets } from '../tflm/offlinePlan';
import { tflmArena, type TflmArena } from '../tflm/tflmArena';
import { tinyEngineDraft } from '../tinyEngine/tinyEngineDraft';
import { withHalfInput } from './halfInput';
import { sharedInPlace } from './inPlace';
import { withInt8 } from './int8Activations';
import { inPatches, PATCH_GRIDS, patchableLayers, type PatchChoice } from './patches';
import { betterOrder, inOrder } from './reorder';

/** Changes to a model or to how it runs, to be tried on its plan; those that are chosen go together. */
export interface WhatIf {
  readonly int8: boolean;
  readonly halfInput: boolean;
  readonly inPlace: boolean;
  readonly reorder: boolean;
  /** `best` looks for the lowest peak. */
  readonly patches: PatchChoice | 'best' | null;
}

export const NOTHING_CHANGED: WhatIf = { int8: false, halfInput: false, inPlace: false, reorder: false, patches: null };

/** How a runtime fills its arena: what its kernels ask for, if known, and what it does by itself. */
export interface ArenaRules {
  /** Null: scratch and persistent bytes are left out. */
  readonly kernels: KernelSet | null;
  /** True for TinyEngine's own rules. */
  readonly isTinyEngine?: boolean;
}

/** The plan of a model with the changes made. */
export interface WhatIfPlan {
  /** With the changes made; the plan speaks of its nodes. */
  readonly model: Model;
  readonly plan: MemoryPlan;
  /** Null where what kernels ask for is not known, or not of TFLM. */
  readonly tflm: TflmArena | null;
  /** Node of the file at each position; null in the order of the file. */
  readonly order: readonly number[] | null;
  /** Operators that write over an operand. */
  readonly shared: readonly number[];
  readonly patches: PatchedFigures | null;
}

export interface PatchedFigures extends PatchChoice {
  readonly extraMacs: number;
  /** Null where an operator's MACs are not known. */
  readonly totalMacs: number | null;
}

/** Stages looked at for the best patches. */
const MAX_STAGES = 24;

/** Plans a model whose shapes are inferred with the changes made, or says which of them cannot be. */
export function planWhatIf(
  model: Model,
  rules: ArenaRules,
  planner: PlannerId,
  whatIf: WhatIf = NOTHING_CHANGED,
): WhatIfPlan | NoMemoryPlan {
  const changed = changedModel(model, whatIf);
  if ('reason' in changed) return changed;
  const requests = knownRequests(changed.model, rules);
  const pinned = planner === 'greedy' && isNothing(whatIf) ? offlineOffsets(model) : null;
  const draft = draftPlan(changed.model, { ...(requests && { requests }), pinned });
  if ('reason' in draft) return draft;
  const patched = patchedDraft(changed.model, draft, whatIf.patches);
  if ('reason' in patched) return patched;
  const own = rules.isTinyEngine ? tinyEngineDraft(changed.model, patched.draft) : patched.draft;
  const placed = placeShared(changed.model, own, planner, whatIf.inPlace);
  if ('reason' in placed) return placed;
  return {
    ...changed,
    ...placed,
    tflm: requests && tflmArena(changed.model, requests, placed.plan),
    patches: patched.figures,
  };
}

export function isNothing({ int8, halfInput, inPlace, reorder, patches }: WhatIf): boolean {
  return !int8 && !halfInput && !inPlace && !reorder && patches === null;
}

/** Requests of TFLM's kernels; null for another runtime, and where a rule does not know one. */
function knownRequests(model: Model, { kernels }: ArenaRules): ModelRequests | null {
  if (kernels === null || model.format !== 'tflite') return null;
  try {
    return requestsOf(model, kernels);
  } catch (error) {
    if (error instanceof UnknownRequests) return null;
    throw error;
  }
}

function changedModel(
  model: Model,
  whatIf: WhatIf,
): { readonly model: Model; readonly order: readonly number[] | null } | NoMemoryPlan {
  let changed: Model | NoMemoryPlan = model;
  if (whatIf.halfInput) changed = withHalfInput(changed);
  if (!('reason' in changed) && whatIf.int8) changed = withInt8(changed);
  if ('reason' in changed) return changed;
  if (!whatIf.reorder) return { model: changed, order: null };
  const order = betterOrder(changed);
  return 'reason' in order ? order : { model: inOrder(changed, order), order };
}

interface Patched {
  readonly draft: PlanDraft;
  readonly figures: PatchedFigures | null;
}

interface Candidate extends Patched {
  readonly figures: PatchedFigures;
  readonly peak: number;
}

function patchedDraft(model: Model, draft: PlanDraft, patches: WhatIf['patches']): Patched | NoMemoryPlan {
  if (patches === null) return { draft, figures: null };
  const layers = patchableLayers(model);
  if ('reason' in layers) return layers;
  const choices =
    patches === 'best'
      ? layers.slice(0, MAX_STAGES).flatMap((count) => PATCH_GRIDS.map((grid) => ({ layers: count, grid })))
      : [patches];
  const macs = countMacs(model)[0]!;
  let best: Candidate | null = null;
  let refusal: NoMemoryPlan = { reason: 'No patches can be cut.' };
  for (const choice of choices) {
    const found = inPatches(model, draft, choice, macs);
    if ('reason' in found) {
      refusal = found;
      continue;
    }
    const { extraMacs, totalMacs } = found;
    const candidate = { draft: found, figures: { ...choice, extraMacs, totalMacs }, peak: mostAliveByStep(found) };
    if (best === null || isBetter(candidate, best)) best = candidate;
  }
  return best ?? refusal;
}

/** Bytes alive at the fullest step. */
function mostAliveByStep({ buffers, stepNodes }: PlanDraft): number {
  const change = new Float64Array(stepNodes.length + 2);
  for (const { first, last, bytes } of buffers) {
    change[first + 1]! += bytes;
    change[last + 2]! -= bytes;
  }
  let alive = 0;
  return change.reduce((most, bytes) => Math.max(most, (alive += bytes)), 0);
}

/** The lower peak, then fewer MACs. */
function isBetter(a: Candidate, b: Candidate): boolean {
  return a.peak < b.peak || (a.peak === b.peak && a.figures.extraMacs < b.figures.extraMacs);
}

interface Placed {
  readonly plan: MemoryPlan;
  readonly shared: readonly number[];
}

/** Places a draft; in place wherever that is possible, in the way that needs less. */
function placeShared(model: Model, draft: PlanDraft, planner: PlannerId, inPlace: boolean): Placed | NoMemoryPlan {
  const nodes = mainGraph(model).nodes.length;
  const place = (requests: readonly PlanRequest[]): ArenaPlan | null => placeBy(planner, requests);
  const plain = placeDraft(draft, nodes, place);
  if ('reason' in plain || !inPlace || draft.roomOf !== undefined) {
    return 'reason' in plain ? plain : { plan: plain, shared: [] };
  }
  let best: Placed = { plan: plain, shared: [] };
  for (const smaller of [false, true]) {
    const shared = sharedInPlace(model, draft, { elementwise: true, smaller });
    const plan = placeDraft(shared, nodes, place);
    if (!('reason' in plan) && plan.planned < best.plan.planned) best = { plan, shared: shared.shared };
  }
  return best;
}
