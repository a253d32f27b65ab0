import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { consumers } from '../../ir/traverse';
import { arenaBytes, alignUp } from '../arenaBytes';
import type { NoMemoryPlan } from '../memoryPlan';

/** Orders kept side by side, at most. */
const MAX_BEAM = 64;
/** Numbers copied for all orders that are tried: some hundred milliseconds. */
const MAX_COPIED = 50_000_000;
/** Beyond this no other order is tried. */
const MAX_NODES = 2000;

/** State that nodes share without a tensor between them: their order is meaning. */
const STATEFUL = new Set(['VarHandle', 'ReadVariable', 'AssignVariable', 'CallOnce']);

/**
 * An order of the operators in which less is alive at once, found by keeping the best partial orders side by side (a
 * beam search): nodes by position, or a reason why there is none that is better. Bounded in the orders tried, so that a
 * better one may exist.
 */
export function betterOrder(model: Model): readonly number[] | NoMemoryPlan {
  const graph = model.graphs[0]!;
  if (model.graphs.length > 1) return { reason: 'Control flow is not reordered.' };
  const hasState = graph.nodes.some(({ op }) => STATEFUL.has(op.kind)) || graph.tensors.some((t) => t.isVariable);
  if (hasState) return { reason: 'The model keeps state between operators: their order stays.' };
  if (graph.nodes.length > MAX_NODES) return { reason: `More than ${MAX_NODES} operators are not reordered.` };
  const search = new OrderSearch(graph);
  const found = search.run();
  const before = search.peakOf(graph.nodes.map(({ id }) => id));
  if (found === null || search.peakOf(found) >= before) {
    return { reason: search.hasChoice ? 'No better order was found.' : 'Each operator needs the one before it.' };
  }
  return found;
}

/** The model with its operators in another order; ids of nodes are positions in it. */
export function inOrder(model: Model, order: readonly number[]): Model {
  const [graph, ...rest] = model.graphs;
  const nodes = order.map((id, position): Node => ({ ...graph!.nodes[id]!, id: position }));
  return { ...model, graphs: [{ ...graph!, nodes }, ...rest] };
}

/** A partial order: what has run, what is alive. Linked to the one it continues. */
interface Partial {
  readonly before: Partial | null;
  readonly node: number;
  /** Operators that could run next. */
  readonly ready: readonly number[];
  /** Operands of each node not made yet, and readers of each tensor not run yet, where they differ from the start. */
  readonly missing: Int32Array;
  readonly readers: Int32Array;
  readonly alive: number;
  readonly peak: number;
  /** Names the set of operators that have run. */
  readonly key: number;
}

class OrderSearch {
  readonly #graph: Graph;
  readonly #bytes: Float64Array;
  readonly #operands: readonly (readonly number[])[];
  readonly #next: readonly (readonly number[])[];
  readonly #kept: Uint8Array;
  hasChoice = false;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#bytes = Float64Array.from(graph.tensors, (tensor) =>
      tensor.constant ? 0 : alignUp(arenaBytes(tensor) ?? 0),
    );
    const isPlanned = (id: number | null): id is number => id !== null && !graph.tensors[id]!.constant;
    this.#operands = graph.nodes.map(({ inputs }) => [...new Set(inputs.filter(isPlanned))]);
    const readers = consumers(graph);
    this.#next = graph.tensors.map((_, id) => [
      ...new Set(readers.nodes.subarray(readers.starts[id], readers.starts[id + 1])),
    ]);
    this.#kept = new Uint8Array(graph.tensors.length);
    for (const id of graph.outputs) this.#kept[id] = 1;
  }

  /** The most alive while any node runs, in an order. */
  peakOf(order: readonly number[]): number {
    let state = this.#start();
    for (const node of order) state = this.#after(state, node);
    return state.peak;
  }

  run(): readonly number[] | null {
    const count = this.#graph.nodes.length;
    let beam: readonly Partial[] = [this.#start()];
    for (let step = 0; step < count; step += 1) {
      const best = new Map<number, Partial>();
      for (const state of beam) {
        if (state.ready.length > 1) this.hasChoice = true;
        for (const node of state.ready) {
          const next = this.#after(state, node);
          const known = best.get(next.key);
          if (known === undefined || compare(next, known) < 0) best.set(next.key, next);
        }
      }
      beam = this.#affordable([...best.values()].sort(compare));
      if (beam.length === 0) return null;
    }
    return beam[0] ? pathOf(beam[0]) : null;
  }

  /** The best of them, as many as can be continued within this step's share of the work; one at least. */
  #affordable(states: readonly Partial[]): readonly Partial[] {
    const { nodes, tensors } = this.#graph;
    const share = MAX_COPIED / nodes.length / (nodes.length + tensors.length);
    let tries = 0;
    return states.slice(0, MAX_BEAM).filter(({ ready }, index) => (tries += ready.length) <= share || index === 0);
  }

  #start(): Partial {
    const made = new Set(this.#graph.inputs);
    for (const tensor of this.#graph.tensors) if (tensor.constant) made.add(tensor.id);
    const producible = new Set(this.#graph.nodes.flatMap(({ outputs }) => outputs));
    const missing = Int32Array.from(
      this.#operands,
      (operands) => operands.filter((id) => !made.has(id) && producible.has(id)).length,
    );
    const readers = Int32Array.from(this.#next, (nodes) => nodes.length);
    const alive = this.#graph.inputs.reduce((sum, id) => sum + this.#bytes[id]!, 0);
    const ready = this.#graph.nodes.map(({ id }) => id).filter((id) => missing[id] === 0);
    return { before: null, node: -1, ready, missing, readers, alive, peak: alive, key: 0 };
  }

  #after(state: Partial, node: number): Partial {
    const missing = state.missing.slice();
    const readers = state.readers.slice();
    const ready = state.ready.filter((id) => id !== node);
    const { outputs } = this.#graph.nodes[node]!;
    let alive = outputs.reduce((sum, id) => sum + this.#bytes[id]!, state.alive);
    const peak = Math.max(state.peak, alive);
    for (const id of outputs) {
      for (const next of this.#next[id]!) if ((missing[next]! -= 1) === 0) ready.push(next);
      if (readers[id] === 0 && this.#kept[id] === 0) alive -= this.#bytes[id]!;
    }
    for (const id of this.#operands[node]!) {
      if ((readers[id]! -= 1) === 0 && this.#kept[id] === 0) alive -= this.#bytes[id]!;
    }
    return { before: state, node, ready, missing, readers, alive, peak, key: state.key + hashOf(node) };
  }
}

/** The lower peak first, then less alive; sorting keeps the order of the file among equals. */
function compare(a: Partial, b: Partial): number {
  return a.peak - b.peak || a.alive - b.alive;
}

function pathOf(last: Partial): readonly number[] {
  const path: number[] = [];
  for (let state: Partial | null = last; state !== null && state.node >= 0; state = state.before) path.push(state.node);
  return path.toReversed();
}

/** A number for each node, so that sums tell sets apart: 40 bits of a multiplicative hash. */
function hashOf(node: number): number {
  const low = Math.imul(node + 1, 0x9e3779b1) >>> 0;
  const high = Math.imul(node + 0x7f4a7c15, 0x85ebca6b) >>> 24;
  return high * 2 ** 32 + low;
}
