import type { Model } from '../../ir/model';
import type { Tensor } from '../../ir/tensor';
import { arenaBytes } from '../arenaBytes';
import type { MemoryPlan } from '../memoryPlan';
import { Arena, ARENA_ALIGNMENT } from './arena';
import type { KernelRequests, ModelRequests } from './kernelRequests';
import { offlineOffsets } from './offlinePlan';
import {
  intArrayBytes,
  MAX_SCRATCH_BUFFERS_PER_OPERATOR,
  parsedOptions,
  structures,
  type StructureName,
} from './structures';

/** What a piece of the arena's tail is for. */
export type TailPart =
  | 'allocator'
  | 'resource variables'
  | 'tensors'
  | 'nodes'
  | 'options'
  | 'kernels'
  | 'scratch handles'
  | 'variables'
  | 'inputs and outputs';

/** One persistent allocation, in the order in which TFLM makes them. */
export interface TailAllocation {
  readonly part: TailPart;
  readonly bytes: number;
  readonly alignment: number;
  /** Bytes by which it moves the tail: its own and the gap of its alignment. */
  readonly taken: number;
  /** The node it is for, of the graph. */
  readonly graph?: number;
  readonly node?: number;
}

/** What AllocateTensors of TFLM takes of an arena, in bytes. */
export interface TflmArena {
  readonly persistent: number;
  /** The least arena, in steps of 16 bytes, with which AllocateTensors succeeds: planning needs room of its own. */
  readonly minimum: number;
  readonly tail: readonly TailAllocation[];
}

/** Choices of the firmware that change the tail. */
export interface TflmArenaOptions {
  /** How many resource variables the firmware makes room for; by default as many as the model has. */
  readonly resourceVariables?: number;
}

/**
 * Replays what MicroInterpreter's constructor and AllocateTensors take of the arena: 32-bit pointers, one arena for
 * both ends, no compression. Source: micro_interpreter.cc and micro_allocator.cc of tensorflow/tflite-micro 90b983c2b.
 */
export function tflmArena(
  model: Model,
  requests: ModelRequests,
  plan: Pick<MemoryPlan, 'planned' | 'buffers'>,
  options: TflmArenaOptions = {},
): TflmArena {
  return new Allocation(model, requests, plan, options).run();
}

class Allocation {
  readonly #arena = new Arena();
  readonly #tail: TailAllocation[] = [];
  readonly #model: Model;
  readonly #requests: ModelRequests;
  readonly #plan: Pick<MemoryPlan, 'planned' | 'buffers'>;
  readonly #options: TflmArenaOptions;
  #scratchBuffers = 0;

  constructor(
    model: Model,
    requests: ModelRequests,
    plan: Pick<MemoryPlan, 'planned' | 'buffers'>,
    options: TflmArenaOptions,
  ) {
    this.#model = model;
    this.#requests = requests;
    this.#plan = plan;
    this.#options = options;
  }

  run(): TflmArena {
    this.#construct();
    this.#startModel();
    this.#prepareNodes();
    this.#planMemory();
    this.#inputsAndOutputs();
    return {
      persistent: this.#arena.tail,
      minimum: Math.ceil(this.#arena.needed / ARENA_ALIGNMENT) * ARENA_ALIGNMENT,
      tail: this.#tail,
    };
  }

  #take(part: TailPart, bytes: number, alignment: number, node?: { graph: number; node: number }): void {
    const before = this.#arena.tail;
    this.#arena.persistent(bytes, alignment);
    this.#tail.push({ part, bytes, alignment, taken: this.#arena.tail - before, ...node });
  }

