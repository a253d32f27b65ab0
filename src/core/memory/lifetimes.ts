import type { Graph, Node } from '../ir/graph';
import type { Model } from '../ir/model';
import type { Tensor } from '../ir/tensor';
import { bodiesOf } from '../ir/traverse';
import { alignUp, arenaBytes } from './arenaBytes';

/** Steps of a model whose bodies call each other can grow without end: beyond this there is no plan. */
const MAX_STEPS = 1_000_000;

/** A tensor, or a kernel's scratch buffer, that needs room in the arena. */
export interface ArenaBuffer {
  readonly graph: number;
  /** -1 for a scratch buffer. */
  readonly tensor: number;
  /** The node whose kernel asks for a scratch buffer; -1 for a tensor. */
  readonly node: number;
  /** Aligned. */
  readonly bytes: number;
  /** The offset the model's own plan gives it; left out where the planner decides. */
  readonly pinned?: number;
  /** First and last step at which its content must stay; -1 for a tensor that nothing touches. */
  readonly first: number;
  readonly last: number;
}

export interface Lifetimes {
  /** In the order the planner gets them: graph by graph, tensor by tensor. */
  readonly buffers: readonly ArenaBuffer[];
  /** Node of the main graph that runs at each step, -1 at step 0, where the inputs arrive. */
  readonly stepNodes: Int32Array;
  /** When each node of each graph runs, the bodies it calls included; -1 for a node that never does. */
  readonly nodes: readonly Times[];
}

/** Why there are no lifetimes, as one sentence. */
export interface UnknownLifetimes {
  readonly reason: string;
}

/**
 * When each tensor of a model is alive, by TFLM's rules: a step an operator, bodies of control flow run within their
 * operator's time with steps of their own; graph inputs live from the start and outputs to the end; constants and
 * variable tensors are not in the plan; tensors that nothing touches are, at step -1 (TFLite only). `pinned` holds the
 * offset of each tensor, graph by graph, or -1: a variable tensor with an offset is planned too.
 * Source: AllocationInfoBuilder in tensorflow/tflite-micro micro_allocation_info.cc.
 */
export function lifetimesOf(model: Model, pinned: Int32Array | null = null): Lifetimes | UnknownLifetimes {
  const walk = new LifetimeWalk(model);
  if (!walk.run()) {
    return {
      reason: `Control flow runs through more than ${MAX_STEPS.toLocaleString('en')} steps: memory is not planned.`,
    };
  }
  const buffers: ArenaBuffer[] = [];
  let position = 0;
  for (const [index, graph] of model.graphs.entries()) {
    for (const tensor of graph.tensors) {
      const place = pinned?.[position++] ?? -1;
      const buffer = bufferOf(model, index, tensor, walk.times[index]!, place);
      if (buffer !== null && 'reason' in buffer) return buffer;
      if (buffer !== null) buffers.push(buffer);
    }
  }
  return { buffers, stepNodes: Int32Array.from(walk.stepNodes), nodes: walk.nodeTimes };
}

/** The room a tensor needs, at its place or anywhere (-1); null for one that needs none. */
function bufferOf(
  model: Model,
  graph: number,
  tensor: Tensor,
  times: Times,
  place: number,
): ArenaBuffer | UnknownLifetimes | null {
  const first = times.first[tensor.id]!;
  const isUntouched = first < 0;
  const isKept = tensor.isVariable && place === -1;
  if (tensor.constant || isKept || tensor.captured || (isUntouched && model.format !== 'tflite')) return null;
  const bytes = arenaBytes(tensor);
  if (bytes === null) {
    if (isUntouched) return null;
    return { reason: `The shape or type of "${tensor.name}" is not known: memory cannot be planned.` };
  }
  if (bytes === 0) return null;
  const pinned = place === -1 ? {} : { pinned: place };
  return { graph, tensor: tensor.id, node: -1, bytes: alignUp(bytes), first, last: times.last[tensor.id]!, ...pinned };
}

/** First and last step of each tensor or node of a graph. */
export interface Times {
  readonly first: Int32Array;
  readonly last: Int32Array;
}

function noTimes(count: number): Times {
  return { first: new Int32Array(count).fill(-1), last: new Int32Array(count).fill(-1) };
}

