import type { Graph, Node } from './graph';
import { commonShape, InferenceScope } from './inferenceScope';
import { isOnnxLoop, loopOutputs, shapesHold, teachLoopBody } from './loopInference';
import type { Model } from './model';
import { definitionOf } from './semantics/registry';
import type { KnownValues, OutputFacts } from './semantics/definition';
import { bindShape, type Dim, type Shape } from './shape';
import type { Tensor, TensorId } from './tensor';
import { bodiesOf } from './traverse';

/** Symbols of the file to counts; what is not named is 1. */
export type Bindings = Readonly<Record<string, number>>;

/** Bodies nested deeper are inferred on their own, without what surrounds them. */
const MAX_NESTING = 32;

/** Loops nested deeper are not tried with the shapes they start from. */
const MAX_ASSUMING = 4;

interface Run {
  readonly model: Model;
  readonly symbols: ReadonlyMap<string, number>;
  readonly scopes: (InferenceScope | null)[];
}

/** Symbols that the model's inputs name: these are free, and bound; any other is a result that must be computed. */
function boundSymbols(graph: Graph | undefined, bindings: Bindings): ReadonlyMap<string, number> {
  const symbols = new Map(Object.entries(bindings));
  for (const input of graph?.inputs ?? []) {
    for (const dim of graph?.tensors[input]?.shape ?? []) {
      if (typeof dim === 'string' && !symbols.has(dim)) symbols.set(dim, 1);
    }
  }
  return symbols;
}

function resolveShape(shape: Shape | null, symbols: ReadonlyMap<string, number>): Shape | null {
  if (!shape?.some((dim) => typeof dim === 'string')) return shape;
  return shape.map((dim: Dim) => (typeof dim === 'string' ? (symbols.get(dim) ?? null) : dim));
}

function openScope(run: Run, index: number, parent: InferenceScope | null): InferenceScope | null {
  const graph = run.model.graphs[index];
  if (!graph || run.scopes[index]) return null;
  const freeInputs = new Set(index === 0 ? graph.inputs : []);
  const resolve = (tensor: Tensor): Shape | null => {
    const shape = resolveShape(tensor.shape, run.symbols);
    return shape && freeInputs.has(tensor.id) && !tensor.constant ? bindShape(shape) : shape;
  };
  const scope = new InferenceScope(graph, parent, resolve);
  run.scopes[index] = scope;
  return scope;
}

/** What a loop carries may change its size and value from step to step: its rank and type hold. */
function carriedFacts(outer: InferenceScope, given: number, unchanged: boolean): OutputFacts {
  const facts = outer.facts(given);
  if (unchanged) return facts;
  return { shape: facts.shape?.map(() => null) ?? null, dtype: facts.dtype ?? 'unknown' };
}

/** What a body's inputs start as. */
function teachBodyInputs(node: Node, outer: InferenceScope, body: InferenceScope, assuming: boolean): void {
  const { kind } = node.op;
  if (isOnnxLoop(node)) teachLoopBody(node, outer, body, assuming);
  if (kind !== 'Call' && kind !== 'While') return;
  for (const [position, input] of body.graph.inputs.entries()) {
    const given = node.inputs[position];
    if (typeof given === 'number') body.learn(input, carriedFacts(outer, given, kind === 'Call'), 'unknown');
  }
}

function bodyOutput(body: InferenceScope | null | undefined, position: number): OutputFacts {
  const tensor = body?.graph.outputs[position];
  if (!body || tensor === undefined) return { shape: null };
  const { shape, dtype } = body.facts(tensor);
  return { shape, ...(dtype && { dtype }) };
}

/** Results of control flow, from its bodies' results. */
function controlOutputs(run: Run, node: Node, outer: InferenceScope): readonly OutputFacts[] {
  const [first, second] = bodiesOf(node).map((body) => run.scopes[body]);
  if (isOnnxLoop(node)) return first ? loopOutputs(node, outer, first) : [];
  return node.outputs.map((_, position): OutputFacts => {
    switch (node.op.kind) {
      case 'Call':
        return bodyOutput(first, position);
      case 'If': {
        const then = bodyOutput(first, position);
        return { ...then, shape: commonShape(then.shape, bodyOutput(second, position).shape) };
      }
      default:
        return { shape: null };
    }
  });
}

interface Frame {
  readonly scope: InferenceScope;
  next: number;
  /** Of the node at `next`. `assumed`: run once, on the assumption that a loop keeps the shapes it carries. */
  bodies: 'to run' | 'assumed' | 'run';
}