  #takeStructures(part: TailPart, name: StructureName, count = 1): void {
    this.#take(part, structures[name] * count, 4);
  }

  #construct(): void {
    this.#takeStructures('allocator', 'singleArenaBufferAllocator');
    this.#takeStructures('allocator', 'greedyMemoryPlanner');
    this.#takeStructures('allocator', 'microAllocator');
    const variables = this.#options.resourceVariables ?? countResources(this.#model);
    if (variables === 0) return;
    this.#take('resource variables', structures.resourceVariables, ARENA_ALIGNMENT);
    this.#take('resource variables', structures.resourceVariable * variables, ARENA_ALIGNMENT);
  }

  #startModel(): void {
    const { graphs } = this.#model;
    this.#takeStructures('allocator', 'builtinDataAllocator');
    this.#resizeRequests();
    this.#takeStructures('allocator', 'subgraphAllocations', graphs.length);
    for (const graph of graphs) this.#takeStructures('tensors', 'evalTensor', graph.tensors.length);
    for (const graph of graphs) this.#takeStructures('nodes', 'nodeAndRegistration', graph.nodes.length);
    for (const [graph, { nodes }] of graphs.entries()) {
      for (const [node, { source }] of nodes.entries()) {
        const size = source.domain === 'custom' ? undefined : parsedOptions[source.op];
        if (size) this.#take('options', size[0], size[1], { graph, node });
      }
    }
  }

  /** The head holds the requests for scratch buffers while kernels prepare. */
  #resizeRequests(): void {
    const count = this.#scratchBuffers + MAX_SCRATCH_BUFFERS_PER_OPERATOR;
    this.#arena.resizeHead(count * structures.scratchBufferRequest);
  }

  #prepareNodes(): void {
    this.#eachNode((requests, graph, node) => {
      for (const bytes of requests.init) this.#take('kernels', bytes, ARENA_ALIGNMENT, { graph, node });
    });
    this.#eachNode((requests, graph, node) => {
      for (const { kind, bytes } of requests.prepare) {
        if (kind === 'scratch') this.#scratchBuffers += 1;
        else this.#take('kernels', bytes, ARENA_ALIGNMENT, { graph, node });
      }
      for (const tensor of requests.looksAt ?? this.#operandsOf(graph, node)) this.#lookAt(tensor);
      this.#arena.resetTemporary();
      this.#resizeRequests();
    });
  }

  #eachNode(visit: (requests: KernelRequests, graph: number, node: number) => void): void {
    for (const [graph, nodes] of this.#requests.entries()) {
      for (const [node, requests] of nodes.entries()) visit(requests, graph, node);
    }
  }

  #operandsOf(graph: number, node: number): (Tensor | null)[] {
    const { nodes, tensors } = this.#model.graphs[graph]!;
    const { inputs, outputs } = nodes[node]!;
    return [...inputs, ...outputs].map((id) => (id === null ? null : (tensors[id] ?? null)));
  }

  #lookAt(tensor: Tensor | null): void {
    if (!tensor) return;
    for (const bytes of tensorStructures(tensor)) this.#arena.temporary(bytes, 4);
  }

  /** FinishModelAllocation: what the planner works with lies between head and tail. */
  #planMemory(): void {
    const { graphs } = this.#model;
    if (this.#scratchBuffers > 0) {
      this.#takeStructures('scratch handles', 'scratchBufferHandle', this.#scratchBuffers);
    }
    const tensors = graphs.reduce((sum, graph) => sum + graph.tensors.length, 0);
    this.#arena.temporary(graphs.length * structures.pointer, 4);
    this.#arena.temporary((tensors + this.#scratchBuffers) * structures.allocationInfo, 4);
    this.#variables();
    this.#arena.everythingLeft(this.#plan.buffers.length * structures.plannerBuffer);
    this.#arena.resizeHead(0);
    this.#arena.resizeHead(this.#plan.planned);
  }

  /** Variable tensors keep their place, except those that the model's own plan places. */
  #variables(): void {
    const pinned = offlineOffsets(this.#model);
    let position = 0;
    for (const graph of this.#model.graphs) {
      for (const tensor of graph.tensors) {
        const isPlaced = pinned !== null && pinned[position] !== -1;
        position += 1;
        if (tensor.isVariable && !isPlaced) this.#take('variables', arenaBytes(tensor) ?? 0, ARENA_ALIGNMENT);
      }
    }
  }

  #inputsAndOutputs(): void {
    const main = this.#model.graphs[0]!;
    for (const ids of [main.inputs, main.outputs]) {
      this.#take('inputs and outputs', ids.length * structures.pointer, ARENA_ALIGNMENT);
      for (const id of ids) {
        for (const bytes of tensorStructures(main.tensors[id]!)) this.#take('inputs and outputs', bytes, 4);
      }
    }
  }
}

/** Bytes of a TfLiteTensor and of what it keeps of its quantization. */
function tensorStructures({ quantization }: Tensor): readonly number[] {
  if (!quantization) return [structures.tensor];
  return [structures.tensor, structures.affineQuantization, intArrayBytes(quantization.scales.length)];
}

function countResources(model: Model): number {
  const resources = new Set<string>();
  for (const graph of model.graphs) {
    for (const { op } of graph.nodes) if (op.kind === 'VarHandle') resources.add(op.resource);
  }
  return resources.size;
}
