import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readModel } from '../../src/core/formats/readModel';
import { ModelError } from '../../src/core/ir/errors';
import { inferShapes } from '../../src/core/ir/inferShapes';
import type { Model } from '../../src/core/ir/model';
import { tflmMemory } from '../../src/core/memory/tflm/tflmMemory';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { predictTflm, type Outcome, type Prediction } from '../../src/core/targets/lint/tflm/prediction';
import { sharedPath } from '../fixtures/sharedFiles';
import { mutationsOf } from './lintMutations';

/** Does TensorFlow Lite Micro allocate and invoke a model? What lint says beforehand against what was measured. */

type State = 'runs' | 'allocate fails' | 'invoke fails' | 'crashes';

interface MeasuredState {
  readonly model: string;
  readonly state: State;
  readonly why?: readonly string[];
}

/** What the measuring firmware gave every model. */
const MEASURED_ARENA = 64 * 1024 * 1024;

type Predicted = Outcome | 'not read';

interface Compared {
  readonly row: MeasuredState;
  readonly predicted: Predicted;
  readonly said: string;
  /** Whether lint says of a model that it may fail with some inputs. */
  readonly mayFail: boolean;
  /** Null where it is right; else what is wrong. */
  readonly wrong: string | null;
  /** True where it failed for the values of the inputs, and lint says that it may. */
  readonly byValues: boolean;
}

function neededBytes(model: Model): number | null {
  const memory = tflmMemory(model, 'reference', { resourceVariables: 20 });
  return 'reason' in memory ? null : memory.plan.planned + memory.arena.persistent;
}

function predict(folder: string, name: string): { prediction: Prediction | null; reason: string } {
  try {
    const source = new MemoryByteSource(readFileSync(path.join(folder, name)));
    const model = inferShapes(readModel(source));
    const prediction = predictTflm(model, { needed: neededBytes(model), available: MEASURED_ARENA });
    return { prediction, reason: reasonOf(prediction) };
  } catch (error) {
    if (error instanceof ModelError) return { prediction: null, reason: error.message };
    throw error;
  }
}

function reasonOf({ outcome, cause, mayFail }: Prediction): string {
  if (outcome !== 'runs' && cause === null) return 'the arena is too small';
  const told = cause ?? mayFail[0];
  if (!told) return '';
  return `${cause ? '' : 'may fail: '}${told.operator} (${told.node ?? '-'}) ${told.why}`;
}

/** The operator and the number that TFLM names last: `Node CONV_2D (number 1) failed to prepare`. */
function blamed(why: readonly string[]): { operator: string; node: number | null } | null {
  const words = why.join('\n');
  const node = /Node (\S+) \(number (\d+)\) failed to/.exec(words);
  if (node) return { operator: node[1]!, node: Number(node[2]) };
  const code = /Failed to get registration from op code (\S+)/.exec(words);
  return code ? { operator: code[1]!, node: null } : null;
}

/** Whether the operator that is blamed beforehand is the one that TFLM blamed; custom ones have no name there. */
function blamesTheSame({ cause, mayFail }: Prediction, why: readonly string[], byValues: boolean): boolean {
  const theirs = blamed(why);
  if (theirs === null) return true;
  const ours = byValues ? mayFail : cause === null ? [] : [cause];
  return ours.some(({ operator, node, stage }) => {
    if (theirs.operator === 'CUSTOM') return stage === 'resolve';
    return operator === theirs.operator && (theirs.node === null || theirs.node === node);
  });
}

function compare(folder: string, row: MeasuredState): Compared {
  const { prediction, reason } = predict(folder, row.model);
  if (prediction === null) {
    const wrong = row.state === 'crashes' ? null : 'we cannot read it';
    return { row, predicted: 'not read', said: reason, mayFail: false, wrong, byValues: false };
  }
  const { outcome, mayFail } = prediction;
  const base = { row, predicted: outcome, said: reason, mayFail: mayFail.length > 0 };
  if (row.state === 'crashes') return { ...base, wrong: null, byValues: false };
  const byValues = row.state === 'invoke fails' && outcome === 'runs' && mayFail.length > 0;
  if (outcome !== row.state && !byValues) return { ...base, wrong: 'another outcome', byValues: false };
  const same = row.state === 'runs' || blamesTheSame(prediction, row.why ?? [], byValues);
  return { ...base, wrong: same ? null : 'another node', byValues };
}

const STATES: readonly State[] = ['runs', 'allocate fails', 'invoke fails'];
const OUTCOMES: readonly Predicted[] = ['runs', 'allocate fails', 'invoke fails', 'aborts', 'not read'];

function printMatrix(compared: readonly Compared[]): void {
  console.log(`\n${'measured, by what lint predicts'.padEnd(34)}${OUTCOMES.map((name) => name.padStart(16)).join('')}`);
  for (const state of STATES) {
    const row = compared.filter(({ row: { state: measured } }) => measured === state);
    const cells = OUTCOMES.map((outcome) => row.filter(({ predicted }) => predicted === outcome).length);
    console.log(`${state.padEnd(34)}${cells.map((count) => String(count).padStart(16)).join('')}`);
  }
}

