import { readModel } from '../../src/core/formats/readModel';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import type { Node } from '../../src/core/ir/graph';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { elementReader } from '../../src/core/ir/decode';
import { bytesOf, type DType } from '../../src/core/ir/dtype';
import type { Tensor, TensorId } from '../../src/core/ir/tensor';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import { toOnnx } from '../../src/core/transforms/convert/toOnnx/toOnnx';
import { runTfliteBatch } from '../fixtures/tfliteBatch';
import { compareValues } from './compareValues';
import { stateStarts } from './stateStarts';
import type { Row } from './table';
import { runPlainly } from './plainOnnxruntime';
import { outputsOf } from './batchOutputs';

/**
 * ONNX Runtime rounds the result of an integer layer once, in float; TFLite's kernels scale by a fixed-point multiplier
 * and may round twice. Each layer so differs by a step at most, and a deep network adds these up. So every operator is
 * run alone on what the interpreter computed before it, and must be within one step.
 */
export async function layerByLayer(name: string, file: Uint8Array, inputs: Uint8Array, whole: string): Promise<Row> {
  const model = inferShapes(readModel(new MemoryByteSource(file, 'm.tflite')));
  const graph = mainGraph(model);
  const seen = [...new Set(graph.nodes.flatMap((node) => node.outputs))];
  const everything: Model = { ...model, graphs: [{ ...graph, outputs: seen }], signatures: [] };
  const [outcome] = runTfliteBatch([{ model: writeTflite(everything), inputs }]);
  if (!outcome || 'error' in outcome)
    return { name, verdict: 'wrong', detail: `${whole}; its layers cannot be observed` };
  // The interpreter lists many outputs in an order of its own.
  const byName = new Map(outputsOf(outcome).map((value, index) => [outcome.outputs[index]!.name, value]));
  const values = new Map<TensorId, TensorValue>();
  for (const id of seen) {
    const value = byName.get(graph.tensors[id]!.name);
    if (value) values.set(id, value);
  }
  graph.inputs.reduce((at, id) => {
    const { dtype, shape } = graph.tensors[id]!;
    const size = (shape as number[]).reduce((product, dim) => product * dim, dtype.endsWith('32') ? 4 : 1);
    values.set(id, { dtype, shape: shape as number[], data: Uint8Array.from(inputs.subarray(at, at + size)) });
    return at + size;
  }, 0);
  let worst = 0;
  for (const node of graph.nodes) {
    const steps = await stepsOf(model, node, values);
    if (steps > 1)
      return {
        name,
        verdict: 'wrong',
        detail: `${whole}; ${node.source.op} ${node.source.index} alone by ${steps} steps`,
      };
    worst = Math.max(worst, steps);
  }
  return {
    name,
    verdict: 'equal',
    detail: `${whole}; each of ${graph.nodes.length} operators alone within ${worst} step`,
  };
}

/**
 * How far an operator's results are off in the converted form, in steps, on the values given. `states` are what variable
 * tensors held before.
 */
export async function stepsOf(
  model: Model,
  node: Node,
  values: ReadonlyMap<TensorId, TensorValue>,
  states: ReadonlyMap<TensorId, TensorValue> = new Map(),
): Promise<number> {
  const graph = mainGraph(model);
  if (!node.outputs.every((id) => values.has(id))) return 0;
  const given = [...new Set(node.inputs.filter((id): id is TensorId => id !== null && values.has(id)))];
  const fed = given.filter((id) => !states.has(id));
  if (fed.length === 0) return 0;
  const alone = {
    ...model,
    graphs: [{ ...graph, nodes: [{ ...node, id: 0 }], inputs: fed, outputs: node.outputs }],
    signatures: [],
  };
  const inputs = fed.map((id) => ({ ...values.get(id)!, name: graph.tensors[id]!.name || `tensor_${id}` }));
  const converted = toOnnx(alone);
  const kept = node.inputs.filter((id): id is TensorId => id !== null && states.has(id));
  const starts = stateStarts(converted).map((start, i) => {
    const before = kept[i] === undefined ? undefined : states.get(kept[i]);
    return before ? { ...start, data: asPort(graph.tensors[kept[i]!]!, before, start.dtype) } : start;
  });
  const got = await runPlainly(converted.bytes, [...inputs, ...starts]);
  if (typeof got === 'string') throw new Error(`${node.source.op} ${node.source.index}: ${got}`);
  const differences = node.outputs.map((id, index) => compareValues(got[index]!, values.get(id)!, 1e-4, 1));
  return Math.max(...differences.map(({ worst, isEqual }) => (isEqual ? Math.min(worst, 1) : Math.max(worst, 2))));
}

/** State as the port of the ONNX file takes it: the integers themselves, or the reals that they stand for. */
function asPort({ quantization }: Tensor, { dtype, data }: TensorValue, port: DType): Uint8Array {
  if (dtype === port || !quantization) return data;
  const at = elementReader(data, dtype)!;
  const count = data.length / bytesOf(dtype, 1);
  const real = (i: number): number => (at(i) - (quantization.zeroPoints[0] ?? 0)) * quantization.scales[0]!;
  return new Uint8Array(Float32Array.from({ length: count }, (_, i) => real(i)).buffer);
}
