import { mainGraph, type Model } from '../ir/model';
import { formatShape } from '../ir/shape';
import type { MemoryPlan, PlacedBuffer } from '../memory/memoryPlan';
import type { Board } from '../targets/board';
import { largestRegion } from '../targets/fit';
import type { BufferView, MemoryView } from './memoryView';

/** The memory heatmap of a plan: what lies where while which operator of the main graph runs. */
export function buildMemoryView(model: Model, plan: MemoryPlan, board: Board | null): MemoryView {
  const main = mainGraph(model);
  const inputs = new Set(main.inputs);
  const outputs = new Set(main.outputs);
  const kindOf = ({ graph, tensor }: PlacedBuffer): BufferView['kind'] => {
    if (graph > 0) return 'activation';
    if (inputs.has(tensor)) return 'input';
    return outputs.has(tensor) ? 'output' : 'activation';
  };
  const nodeAt = (step: number): number => plan.stepNodes[step] ?? -1;
  const region = board && largestRegion(board, 'ram');
  return {
    buffers: plan.buffers.map((buffer) => {
      const graph = model.graphs[buffer.graph]!;
      const tensor = graph.tensors[buffer.tensor]!;
      return {
        // Tensors of bodies are not tensors of the main graph: nothing to select there.
        tensor: buffer.graph === 0 ? buffer.tensor : -1,
        name: buffer.graph === 0 ? tensor.name : `${graph.name}: ${tensor.name}`,
        bytes: buffer.bytes,
        offset: buffer.offset,
        first: nodeAt(buffer.first),
        last: nodeAt(buffer.last),
        kind: kindOf(buffer),
        dtype: tensor.dtype,
        shape: formatShape(tensor.shape),
      };
    }),
    operators: main.nodes.map((node) => node.source.op),
    live: plan.live,
    planned: plan.planned,
    lowerBound: plan.lowerBound,
    peak: plan.peak,
    planner: 'TFLM greedy',
    limit: region ? { region: region.name, bytes: region.bytes } : null,
  };
}
