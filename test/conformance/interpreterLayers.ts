import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { createIntegerSession } from '../../src/core/execute/integer/integerSession';
import type { Rounding } from '../../src/core/execute/integer/fixedPoint';
import { ModelError } from '../../src/core/ir/errors';
import type { Node } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { bodiesOf } from '../../src/core/ir/traverse';
import type { TensorId } from '../../src/core/ir/tensor';
import type { TensorValue } from '../../src/core/ports/executor';
import { runTfliteBatch } from '../fixtures/tfliteBatch';
import { outputsOf } from './batchOutputs';
import type { InterpreterCase } from './interpreterCase';

export type Values = ReadonlyMap<TensorId, TensorValue>;

const SHOWN = new Set(['int8', 'uint8', 'int16', 'int32', 'float32', 'bool']);

/** What an interpreter written by others computed for every tensor of the main graph, or why it did not. */
export function observeLayers({ model, inputs }: InterpreterCase): Values | string {
  const graph = mainGraph(model);
  const made = [...new Set(graph.nodes.flatMap((node) => node.outputs))];
  const seen = made.filter((id) => SHOWN.has(graph.tensors[id]!.dtype));
  // Names that are unique: the interpreter lists many outputs in an order of its own.
  const nameOf = (id: TensorId): string => `tensor/${id}`;
  const tensors = graph.tensors.map((tensor) => ({ ...tensor, name: nameOf(tensor.id) }));
  const everything: Model = {
    ...model,
    graphs: [{ ...graph, tensors, outputs: seen }, ...model.graphs.slice(1)],
    signatures: [],
  };
  const [outcome] = runTfliteBatch([
    { model: writeTflite(everything), inputs: Buffer.concat(inputs.map(({ data }) => data)) },
  ]);
  if (!outcome || 'error' in outcome) return outcome?.error ?? 'no answer';
  const byName = new Map(outputsOf(outcome).map((value, index) => [outcome.outputs[index]!.name, value]));
  const values = new Map<TensorId, TensorValue>(graph.inputs.map((id, i) => [id, inputs[i]!]));
  for (const id of seen) {
    const value = byName.get(nameOf(id));
    // Its own name for the 16-bit type is another one.
    if (value) values.set(id, { ...value, dtype: graph.tensors[id]!.dtype });
  }
  return values;
}

/** What the integer engine gives for one operator on what the interpreter computed before it, or why it does not. */
export function engineAlone(
  model: Model,
  node: Node,
  values: Values,
  rounding: Rounding,
): readonly TensorValue[] | string {
  // A graph that it runs is no part of it alone.
  if (bodiesOf(node).length > 0) return 'it runs another graph';
  const graph = mainGraph(model);
  const fed = [...new Set(node.inputs.filter((id): id is TensorId => id !== null && values.has(id)))];
  const alone = { ...graph, nodes: [{ ...node, id: 0 }], inputs: fed, outputs: node.outputs };
  try {
    const session = createIntegerSession({ ...model, graphs: [alone], signatures: [] }, { rounding, reference: true });
    return session.invoke(
      fed.map((id) => ({ ...values.get(id)!, shape: session.tensor(id)!.shape, dtype: graph.tensors[id]!.dtype })),
    );
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return (error.details[0] ?? error.message).replace(/^.*?: /, '');
  }
}
