import type { Graph } from '../ir/graph';
import { mainGraph, type Model } from '../ir/model';
import { formatShape, isStatic } from '../ir/shape';
import type { TensorId } from '../ir/tensor';
import type { ByteSource } from '../ports/byteSource';
import { bindInputs, type ShapeBindings } from '../transforms/run/bindInputs';
import { carriedPairs } from '../transforms/run/carriedState';
import { keepsState } from '../transforms/run/integerModel';
import { EXECUTORS, type RunPort } from '../transforms/run/modelSession';
import { executorRefusal, executorsFor } from '../transforms/run/openModelSession';
import { inputPorts, outputPorts, portNamer } from '../transforms/run/runPorts';
import { enterModel } from '../transforms/run/signatureModel';
import type { RunFormView } from './runView';

/** What a model can be fed and what can run it. Plans it for each executor, but runs nothing. Throws ModelError. */
export function buildRunForm(
  model: Model,
  source: ByteSource,
  signature: string | null,
  shapes: ShapeBindings,
): RunFormView {
  const { model: entered, names } = enterModel(model, signature);
  const bound = bindInputs(entered, shapes);
  const graph = mainGraph(bound);
  const named = portNamer(graph, names);
  const inputs = inputPorts(bound, graph).map(named);
  const pairs = carriedPairs(inputs, outputPorts(bound, graph).map(named));
  const states = new Set(pairs.map(({ input }) => input));
  const executors = EXECUTORS.map((id) => {
    const refusal = executorRefusal(bound, source, id);
    return { id, refusal: refusal?.message ?? null, details: refusal?.details ?? [] };
  });
  const runs = (id: string | null) => executors.some((each) => each.id === id && each.refusal === null);
  return {
    signatures: model.signatures.map(({ key }) => key),
    inputs: inputs.map((port, i) => ({
      name: port.name,
      dtype: port.dtype,
      shape: formatShape(port.shape),
      isState: states.has(i),
      bindAs: freeName(mainGraph(entered), port.tensor),
      takesPictures: isPicture(port),
    })),
    executors,
    chosen: executorsFor(bound).find(runs) ?? null,
    isStateful: states.size > 0 || keepsState(bound),
  };
}

function freeName(graph: Graph, id: TensorId): string | null {
  const { name, shape } = graph.tensors[id]!;
  return isStatic(shape) ? null : name;
}

function isPicture({ shape, layout }: RunPort): boolean {
  const channels = layout === 'NHWC' ? shape[3] : shape[1];
  return shape.length === 4 && shape[0] === 1 && (channels === 1 || channels === 3);
}
