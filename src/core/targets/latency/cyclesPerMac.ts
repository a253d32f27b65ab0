import measured from './mlperfTiny.json';

/** What computes the layers: TFLM's own kernels, a program over CMSIS-NN, or an engine tuned by its maker. */
export type EngineFamily = 'reference' | 'cmsis-nn' | 'optimized';

/** What most multiply-accumulates of a model belong to: MLPerf Tiny's dense, ordinary and depthwise-separable models. */
export type ModelKind = 'dense' | 'convolution' | 'separable';

/** Cores that take about as many cycles for the same code. */
export type CoreClass = 'Cortex-M4 or M33' | 'Cortex-M7' | 'Cortex-M0+';

/** One result of MLPerf Tiny. */
export interface LatencyResult {
  readonly submitter: string;
  readonly engine: string;
  readonly family: EngineFamily;
  readonly core: CoreClass;
  readonly kind: ModelKind;
  readonly cyclesPerMac: number;
  readonly source: string;
}

export interface CycleRange {
  readonly low: number;
  readonly high: number;
  /** Results that the range was made of, and by how many who submit. */
  readonly results: number;
  readonly submitters: number;
  readonly engines: readonly string[];
}

const KINDS: Readonly<Record<string, ModelKind>> = {
  ad: 'dense',
  ic: 'convolution',
  vww: 'separable',
  kws: 'separable',
};

/** Fewer are anecdotes. */
const LEAST_SUBMITTERS = 3;

/**
 * Percentiles of a handful of submitters are narrower than what the next one measures: with each submitter left out in
 * turn they hold 67 % of its results as they are, 91 % when widened by this factor on either side.
 */
const WIDENING = 1.2;

/** Every result, in cycles per multiply-accumulate. */
export const latencyResults: readonly LatencyResult[] = measured.submissions.flatMap(
  ({ submitter, engine, family, core, mhz, latencyMs, source }) =>
    Object.entries(latencyMs).map(([benchmark, milliseconds]) => ({
      submitter,
      engine,
      family: family as EngineFamily,
      core: coreClassOf(core)!,
      kind: KINDS[benchmark]!,
      cyclesPerMac: (milliseconds * mhz * 1000) / macsOf(benchmark),
      source: `${source}/${benchmark}`,
    })),
);

/** The class of a core ("Cortex-M4F", "Cortex-M7F (+M4F)": the first named); null where nothing was measured. */
export function coreClassOf(core: string): CoreClass | null {
  switch (Number(/cortex-m(\d+)/i.exec(core)?.[1] ?? NaN)) {
    case 0:
      return 'Cortex-M0+';
    case 4:
    case 33:
      return 'Cortex-M4 or M33';
    case 7:
      return 'Cortex-M7';
    default:
      return null;
  }
}

/** Smallest and largest models that were measured, in multiply-accumulates. */
export function measuredMacs(): { readonly least: number; readonly most: number } {
  const all = Object.values(measured.macs);
  return { least: Math.min(...all), most: Math.max(...all) };
}

/**
 * From the 10th to the 90th percentile of cycles per multiply-accumulate, widened; null where fewer than three who
 * submit measured this family, core and kind of model.
 */
export function cycleRange(
  family: EngineFamily,
  core: CoreClass,
  kind: ModelKind,
  results: readonly LatencyResult[] = latencyResults,
): CycleRange | null {
  const alike = results.filter((each) => each.family === family && each.core === core && each.kind === kind);
  const submitters = new Set(alike.map(({ submitter }) => submitter)).size;
  if (submitters < LEAST_SUBMITTERS) return null;
  const logs = alike.map(({ cyclesPerMac }) => Math.log(cyclesPerMac)).sort((a, b) => a - b);
  return {
    low: Math.exp(percentile(logs, 0.1)) / WIDENING,
    high: Math.exp(percentile(logs, 0.9)) * WIDENING,
    results: alike.length,
    submitters,
    engines: [...new Set(alike.map(({ engine }) => engine))],
  };
}

function macsOf(benchmark: string): number {
  return measured.macs[benchmark as keyof typeof measured.macs];
}

/** Between the two nearest of sorted values, which must not be empty. */
function percentile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (place - below);
}
