import { readFileSync } from 'node:fs';
import {
  cycleRange,
  latencyResults,
  type EngineFamily,
  type LatencyResult,
} from '../../src/core/targets/latency/cyclesPerMac';
import { sharedPath } from '../fixtures/sharedFiles';

/**
 * How good the latency range is: each submitter to MLPerf Tiny left out in turn, the range made of what the others
 * measured, and whether it holds what was left out. Then what became of every result that was looked at.
 */

const SHARE_INSIDE = 0.8;
const MEDIAN_WIDTH = 3;
const families: readonly EngineFamily[] = ['reference', 'cmsis-nn', 'optimized'];

interface Outcome {
  readonly result: LatencyResult;
  /** High over low; null where too few others measured. */
  readonly width: number | null;
  readonly isInside: boolean;
}

function leftOut(result: LatencyResult): Outcome {
  const others = latencyResults.filter(({ submitter }) => submitter !== result.submitter);
  const range = cycleRange(result.family, result.core, result.kind, others);
  if (range === null) return { result, width: null, isInside: false };
  const isInside = range.low <= result.cyclesPerMac && result.cyclesPerMac <= range.high;
  return { result, width: range.high / range.low, isInside };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Prints one line; true when the targets are met or there is nothing to judge. */
function printLine(name: string, outcomes: readonly Outcome[]): boolean {
  const judged = outcomes.filter(({ width }) => width !== null);
  const none = outcomes.length - judged.length;
  if (judged.length === 0) {
    console.log(`${name.padEnd(44)} no basis for ${none} results: fewer than three other submitters`);
    return true;
  }
  const share = judged.filter(({ isInside }) => isInside).length / judged.length;
  const width = median(judged.map((each) => each.width!));
  const isMet = share >= SHARE_INSIDE && width <= MEDIAN_WIDTH;
  const figures = `${judged.length} left out, ${(100 * share).toFixed(0)} % inside, median high/low ${width.toFixed(2)}`;
  console.log(
    `${name.padEnd(44)} ${figures}${none > 0 ? `, no basis for ${none}` : ''}${isMet ? '' : '  BELOW TARGET'}`,
  );
  return isMet;
}

function printCoverage(): boolean {
  const outcomes = latencyResults.map(leftOut);
  const met = families.map((family) => {
    const own = outcomes.filter(({ result }) => result.family === family);
    for (const submitter of new Set(own.map(({ result }) => result.submitter))) {
      printLine(
        `  ${family}, without ${submitter}`,
        own.filter(({ result }) => result.submitter === submitter),
      );
    }
    return printLine(family, own);
  });
  return printLine('all', outcomes) && met.every(Boolean);
}

interface Published {
  readonly mode: string;
  readonly division: string;
  readonly org: string;
  readonly system: string;
  readonly bench: string;
  readonly file: string;
  readonly repo: string;
  readonly latency_ms?: number;
}

const ACCELERATED = /syntiant|qualcomm|greenwaves|hls4ml|fpgaconvnet|VCU128|ZCU106|U3C5|Snapdragon/i;
const OTHER_CORES = /Andes|RH850|RX65|K1_BOARD|LC236|TinkerV|Alibaba|PengCheng|RA8D1/i;

/** Why a published result is no part of the ranges; null when it is. */
function reasonLeftOut(published: Published, used: ReadonlySet<string>): string | null {
  if (published.mode !== 'performance') return `measured ${published.mode}, not latency`;
  if (used.has(`${published.repo}:${published.file.replace(/\/performance\/results.*$/, '')}`)) return null;
  if (published.latency_ms === undefined) return 'states no latency';
  if (published.division !== 'closed') return 'open division: another model';
  const system = `${published.org} ${published.system}`;
  if (ACCELERATED.test(system)) return 'an accelerator, an FPGA or a phone';
  if (OTHER_CORES.test(system)) return 'a core of which fewer than three submitted';
  if (/float/i.test(published.system)) return 'a float model';
  if (/native/i.test(published.system)) return 'compiled by TVM without a kernel library';
  if (/renesas/i.test(published.org)) return 'the engine is not stated';
  return 'no clock is stored for the system';
}

function printPublished(file: string): void {
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { readonly results: readonly Published[] };
  const used = new Set(latencyResults.map(({ source }) => source));
  const counts = new Map<string, number>();
  for (const published of results) {
    const reason = reasonLeftOut(published, used) ?? 'used';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  console.log(`\n${results.length} published results of MLPerf Tiny:`);
  for (const [reason, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`  ${String(count).padStart(4)}  ${reason}`);
  }
}

console.log(`${latencyResults.length} results in cycles per multiply-accumulate, each submitter left out in turn`);
if (!printCoverage()) process.exitCode = 1;
const published = sharedPath('reference/mlperf-tiny.json');
if (published !== null) printPublished(published);