interface Names {
  readonly own: ReadonlyMap<string, number>;
  /** Values of enclosing graphs that this one reads. */
  readonly captured: readonly string[];
}

/** A graph being walked, and where in it. */
interface Frame {
  readonly graph: number;
  node: number;
  /** Bodies of the current node still to walk. */
  pending: number[];
  /** Tensors of this graph that bodies of the current node read by name. */
  held: number[];
}

class LifetimeWalk {
  readonly times: readonly Times[];
  readonly nodeTimes: readonly Times[];
  readonly stepNodes: number[] = [-1];
  readonly #graphs: readonly Graph[];
  readonly #frames: Frame[] = [];
  readonly #names = new Map<number, Names>();

  constructor(model: Model) {
    this.#graphs = model.graphs;
    this.times = model.graphs.map((graph) => noTimes(graph.tensors.length));
    this.nodeTimes = model.graphs.map((graph) => noTimes(graph.nodes.length));
  }

  /** False when there are too many steps. */
  run(): boolean {
    this.#enter(0);
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      if (this.stepNodes.length > MAX_STEPS) return false;
      const body = frame.pending.shift();
      if (body !== undefined) {
        this.#step();
        this.#enter(body);
        continue;
      }
      this.#leaveNode(frame);
      frame.node += 1;
      const node = this.#graphs[frame.graph]!.nodes[frame.node];
      if (node) this.#enterNode(frame, node);
      else this.#leave(frame);
    }
    return true;
  }

  #step(): void {
    this.stepNodes.push(this.#frames[0]!.node);
  }

  #enter(graph: number): void {
    const { inputs } = this.#graphs[graph]!;
    const callers = [...this.#frames];
    this.#frames.push({ graph, node: -1, pending: [], held: [] });
    for (const tensor of inputs) this.#create(graph, tensor);
    if (callers.length === 0) return;
    for (const name of this.#namesOf(graph).captured) this.#hold(callers, name);
  }

  /** A body reads a value of the nearest enclosing graph that has the name: it stays until the caller's node is done. */
  #hold(callers: readonly Frame[], name: string): void {
    for (const frame of callers.toReversed()) {
      const tensor = this.#namesOf(frame.graph).own.get(name);
      if (tensor === undefined) continue;
      frame.held.push(tensor);
      return;
    }
  }

  #namesOf(graph: number): Names {
    const known = this.#names.get(graph);
    if (known) return known;
    const { tensors } = this.#graphs[graph]!;
    const own = tensors.filter((tensor) => !tensor.captured);
    const names: Names = {
      own: new Map(own.map((tensor) => [tensor.name, tensor.id])),
      captured: tensors.filter((tensor) => tensor.captured).map((tensor) => tensor.name),
    };
    this.#names.set(graph, names);
    return names;
  }

  #enterNode(frame: Frame, node: Node): void {
    this.#step();
    const { first } = this.nodeTimes[frame.graph]!;
    if (first[frame.node] === -1) first[frame.node] = this.stepNodes.length - 1;
    for (const tensor of node.outputs) this.#create(frame.graph, tensor);
    frame.pending = bodiesOf(node).filter(
      (body) => this.#graphs[body] && !this.#frames.some((outer) => outer.graph === body),
    );
  }

  #leaveNode(frame: Frame): void {
    const node = this.#graphs[frame.graph]!.nodes[frame.node];
    if (!node) return;
    for (const tensor of node.inputs) if (tensor !== null) this.#use(frame.graph, tensor);
    for (const tensor of node.outputs) this.#use(frame.graph, tensor);
    for (const tensor of frame.held.splice(0)) this.#use(frame.graph, tensor);
    this.nodeTimes[frame.graph]!.last[frame.node] = this.stepNodes.length - 1;
  }

  #leave(frame: Frame): void {
    for (const tensor of this.#graphs[frame.graph]!.outputs) this.#create(frame.graph, tensor);
    this.#frames.pop();
  }

  #create(graph: number, tensor: number): void {
    const times = this.times[graph]!;
    if (times.first[tensor] === -1) times.first[tensor] = this.stepNodes.length - 1;
    this.#use(graph, tensor);
  }

  #use(graph: number, tensor: number): void {
    this.times[graph]!.last[tensor] = this.stepNodes.length - 1;
  }
}
