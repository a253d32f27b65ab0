import { mainGraph, type Model } from '../ir/model';
import { formatShape } from '../ir/shape';
import type { MemoryPlan, PlacedBuffer } from '../memory/memoryPlan';
import type { PlannerId } from '../memory/planners';
import type { Board } from '../targets/board';
import { largestRegion } from '../targets/fit';
import type { BufferView, MemoryView } from './memoryView';

export const plannerNames: Readonly<Record<PlannerId, string>> = {
  greedy: 'TFLM greedy',
  search: 'Optimized',
  linear: 'No reuse',
};

/** The memory heatmap of a plan: what lies where while which operator of the main graph runs. */
export function buildMemoryView(
  model: Model,
  plan: MemoryPlan,
  board: Board | null,
  { planner, order = null }: { readonly planner: PlannerId; readonly order?: readonly number[] | null },
): MemoryView {
  const main = mainGraph(model);
  const inputs = new Set(main.inputs);
  const outputs = new Set(main.outputs);
  const kindOf = ({ graph, tensor }: PlacedBuffer): BufferView['kind'] => {
    if (tensor === -1) return 'scratch';
    if (graph > 0) return 'activation';
    if (inputs.has(tensor)) return 'input';
    return outputs.has(tensor) ? 'output' : 'activation';
  };
  const nodeAt = (step: number): number => plan.stepNodes[step] ?? -1;
  const region = board && largestRegion(board, 'ram');
  return {
    buffers: plan.buffers.map((buffer) => ({
      ...describe(model, buffer),
      bytes: buffer.bytes,
      offset: buffer.offset,
      first: nodeAt(buffer.first),
      last: nodeAt(buffer.last),
      kind: kindOf(buffer),
    })),
    operators: main.nodes.map((node) => node.source.op),
    order,
    live: plan.live,
    planned: plan.planned,
    lowerBound: plan.lowerBound,
    peak: plan.peak,
    planner: plannerNames[planner],
    limit: region ? { region: region.name, bytes: region.bytes } : null,
  };
}

/** Tensors of bodies, and scratch buffers, are no tensors of the main graph: nothing to select there. */
function describe(
  model: Model,
  { graph, tensor, node }: PlacedBuffer,
): Pick<BufferView, 'tensor' | 'name' | 'dtype' | 'shape'> {
  const owner = model.graphs[graph]!;
  const prefix = graph === 0 ? '' : `${owner.name}: `;
  if (tensor === -1) {
    const user = owner.nodes[node];
    const whose = user ? `scratch of #${node} ${user.source.op}` : 'buffer of all kernels';
    return { tensor: -1, name: prefix + whose, dtype: '', shape: '' };
  }
  const { name, dtype, shape } = owner.tensors[tensor]!;
  return { tensor: graph === 0 ? tensor : -1, name: prefix + name, dtype, shape: formatShape(shape) };
}