function printTable(compared: readonly Compared[]): number {
  const judged = compared.filter(({ row }) => row.state !== 'crashes');
  const wrong = judged.filter(({ wrong: what }) => what !== null);
  const byValues = judged.filter((one) => one.byValues);
  for (const { row, said } of judged.filter(({ row: { state }, wrong: what }) => state !== 'runs' && what === null)) {
    console.log(`  ${row.state.padEnd(15)} ${row.model}: ${said}`);
  }
  console.log('\nThe interpreter itself crashes; what lint says of these models:');
  for (const { row, predicted, said } of compared.filter(({ row: { state } }) => state === 'crashes')) {
    console.log(`  ${predicted.padEnd(15)} ${row.model}: ${said}`);
  }
  printMatrix(judged);
  for (const { row, predicted, said, wrong: what } of wrong) {
    console.log(
      `  WRONG  ${row.model}: ${what}: measured ${row.state} (${row.why?.join(' / ') ?? ''}), predicted ${predicted} (${said})`,
    );
  }
  const warned = judged.filter(({ row, mayFail }) => row.state === 'runs' && mayFail).length;
  console.log(`\nOf the models that run, ${warned} are said to fail with some inputs.`);
  console.log(
    `Lint against TensorFlow Lite Micro: ${judged.length} models, ${judged.length - wrong.length} right (${byValues.length} of them fail for the values they were given, as lint says they may), ${wrong.length} wrong; ${compared.length - judged.length} crash the interpreter`,
  );
  return wrong.length;
}

/**
 * Where the interpreter that ran the mutations is of another commit than the one we model: it casts to bool, and gives
 * a product fewer dimensions than its operands.
 */
const OTHER_COMMIT = /^(CAST \(\d+\) its output is bool|BATCH_MATMUL \(\d+\) its output has 3 dimensions)/;

/** Names of mutations by the model they were made of and by what came of them, `;` between. */
interface MutationVerdicts {
  readonly interpreter: string;
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type MutationVerdict = 'equal' | 'crash' | 'other commit' | 'wrong';

function judgeMutation(measured: string, mutated: Model): { verdict: MutationVerdict; said: string } {
  const prediction = predictTflm(inferShapes(readModel(new MemoryByteSource(writeTflite(mutated)))));
  const { outcome, mayFail } = prediction;
  const said = `${outcome} (${reasonOf(prediction)})`;
  if (measured === 'crashes') return { verdict: 'crash', said };
  // It returns an error where the commit that we model stops on an assertion.
  const stops = outcome === 'aborts' && measured === 'allocate fails';
  const byValues = outcome === 'runs' && measured === 'invoke fails' && mayFail.length > 0;
  if (outcome === measured || stops || byValues) return { verdict: 'equal', said };
  return { verdict: OTHER_COMMIT.test(reasonOf(prediction)) ? 'other commit' : 'wrong', said };
}

/** Small models with one thing changed, which the interpreter of PyPI was asked once: see the fixture. */
function printMutations(models: string): number {
  const file = path.resolve('test/fixtures/tflmMutationVerdicts.json');
  const { interpreter, verdicts } = JSON.parse(readFileSync(file, 'utf8')) as MutationVerdicts;
  const counts: Record<MutationVerdict, number> = { equal: 0, crash: 0, 'other commit': 0, wrong: 0 };
  for (const [name, states] of Object.entries(verdicts)) {
    const model = readModel(new MemoryByteSource(readFileSync(path.join(models, name))));
    const mutations = new Map(mutationsOf(model).map((mutation) => [mutation.name, mutation.model]));
    for (const [measured, list] of Object.entries(states)) {
      for (const what of list.split(';')) {
        const mutated = mutations.get(what);
        if (!mutated) throw new Error(`${name} has no mutation ${what}: measure the fixture again`);
        const { verdict, said } = judgeMutation(measured, mutated);
        counts[verdict] += 1;
        if (verdict === 'wrong') console.log(`  WRONG  ${name}, ${what}: measured ${measured}, predicted ${said}`);
      }
    }
  }
  console.log(
    `Lint against mutated models (${interpreter}): ${counts.equal} right, ${counts.wrong} wrong; ${counts.crash} crash the interpreter, ${counts['other commit']} are computed otherwise at that commit`,
  );
  return counts.wrong;
}

const truthFile = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');
if (truthFile !== null && folder !== null) {
  const rows = JSON.parse(readFileSync(truthFile, 'utf8')) as readonly MeasuredState[];
  const wrong = printTable(rows.map((row) => compare(folder, row))) + printMutations(folder);
  process.exitCode = wrong > 0 ? 1 : 0;
}
