import type { Attributes, AttributeValue } from '../../ir/attributes';
import type { Graph, Node } from '../../ir/graph';
import type { TensorId } from '../../ir/tensor';
import { UNKNOWN, constantOf } from './constantNode';
import { GraphScope } from './graphScope';
import { mapOp } from './ops/mapOp';
import { NodeView } from './ops/nodeView';
import type { Parse } from './parse';
import type { AttributeRecord } from './parseAttribute';
import type { FunctionRecord, GraphRecord, NodeRecord } from './parseGraph';
import { parseGraph } from './parseGraph';
import type { ModelRecord } from './parseModel';
import type { TypeRecord, ValueRecord } from './parseType';
import type { ProtoRange } from './protoRange';
import { sparseTensor } from './sparseTensor';
import { TensorConstant } from './tensorConstant';
import { topologicalOrder } from '../topologicalOrder';

type Opsets = Readonly<Record<string, number>>;

interface PendingGraph {
  readonly record: GraphRecord;
  readonly parent: GraphScope | null;
  readonly opsets: Opsets;
}

/**
 * Turns the records of a file into graphs of the IR: the main graph, then functions, then the bodies of control flow
 * in the order they are met. Works through a queue, so that nesting costs no stack.
 */
export class GraphReader {
  readonly #parse: Parse;
  readonly #functions = new Map<string, number>();
  readonly #pending: PendingGraph[] = [];
  readonly #bodies = new Map<ProtoRange, GraphRecord>();

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  readAll(model: ModelRecord): Graph[] {
    this.#pending.push({ record: model.graph, parent: null, opsets: model.opsets });
    for (const each of model.functions) this.#addFunction(each, model.opsets);
    const graphs: Graph[] = [];
    for (const pending of this.#pending) graphs.push(this.#read(pending));
    return graphs;
  }

  #addFunction(each: FunctionRecord, modelOpsets: Opsets): void {
    this.#functions.set(functionKey(each.domain, each.name, each.overload), this.#pending.length);
    const own = Object.fromEntries(each.opsets.map(({ domain, version }) => [domain, version]));
    this.#pending.push({ record: each.graph, parent: null, opsets: { ...modelOpsets, ...own } });
  }

  #read({ record, parent, opsets }: PendingGraph): Graph {
    const scope = new GraphScope(parent, typesOf(record));
    record.initializers.forEach((tensor) => {
      const { name, dtype, shape } = tensor;
      scope.declare(name, { dtype, shape, constant: new TensorConstant(tensor) });
    });
    for (const sparse of record.sparseInitializers) scope.declare(sparse.values.name, sparseTensor(sparse));
    // Inputs with an initializer are defaults of old files: constants, not inputs that somebody has to feed.
    const inputs = record.inputs.filter(({ name }) => !scope.has(name)).map(({ name }) => scope.declare(name));
    const nodes = this.#ordered(record).map((node, id) => this.#node(node, id, scope, opsets));
    const outputs = record.outputs.map(({ name }) => scope.resolve(name) ?? this.#undefined(scope, name, null));
    return { name: record.name, tensors: scope.tensors, nodes, inputs, outputs, raw: record.range };
  }

  #ordered(record: GraphRecord): readonly NodeRecord[] {
    const { nodes } = record;
    const order = topologicalOrder(
      nodes,
      {
        label: labelOf,
        reads: (node) => (hasBodies(node) ? [...node.inputs, ...this.#namesReadInBodies(node)] : node.inputs),
        writes: (node) => node.outputs,
      },
      this.#parse.source.name,
    );
    if (!order) return nodes;
    this.#parse.note('Nodes are not stored in the order they run; they are shown in an order that works.');
    return order.map((index) => nodes[index]!);
  }

  /** Names that bodies below a node read and do not define themselves: what they capture is among them. */
  #namesReadInBodies(node: NodeRecord): readonly string[] {
    const names: string[] = [];
    const visits: { readonly node: NodeRecord; readonly defined: DefinedNames | null }[] = [{ node, defined: null }];
    // `visits` grows while it is walked.
    for (const visit of visits) {
      for (const range of visit.node.attributes.flatMap((attribute) => attribute.graphs)) {
        const body = this.#body(range);
        const defined: DefinedNames = { own: namesDefinedIn(body), outer: visit.defined };
        for (const inner of body.nodes) {
          names.push(...inner.inputs.filter((name) => !isDefined(name, defined)));
          visits.push({ node: inner, defined });
        }
        names.push(...body.outputs.map((output) => output.name).filter((name) => !isDefined(name, defined)));
      }
    }
    return names;
  }

  #body(range: ProtoRange): GraphRecord {
    const known = this.#bodies.get(range);
    if (known) return known;
    const record = parseGraph(this.#parse, range);
    this.#bodies.set(range, record);
    return record;
  }

