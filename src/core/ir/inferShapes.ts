import type { Graph, Node } from './graph';
import { commonShape, InferenceScope } from './inferenceScope';
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

/** What a body's inputs start as. ONNX Loop gives a counter and a condition before the values it carries. */
function teachBodyInputs(node: Node, outer: InferenceScope, body: InferenceScope): void {
  const { kind } = node.op;
  if (kind !== 'Call' && kind !== 'While' && kind !== 'Loop') return;
  for (const [position, input] of body.graph.inputs.entries()) {
    const given = node.inputs[position];
    if (kind === 'Loop' && position < 2) {
      body.learn(input, { shape: [], dtype: position === 0 ? 'int64' : 'bool' }, 'unknown');
    } else if (typeof given === 'number') {
      body.learn(input, carriedFacts(outer, given, kind === 'Call'), 'unknown');
    }
  }
}

function bodyOutput(body: InferenceScope | null | undefined, position: number): OutputFacts {
  const tensor = body?.graph.outputs[position];
  if (!body || tensor === undefined) return { shape: null };
  const { shape, dtype } = body.facts(tensor);
  return { shape, ...(dtype && { dtype }) };
}

/** Results of control flow, from its bodies' results. */
function controlOutputs(run: Run, node: Node): readonly OutputFacts[] {
  const [first, second] = bodiesOf(node).map((body) => run.scopes[body]);
  return node.outputs.map((_, position): OutputFacts => {
    switch (node.op.kind) {
      case 'Call':
        return bodyOutput(first, position);
      case 'If': {
        const then = bodyOutput(first, position);
        return { ...then, shape: commonShape(then.shape, bodyOutput(second, position).shape) };
      }
      case 'Loop': {
        const carried = node.inputs.length - 2;
        const one = bodyOutput(first, position + 1);
        return position < carried || !one.shape ? one : { ...one, shape: [null, ...one.shape] };
      }
      default:
        return { shape: null };
    }
  });
}

interface Frame {
  readonly scope: InferenceScope;
  next: number;
  /** Bodies of the node at `next` are done. */
  bodiesDone: boolean;
}

function learnOutputs(scope: InferenceScope, node: Node, facts: readonly OutputFacts[]): void {
  const defaultDtype = scope.dtype(0) ?? 'unknown';
  for (const [position, tensor] of node.outputs.entries()) {
    const fact = facts[position];
    if (fact) scope.learn(tensor, fact, defaultDtype);
  }
}

/** Runs one graph and, before each node, the bodies that it names; with a stack of its own. */
function inferGraph(run: Run, index: number): void {
  const root = openScope(run, index, null);
  const stack: Frame[] = root ? [{ scope: root, next: 0, bodiesDone: false }] : [];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const { scope } = frame;
    const node = scope.graph.nodes[frame.next];
    if (!node) {
      stack.pop();
      continue;
    }
    const bodies = bodiesOf(node);
    if (bodies.length > 0 && !frame.bodiesDone && stack.length < MAX_NESTING) {
      frame.bodiesDone = true;
      for (const body of bodies) {
        const inner = openScope(run, body, scope);
        if (inner) {
          teachBodyInputs(node, scope, inner);
          stack.push({ scope: inner, next: 0, bodiesDone: false });
        }
      }
      continue;
    }
    scope.node = node;
    learnOutputs(
      scope,
      node,
      bodies.length > 0 ? controlOutputs(run, node) : definitionOf(node.op).infer(node.op, scope),
    );
    frame.next += 1;
    frame.bodiesDone = false;
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