function learnOutputs(scope: InferenceScope, node: Node, facts: readonly OutputFacts[]): void {
  const defaultDtype = scope.dtype(0) ?? 'unknown';
  for (const [position, tensor] of node.outputs.entries()) {
    const fact = facts[position];
    if (fact) scope.learn(tensor, fact, defaultDtype);
  }
}

/** Opens the bodies of a node on top of the stack. */
function pushBodies(run: Run, stack: Frame[], node: Node, outer: InferenceScope, assuming: boolean): void {
  for (const body of bodiesOf(node)) {
    const inner = openScope(run, body, outer);
    if (!inner) continue;
    teachBodyInputs(node, outer, inner, assuming);
    stack.push({ scope: inner, next: 0, bodies: 'to run' });
  }
}

/** Forgets what was inferred of a node's bodies and of the bodies in them. */
function forgetBodies(run: Run, node: Node): void {
  const open = [...bodiesOf(node)];
  for (let body = open.pop(); body !== undefined; body = open.pop()) {
    const scope = run.scopes[body];
    if (!scope) continue;
    run.scopes[body] = null;
    for (const inner of scope.graph.nodes) open.push(...bodiesOf(inner));
  }
}

/** Runs the bodies of the frame's node, as far as it has any that have not run; true when there are. */
function enterBodies(run: Run, stack: Frame[], frame: Frame, node: Node): boolean {
  const bodies = bodiesOf(node);
  if (bodies.length === 0 || frame.bodies === 'run') return false;
  if (frame.bodies === 'assumed') {
    const body = run.scopes[bodies[0]!];
    frame.bodies = 'run';
    if (!body || shapesHold(node, frame.scope, body)) return false;
    forgetBodies(run, node);
    pushBodies(run, stack, node, frame.scope, false);
    return true;
  }
  if (stack.length >= MAX_NESTING) return false;
  // Each level that is run twice doubles the work of those below it.
  const assuming = isOnnxLoop(node) && stack.length <= MAX_ASSUMING;
  frame.bodies = assuming ? 'assumed' : 'run';
  pushBodies(run, stack, node, frame.scope, assuming);
  return true;
}

/** Runs one graph and, before each node, the bodies that it names; with a stack of its own. */
function inferGraph(run: Run, index: number): void {
  const root = openScope(run, index, null);
  const stack: Frame[] = root ? [{ scope: root, next: 0, bodies: 'to run' }] : [];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const { scope } = frame;
    const node = scope.graph.nodes[frame.next];
    if (!node) {
      stack.pop();
      continue;
    }
    if (enterBodies(run, stack, frame, node)) continue;
    scope.node = node;
    const hasBodies = bodiesOf(node).length > 0;
    learnOutputs(
      scope,
      node,
      hasBodies ? controlOutputs(run, node, scope) : definitionOf(node.op).infer(node.op, scope),
    );
    frame.next += 1;
    frame.bodies = 'to run';
  }
}

function filled(graph: Graph, scope: InferenceScope | null | undefined): Graph {
  if (!scope) return graph;
  const tensors = graph.tensors.map((tensor) => {
    const shape = scope.shapes[tensor.id] ?? null;
    const dtype = scope.dtypes[tensor.id] ?? tensor.dtype;
    return shape === tensor.shape && dtype === tensor.dtype ? tensor : { ...tensor, shape, dtype };
  });
  return { ...graph, tensors };
}

/**
 * The model with shapes (and dtypes the file leaves open) filled in as far as they can be known: free dimensions of the
 * inputs bound to 1 or as `bindings` says, shapes that the file states kept, the rest computed operator by operator,
 * with small integer tensors followed (Shape, Gather, Concat, Reshape chains). What stays unknown stays null. Linear in
 * nodes. Throws only ModelError `gone`, when the file changed under it.
 */
export function inferShapes(model: Model, bindings: Bindings = {}): Model {
  return inferWithValues(model, bindings).model;
}

/** What `inferWithValues` knows. */
export interface InferredModel {
  readonly model: Model;
  /** Elements of a tensor of the main graph that are known before running (constants, Shape and Gather chains). */
  readonly valueOf: (tensor: TensorId) => KnownValues | null;
}

/** `inferShapes`, and the values of small tensors that it followed on the way. */
export function inferWithValues(model: Model, bindings: Bindings = {}): InferredModel {
  const run: Run = {
    model,
    symbols: boundSymbols(model.graphs[0], bindings),
    scopes: model.graphs.map(() => null),
  };
  for (let index = 0; index < model.graphs.length; index += 1) inferGraph(run, index);
  const graphs = model.graphs.map((graph, index) => filled(graph, run.scopes[index]));
  return { model: { ...model, graphs }, valueOf: (tensor) => run.scopes[0]?.tensorValue(tensor) ?? null };
}
