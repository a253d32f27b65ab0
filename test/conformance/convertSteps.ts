import { createIntegerSession, type IntegerSession } from '../../src/core/execute/integer/integerSession';
import { ModelError } from '../../src/core/ir/errors';
import type { Graph } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import type { OpKind } from '../../src/core/ir/ops/op';
import type { Tensor, TensorId } from '../../src/core/ir/tensor';
import type { TensorValue } from '../../src/core/ports/executor';
import type { ConvertedModel } from '../../src/core/transforms/convert/toTflite/toTflite';
import { reals } from '../fixtures/tfliteBuilder';
import { compareValues } from './compareValues';
import { stepsOf } from './layerByLayer';
import { runPlainly } from './plainOnnxruntime';
import { stateStarts } from './stateStarts';
import type { Row } from './table';

/** Inferences in a row: enough for what a state holds to come back out of it. */
const STEPS = 5;

const TOLERANCE = 1e-4;

/** Files whose operators cannot be held to the engine one by one; their outputs are all the same. */
const WHOLE_ONLY: Readonly<Record<string, string>> = {
  'tflite-micro/keyword_scrambled.tflite':
    "its scrambled biases make 32-bit sums of TFLM's SVDF wrap around, which ONNX's do not",
  'litert-testdata/matmul_quant.tflite':
    "a step of its first product is a third of one integer product: finer than ONNX Runtime's float32 sums",
};

/** State goes in and out of a file's graph as a whole. */
const STATEFUL: ReadonlySet<OpKind> = new Set<OpKind>(['VarHandle', 'ReadVariable', 'AssignVariable', 'CallOnce']);

type Named = TensorValue & { readonly name: string };

/** Another input at each step. */
function inputsAt(step: number, inputs: readonly Named[]): readonly Named[] {
  return inputs.map((input, index) => {
    const count = input.shape.reduce((product, dim) => product * dim, 1);
    const values = reals(count, 3 + index + 17 * step);
    if (input.dtype === 'float32') return { ...input, data: new Uint8Array(values.buffer) };
    if (input.dtype === 'int16') {
      return { ...input, data: new Uint8Array(Int16Array.from(values, (value) => Math.floor(value * 32767)).buffer) };
    }
    if (input.dtype !== 'int8' && input.dtype !== 'uint8') return input;
    return { ...input, data: Uint8Array.from(values, (value) => Math.floor((value + 1) * 127.5)) };
  });
}

function open(model: Model): IntegerSession | null {
  try {
    return createIntegerSession(model);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

interface Progress {
  /** Largest difference of any output so far, in steps of its scale. */
  worst: number;
  /** Largest difference of an operator fed with what the engine fed it. */
  alone: number;
}

/**
 * The converted file in ONNX Runtime against the integer engine, which answers as TensorFlow Lite Micro does to the bit:
 * several inferences in a row, each on what the one before left as state. Outputs within one step are equal. Deeper
 * networks add up the steps of their layers: there every operator is run alone on what the engine computed before it.
 * Null where the engine does not run the file either.
 */
export async function rowAgainstEngine(
  name: string,
  model: Model,
  converted: ConvertedModel,
  inputs: readonly Named[],
): Promise<Row | null> {
  const session = open(model);
  if (!session) return null;
  const graph = mainGraph(model);
  const states = converted.states ?? [];
  let fed = stateStarts(converted);
  const progress: Progress = { worst: 0, alone: 0 };
  for (let step = 0; step < STEPS; step++) {
    const given = inputsAt(step, inputs);
    const before = heldBy(graph, session, ({ isVariable }) => isVariable);
    const expected = session.invoke(given);
    const got = await runPlainly(converted.bytes, [...given, ...fed]);
    if (typeof got === 'string') return { name, verdict: 'wrong', detail: `step ${step}: ${got}` };
    for (const [index, theirs] of expected.entries()) {
      const { worst } = compareValues(got[index]!, theirs, TOLERANCE, 1);
      progress.worst = Math.max(progress.worst, worst);
    }
    const isAlone = WHOLE_ONLY[name] === undefined;
    if (isAlone) progress.alone = Math.max(progress.alone, await worstAlone(model, session, given, before));
    fed = states.map(({ input }, i) => ({ ...got[expected.length + i]!, name: input }));
  }
  return verdict(name, graph, progress, states.length);
}

function verdict(name: string, graph: Graph, { worst, alone }: Progress, states: number): Row {
  const kept = states === 0 ? '' : `, ${states} states`;
  const detail = `${STEPS} steps${kept}: outputs within ${worst.toPrecision(2)} of a step`;
  const excuse = WHOLE_ONLY[name];
  if (excuse !== undefined) return { name, verdict: worst <= 1 ? 'equal' : 'wrong', detail: `${detail}; ${excuse}` };
  if (worst <= 1)
    return { name, verdict: alone <= 1 ? 'equal' : 'wrong', detail: `${detail}, operators alone within ${alone}` };
  const layers = `${detail}; each of ${graph.nodes.length} operators alone within ${alone}`;
  return { name, verdict: alone <= 1 ? 'equal' : 'wrong', detail: layers };
}

/** What the engine's tensors hold now. */
function heldBy(
  { tensors }: Graph,
  session: IntegerSession,
  isWanted: (tensor: Tensor) => boolean,
): ReadonlyMap<TensorId, TensorValue> {
  const held = tensors.filter(isWanted).map(({ id }) => [id, session.tensor(id)] as const);
  return new Map(held.flatMap(([id, value]) => (value ? [[id, value] as const] : [])));
}

/** Each operator on what the engine had before it. */
async function worstAlone(
  model: Model,
  session: IntegerSession,
  given: readonly Named[],
  states: ReadonlyMap<TensorId, TensorValue>,
): Promise<number> {
  const graph = mainGraph(model);
  const values = new Map(heldBy(graph, session, ({ constant }) => constant === null));
  graph.inputs.forEach((id, i) => values.set(id, given[i]!));
  let worst = 0;
  for (const node of graph.nodes) {
    if (!STATEFUL.has(node.op.kind)) worst = Math.max(worst, await stepsOf(model, node, values, states));
  }
  return worst;
}
