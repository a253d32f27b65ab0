import type { Graph } from '../../ir/graph';
import { countMacs } from '../../ir/macs';
import { mainGraph, type Model } from '../../ir/model';
import type { Board } from '../board';
import type { RuntimeId } from '../runtime';
import {
  coreClassOf,
  cycleRange,
  measuredMacs,
  type CycleRange,
  type EngineFamily,
  type ModelKind,
} from './cyclesPerMac';

/** Milliseconds of one inference, from and to, and what that rests on. */
export interface LatencyRange {
  readonly low: number;
  readonly high: number;
  readonly source: string;
}

export interface Latency {
  readonly latencyMs: LatencyRange | null;
  /** Why nothing is said, or what limits it; sentences. */
  readonly notes: readonly string[];
  /** Keys of a profile that are estimates. */
  readonly estimated: readonly string[];
}

/** From this share of multiply-accumulates on, depthwise layers set the pace: VWW has 9 %, the keyword model 8 %. */
const DEPTHWISE_SHARE = 0.03;

const DENSE: ReadonlySet<string> = new Set(['FullyConnected', 'MatMul', 'QLinearMatMul', 'MatMulInteger']);

/** A model this many times smaller or larger than those measured is not like them. */
const FAR = 10;

const families: Readonly<Partial<Record<RuntimeId, EngineFamily>>> = {
  tflm: 'reference',
  'tflm-cmsis-nn': 'cmsis-nn',
};

/**
 * How long an inference takes, as a range: cycles per multiply-accumulate that were measured for engines of the same
 * family on such a core with a model of the same kind (MLPerf Tiny), times what the model has, at the board's clock. Give
 * it a model whose shapes are inferred.
 */
export function latencyOf(model: Model, runtime: RuntimeId, board: Board | null): Latency {
  if (!board) return nothing('Latency needs a board: its core and clock decide it.');
  const core = coreClassOf(board.core);
  if (core === null || board.clockMHz === null) {
    return nothing(`Latency: no basis. No result of MLPerf Tiny is known for ${board.core} with this kind of runtime.`);
  }
  const work = workOf(model);
  if ('reason' in work) return nothing(`Latency: no basis. ${work.reason}`);
  const milliseconds = ({ low, high }: CycleRange) => {
    const perCycle = work.macs / (board.clockMHz! * 1000);
    return { low: low * perCycle, high: high * perCycle };
  };
  const tuned = cycleRange('optimized', core, work.kind);
  const comparison = tuned ? [comparisonNote(milliseconds(tuned), tuned)] : [];
  const family = families[runtime];
  const range = family ? cycleRange(family, core, work.kind) : null;
  if (range === null) {
    const why = 'Latency: no basis. Fewer than three who submit to MLPerf Tiny measured this runtime on such a core.';
    return { latencyMs: null, notes: [why, ...comparison], estimated: [] };
  }
  const latencyMs = { ...milliseconds(range), source: sourceOf(range, core, work.kind) };
  return { latencyMs, notes: comparison, estimated: ['latencyMs'] };
}

function nothing(note: string): Latency {
  return { latencyMs: null, notes: [note], estimated: [] };
}

function sourceOf({ results, submitters, engines, low, high }: CycleRange, core: string, kind: ModelKind): string {
  const cycles = `${low.toFixed(1)} to ${high.toFixed(1)} cycles per MAC`;
  return `Estimate: ${cycles} in ${results} MLPerf Tiny results of ${submitters} submitters (${engines.join(', ')}), ${core}, ${kind} models`;
}

function comparisonNote({ low, high }: { low: number; high: number }, { engines, submitters }: CycleRange): string {
  const range = `${toPrecision(low)} to ${toPrecision(high)} ms`;
  return `Engines tuned by their makers (${engines.join(', ')}) would take ${range}, by ${submitters} submitters to MLPerf Tiny.`;
}

function toPrecision(milliseconds: number): string {
  return String(Number(milliseconds.toPrecision(2)));
}

/** Multiply-accumulates of the main graph and what they belong to, or why the measured models say nothing of it. */
function workOf(model: Model): { readonly macs: number; readonly kind: ModelKind } | { readonly reason: string } {
  const graph = mainGraph(model);
  const counted = countMacs(model)[0]!;
  const macs = counted.total;
  if (macs === null) return { reason: 'The number of multiply-accumulates is not known.' };
  const { least, most } = measuredMacs();
  if (macs < least / FAR || macs > most * FAR) {
    return { reason: 'The model is far smaller or larger than those of MLPerf Tiny.' };
  }
  const { float, dense, depthwise } = shares(graph, counted.nodes);
  if (float > macs / 2) return { reason: 'Only int8 models were measured by enough submitters.' };
  if (dense > macs / 2) return { macs, kind: 'dense' };
  return { macs, kind: depthwise >= DEPTHWISE_SHARE * macs ? 'separable' : 'convolution' };
}

/** Multiply-accumulates on values other than int8, of dense layers and of depthwise ones. */
function shares(graph: Graph, counts: readonly (number | null)[]) {
  let [float, dense, depthwise] = [0, 0, 0];
  for (const [index, { op, inputs }] of graph.nodes.entries()) {
    const count = counts[index] ?? 0;
    const [first = null] = inputs;
    if (first !== null && graph.tensors[first]!.dtype !== 'int8') float += count;
    if (DENSE.has(op.kind)) dense += count;
    if (op.kind === 'DepthwiseConv2d') depthwise += count;
  }
  return { float, dense, depthwise };
}