  #node(record: NodeRecord, id: number, scope: GraphScope, opsets: Opsets): Node {
    const inputs = record.inputs.map((name) =>
      name === '' ? null : (scope.resolve(name) ?? this.#undefined(scope, name, record)),
    );
    const tensors = inputs.map((input) => (input === null ? null : scope.tensors[input]!));
    const bodies = hasBodies(record) ? new Map<string, readonly number[]>() : NO_BODIES;
    const attributes = this.#attributes(record.attributes, bodies, scope, opsets);
    const outputs = this.#outputs(record, scope, inputs);
    const version = opsets[record.domain === 'ai.onnx' ? '' : record.domain] ?? 0;
    const callee =
      this.#functions.size === 0
        ? undefined
        : this.#functions.get(functionKey(record.domain, record.op, record.overload));
    const op =
      callee === undefined
        ? mapOp(record.domain, new NodeView(record.op, version, attributes, tensors, outputs.length, bodies))
        : ({ kind: 'Call', bodies: [callee] } as const);
    const { name, domain, index, range } = record;
    return { id, op, inputs, outputs, source: { op: record.op, domain, version, name, attributes, index, raw: range } };
  }

  /** Outputs left out at the end are none at all; one left out between others keeps its place without a name. */
  #outputs(record: NodeRecord, scope: GraphScope, inputs: readonly (TensorId | null)[]): TensorId[] {
    const names = record.outputs;
    let used = names.length;
    while (used > 0 && names[used - 1] === '') used--;
    const known = inputs.length === 0 ? constantOf(record) : UNKNOWN;
    return (used === names.length ? names : names.slice(0, used)).map((name) => {
      if (name !== '' && scope.has(name) && !scope.tensors[scope.resolve(name)!]!.captured) {
        this.#parse.note(`Two values are named "${name}"; node ${labelOf(record)} hides the first.`);
      }
      return scope.declare(name, known);
    });
  }

  #attributes(
    records: readonly AttributeRecord[],
    bodies: Map<string, readonly number[]>,
    scope: GraphScope,
    opsets: Opsets,
  ): Attributes {
    if (records.length === 0) return NO_ATTRIBUTES;
    return Object.fromEntries(
      records.map(({ name, value, graphs }): [string, AttributeValue] => {
        if (graphs.length === 0) return [name, value];
        const indices = graphs.map((range) => {
          this.#pending.push({ record: this.#body(range), parent: scope, opsets });
          return this.#pending.length - 1;
        });
        bodies.set(name, indices);
        const [first] = indices;
        return [name, graphs.length === 1 ? { graph: first! } : { text: `graphs ${indices.join(', ')}` }];
      }),
    );
  }

  /** A value that nothing gives: an input of `node`, or of null an output of the graph. */
  #undefined(scope: GraphScope, name: string, node: NodeRecord | null): TensorId {
    const what = node ? `input "${name}" of node ${labelOf(node)}` : `graph output "${name}"`;
    this.#parse.note(`The ${what} is not produced by anything in the file.`);
    return scope.declare(name);
  }
}

/** Most nodes have none: shared, and never written to. */
const NO_BODIES = new Map<string, readonly number[]>();
const NO_ATTRIBUTES: Attributes = {};

function hasBodies(node: NodeRecord): boolean {
  return node.attributes.length > 0 && node.attributes.some(hasGraphs);
}

function hasGraphs(attribute: AttributeRecord): boolean {
  return attribute.graphs.length > 0;
}

/** Names of a body and of the bodies around it. */
interface DefinedNames {
  readonly own: ReadonlySet<string>;
  readonly outer: DefinedNames | null;
}

function isDefined(name: string, defined: DefinedNames): boolean {
  for (let each: DefinedNames | null = defined; each; each = each.outer) if (each.own.has(name)) return true;
  return false;
}

function namesDefinedIn(record: GraphRecord): ReadonlySet<string> {
  return new Set([
    ...record.inputs.map(({ name }) => name),
    ...record.initializers.map(({ name }) => name),
    ...record.sparseInitializers.map(({ values }) => values.name),
    ...record.nodes.flatMap((node) => node.outputs),
  ]);
}

function typesOf(record: GraphRecord): ReadonlyMap<string, TypeRecord> {
  const types = new Map<string, TypeRecord>();
  const add = ({ name, type }: ValueRecord): void => {
    types.set(name, type);
  };
  record.values.forEach(add);
  record.outputs.forEach(add);
  record.inputs.forEach(add);
  return types;
}

function labelOf(node: NodeRecord): string {
  return node.name === '' ? `${node.op} #${node.index}` : `${node.op} "${node.name}"`;
}

function functionKey(domain: string, name: string, overload: string): string {
  return [domain === 'ai.onnx' ? '' : domain, name, overload].join('\0');
}
