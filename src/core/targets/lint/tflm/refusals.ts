import { bitsOf } from '../../../ir/dtype';
import type { Graph, Node } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import { bindShape } from '../../../ir/shape';
import { Refused } from './kernelCheck';
import { hasKernel, kernelChecks } from './kernelChecks';
import { isSized, KernelView } from './kernelView';

/**
 * When TFLM gives up: `resolve` finds no kernel, `prepare` is a kernel's refusal inside AllocateTensors, `plan` what
 * AllocateTensors finds afterwards, `invoke` a kernel's refusal to compute.
 */
export type Stage = 'resolve' | 'prepare' | 'plan' | 'invoke';

/** Why TFLM does not run a node, or the model. */
export interface Refusal {
  readonly stage: Stage;
  /** Index in the model's graphs. */
  readonly graph: number;
  /** Index in the graph's nodes; null for a tensor that no node is to blame for. */
  readonly node: number | null;
  /** The operator's name in the file; empty without a node. */
  readonly operator: string;
  /** The end of a sentence that starts with the operator; a whole sentence without a node. */
  readonly why: string;
  /** True where the firmware stops on an assertion instead of returning an error. */
  readonly aborts: boolean;
  /** False where it depends on the values of the inputs, or on which branch is taken. */
  readonly isCertain: boolean;
}

/** Why TFLM would not run a TFLite model, in the order in which it finds out. At most one for a node and stage. */
export function refusalsOf(model: Model): readonly Refusal[] {
  const reached = invokedGraphs(model);
  const all = model.graphs.flatMap((graph, index) => graphRefusals(model, graph, index, reached));
  const order: readonly Stage[] = ['resolve', 'prepare', 'plan', 'invoke'];
  return order.flatMap((stage) => all.filter((refusal) => refusal.stage === stage));
}

function graphRefusals(model: Model, graph: Graph, index: number, reached: Reached): readonly Refusal[] {
  const nodes = graph.nodes.flatMap((node) => nodeRefusals(new KernelView(model, graph, node), index, reached));
  const tensor = unsizedTensor(graph);
  if (tensor === null) return nodes;
  const unsized = { stage: 'plan', graph: index, node: null, operator: '', aborts: false, isCertain: true } as const;
  return [...nodes, { ...unsized, why: tensor }];
}

/** Graphs that Invoke runs, with whether it does so whatever the inputs are. */
type Reached = ReadonlyMap<number, boolean>;

/** The main graph, conditions of its loops and initializers for certain; branches and bodies perhaps. */
function invokedGraphs(model: Model): Reached {
  const reached = new Map([[0, true]]);
  const queue = [0];
  // Appending while iterating: the loop sees what it adds.
  for (const graph of queue) {
    for (const [body, always] of bodiesOf(model.graphs[graph])) {
      const isCertain = always && reached.get(graph) === true;
      if (reached.get(body) === true || reached.get(body) === isCertain) continue;
      reached.set(body, isCertain);
      queue.push(body);
    }
  }
  return reached;
}

/** Graphs that a graph's nodes run, with whether they do so whatever the inputs are. */
function bodiesOf(graph: Graph | undefined): readonly (readonly [body: number, always: boolean])[] {
  return (graph?.nodes ?? []).flatMap(({ op }) =>
    'bodies' in op
      ? op.bodies.map((body, at) => [body, op.kind === 'CallOnce' || (op.kind === 'While' && at === 0)] as const)
      : [],
  );
}

function nodeRefusals(view: KernelView, graph: number, reached: Reached): readonly Refusal[] {
  const { node } = view;
  const { op: operator, domain } = node.source;
  const base = { graph, node: node.id, operator, aborts: false, isCertain: true };
  if (!hasKernel(operator, domain === 'custom')) return [{ ...base, stage: 'resolve', why: 'has no kernel' }];
  const check = kernelChecks[operator]!;
  const prepared = refusalOf(() => check.prepare?.(view));
  if (prepared) return [{ ...base, stage: 'prepare', why: prepared.message, aborts: prepared.aborts }];
  const isRun = reached.get(graph);
  if (isRun === undefined) return [];
  const invoked = refusalOf(() => check.invoke?.(view));
  if (invoked) {
    return [{ ...base, stage: 'invoke', why: invoked.message, aborts: invoked.aborts, isCertain: isRun }];
  }
  const why = check.values?.(view) ?? null;
  return why === null ? [] : [{ ...base, stage: 'invoke', why, isCertain: false }];
}

function refusalOf(ask: () => void): Refused | null {
  try {
    ask();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/**
 * AllocateTensors asks the size of every tensor, used or not, and takes none that an operator keeps between its own
 * steps and that is not empty (micro_allocation_info.cc).
 */
function unsizedTensor(graph: Graph): string | null {
  const unsized = graph.tensors.find(({ dtype }) => !isSized(dtype));
  if (unsized) return `"${unsized.name}" is of type ${unsized.dtype}, which TFLM cannot keep.`;
  const kept = graph.nodes.flatMap((node: Node) => node.intermediates ?? []);
  const filled = kept
    .map((id) => graph.tensors[id])
    .find((tensor) => {
      const count = bindShape(tensor?.shape ?? []).reduce((product, dim) => product * dim, 1);
      return tensor !== undefined && bitsOf(tensor.dtype) > 0 && count > 0;
    });
  return filled ? `"${filled.name}" is an intermediate tensor with elements, which TFLM does not allocate.` : null;
}
