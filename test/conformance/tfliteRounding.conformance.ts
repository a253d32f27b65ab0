import type { Node } from '../../src/core/ir/graph';
import { mainGraph } from '../../src/core/ir/model';
import { elementReader } from '../../src/core/ir/decode';
import type { TensorValue } from '../../src/core/ports/executor';
import { filesUnder, readBytes, sharedPath } from '../fixtures/sharedFiles';
import { interpreterCase, type InterpreterCase } from './interpreterCase';
import { engineAlone, observeLayers, type Values } from './interpreterLayers';
import { interpreterRule } from './xnnpackRules';

/**
 * The single-rounding profile against a TFLite interpreter with XNNPACK, operator by operator: each is given what the
 * interpreter computed before it and must give the same integers. Where the interpreter does not compute in fixed point,
 * a rule with a name, worked out apart from the engine, has to give every element exactly.
 */

interface Tally {
  operators: number;
  elements: number;
  differing: number;
}

const EXACT = 'equal to the single-rounding profile';
const SINGLE_FLOAT = 'floats within 1e-4';
const TWICE = 'a kernel of the interpreter that rounds twice: equal to the double-rounding profile';

const tallies = new Map<string, Map<string, Tally>>();
const unexplained: string[] = [];

function count(verdict: string, kind: string, elements: number, differing: number): void {
  const kinds = tallies.get(verdict) ?? new Map<string, Tally>();
  const tally = kinds.get(kind) ?? { operators: 0, elements: 0, differing: 0 };
  kinds.set(kind, {
    operators: tally.operators + 1,
    elements: tally.elements + elements,
    differing: tally.differing + differing,
  });
  tallies.set(verdict, kinds);
}

function numbersOf({ dtype, data }: TensorValue, length: number): readonly number[] {
  const at = elementReader(data, dtype)!;
  return Array.from({ length }, (_, i) => at(i));
}

function differing(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 0): number {
  let many = 0;
  for (let i = 0; i < expected.length; i += 1) if (!(Math.abs(got[i]! - expected[i]!) <= tolerance)) many += 1;
  return many;
}

/** TFLite's lstm_eval.cc and TFLM's lstm_eval.h are two algorithms: TFLM built to round once is the oracle of this one. */
const OTHER_ALGORITHM = 'not compared: TFLite computes it by another algorithm than TFLM; see tflmSingleRounding';

function hold(each: InterpreterCase, node: Node, values: Values): void {
  const kind = node.source.op;
  if (node.op.kind === 'Lstm') {
    count(OTHER_ALGORITHM, kind, 0, 0);
    return;
  }
  const theirs = node.outputs.map((id) => values.get(id));
  // State is as after a reset on both sides.
  const isFed = node.inputs.every((id) => {
    const tensor = id === null ? null : mainGraph(each.model).tensors[id]!;
    return tensor === null || values.has(tensor.id) || tensor.constant !== null || tensor.isVariable;
  });
  const isShown = isFed && theirs.every((value) => value);
  const single = isShown
    ? engineAlone(each.model, node, values, 'single')
    : 'the interpreter does not show its tensors';
  if (typeof single === 'string') {
    count(`not compared: ${single}`, kind, 0, 0);
    return;
  }
  for (const [i, value] of theirs.entries()) {
    const expected = numbersOf(
      value!,
      single[i]!.shape.reduce((product, dim) => product * dim, 1),
    );
    const isFloat = value!.dtype === 'float32';
    const range = isFloat ? expected.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) : 0;
    const against = (got: readonly TensorValue[]): number =>
      differing(numbersOf(got[i]!, expected.length), expected, range * 1e-4);
    const off = against(single);
    if (off === 0) count(isFloat ? SINGLE_FLOAT : EXACT, kind, expected.length, 0);
    else explain(each, node, values, expected, off, against);
  }
}

function explain(
  each: InterpreterCase,
  node: Node,
  values: Values,
  expected: readonly number[],
  off: number,
  against: (got: readonly TensorValue[]) => number,
): void {
  const kind = node.source.op;
  const double = engineAlone(each.model, node, values, 'double');
  if (typeof double !== 'string' && against(double) === 0) {
    count(TWICE, kind, expected.length, off);
    return;
  }
  const answer = interpreterRule(each.model, node, values);
  if (answer && differing(answer.output, expected) === 0) {
    count(answer.rule, kind, expected.length, off);
    return;
  }
  const left = answer ? `, by the rule ${differing(answer.output, expected)}` : '';
  unexplained.push(`${each.name}: ${kind} ${node.source.index} in ${off} of ${expected.length}${left}`);
}

function printTallies(): void {
  for (const [verdict, kinds] of tallies) {
    const sum = (of: (tally: Tally) => number): number =>
      [...kinds.values()].reduce((all, tally) => all + of(tally), 0);
    const elements = sum((tally) => tally.elements);
    const off = sum((tally) => tally.differing);
    console.log(`\n${verdict}: ${sum((tally) => tally.operators)} operators, ${elements} elements, ${off} otherwise`);
    for (const [kind, tally] of kinds) {
      console.log(`  ${kind}: ${tally.operators} operators, ${tally.elements} elements, ${tally.differing} otherwise`);
    }
  }
}

const folder = sharedPath('models');
if (folder !== null) {
  const filter = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
  const files = filesUnder(folder, '.tflite', '.lite', '.bin').filter((file) => file.includes(filter));
  const notRun: string[] = [];
  let models = 0;
  for (const file of files) {
    if (Buffer.from(readBytes(file).subarray(4, 8)).toString('latin1') !== 'TFL3') continue;
    const each = interpreterCase(folder, file);
    if ('verdict' in each || !each.isQuantized) continue;
    const values = observeLayers(each);
    if (typeof values === 'string') {
      notRun.push(`${each.name}: ${values.replace(/\s+/g, ' ').slice(0, 160)}`);
      continue;
    }
    models += 1;
    for (const node of mainGraph(each.model).nodes) hold(each, node, values);
  }
  printTallies();
  console.log(`\n${models} integer models compared, ${notRun.length} that the interpreter does not run`);
  for (const line of notRun) console.log(`  not run  ${line}`);
  console.log(`${unexplained.length} operators differ without a rule that explains it`);
  for (const line of unexplained) console.log(`  UNEXPLAINED  ${line}`);
}
process.exitCode = unexplained.length > 0 ? 1 : 0;
