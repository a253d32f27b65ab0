import { bitsOf, isFloat } from './dtype';
import type { Graph, Node } from './graph';
import type { Model } from './model';
import type { ParameterRole, PlainRole, Role } from './semantics/definition';
import { definitionOf, roleOf } from './semantics/registry';
import { elementCount } from './shape';
import type { Tensor, TensorId } from './tensor';
import { producers } from './traverse';

/**
 * Which constants are parameters (weights, biases, scales, embedding tables) and not configuration (shapes, axes,
 * pads): decided by the operand's role in its operator, seen through operators that only move, cast or dequantize.
 */
export interface GraphParameters {
  /** Role of each tensor that is a parameter constant; null for all others. Index = tensor id. */
  readonly roles: readonly (ParameterRole | null)[];
}

export interface ModelParameters {
  readonly graphs: readonly GraphParameters[];
  /** Elements of all parameters, shared bytes once. */
  readonly count: number;
  /** Bytes they take where they are stored, in the model file or beside it, shared ones once. */
  readonly bytes: number;
}

const PARAMETER_ROLES: ReadonlySet<Role> = new Set<ParameterRole>([
  'weights',
  'bias',
  'scale',
  'slope',
  'mean',
  'variance',
  'table',
]);

/**
 * Whether a constant beside an activation (x + c, x · c, a lookup) was learnt: a single number or a list of wide integers
 * is a setting.
 */
function looksLearnt(tensor: Tensor): boolean {
  if (elementCount(tensor.shape) === 1) return false;
  return (
    isFloat(tensor.dtype) || tensor.quantization !== null || (bitsOf(tensor.dtype) <= 8 && tensor.dtype !== 'bool')
  );
}

interface Claim {
  readonly role: ParameterRole;
  /** The role holds only for constants that look learnt. */
  readonly unsure: boolean;
}

function claimOf(role: Role): Claim | null {
  if (typeof role === 'object') return { role: role.constant, unsure: true };
  return PARAMETER_ROLES.has(role) ? { role: role as ParameterRole, unsure: false } : null;
}

/** One pass from the last node to the first, so that a role is known before the operators that carry its tensor. */
function claims(graph: Graph, captured: ReadonlyMap<string, Claim>): readonly (Claim | null)[] {
  const claimed: (Claim | null)[] = graph.tensors.map((tensor) => captured.get(tensor.name) ?? null);
  for (let index = graph.nodes.length - 1; index >= 0; index -= 1) {
    const node = graph.nodes[index]!;
    const { carries } = definitionOf(node.op);
    for (const [input, tensor] of node.inputs.entries()) {
      if (tensor === null) continue;
      const claim = input === carries ? (claimed[node.outputs[0] ?? -1] ?? null) : claimOf(roleOf(node, input));
      const before = claimed[tensor];
      if (claim && (!before || before.unsure)) claimed[tensor] = claim;
    }
  }
  return claimed;
}

/** Roles of captured values, by name, for the graphs around: bodies come after what surrounds them in a model. */
function capturedClaims(graph: Graph, claimed: readonly (Claim | null)[], into: Map<string, Claim>): void {
  for (const tensor of graph.tensors) {
    const claim = claimed[tensor.id];
    if (tensor.captured && claim) into.set(tensor.name, claim);
  }
}

/** The parameters of a model. Reads no weights. Linear in nodes. */
export function findParameters(model: Model): ModelParameters {
  const captured = new Map<string, Claim>();
  // A model without operators is a store of weights: nothing says otherwise of any constant.
  const isStore = model.graphs.every((graph) => graph.nodes.length === 0);
  const graphs: GraphParameters[] = new Array<GraphParameters>(model.graphs.length);
  const counted = new Set<string>();
  let count = 0;
  let bytes = 0;
  for (let index = model.graphs.length - 1; index >= 0; index -= 1) {
    const graph = model.graphs[index]!;
    const claimed = claims(graph, captured);
    capturedClaims(graph, claimed, captured);
    const roles = graph.tensors.map((tensor) => {
      if (isStore) return tensor.constant ? 'weights' : null;
      const claim = claimed[tensor.id];
      return claim && tensor.constant && (!claim.unsure || looksLearnt(tensor)) ? claim.role : null;
    });
    graphs[index] = { roles };
    for (const tensor of graph.tensors) {
      if (!tensor.constant || roles[tensor.id] === null || counted.has(tensor.constant.key)) continue;
      counted.add(tensor.constant.key);
      count += elementCount(tensor.shape) ?? 0;
      bytes += tensor.constant.storedBytes;
    }
  }
  return { graphs, count, bytes };
}

/** Bytes of all constants that lie in other files than the model's, shared ones once. Reads none of them. */
export function externalBytes(model: Model): number {
  const byKey = new Map<string, number>();
  for (const graph of model.graphs) {
    for (const { constant } of graph.tensors) {
      if (constant?.externalBytes !== undefined) byKey.set(constant.key, constant.externalBytes);
    }
  }
  return [...byKey.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Follows operators that only move, cast or dequantize, back to the constant they start from. */
export type ConstantFinder = (tensor: TensorId | null) => Tensor | null;

/** Finds the constant behind a tensor of this graph; null when it comes from an input or a computation. */
export function constantFinder(graph: Graph): ConstantFinder {
  const made = producers(graph);
  return (start) => {
    let tensor = start === null ? undefined : graph.tensors[start];
    // A chain is never longer than the graph; a circle in a broken file is.
    for (let steps = 0; tensor && steps <= graph.nodes.length; steps += 1) {
      if (tensor.constant) return tensor;
      const node: Node | undefined = graph.nodes[made[tensor.id] ?? -1];
      const carries = node && definitionOf(node.op).carries;
      const source = node && carries !== undefined ? node.inputs[carries] : null;
      tensor = typeof source === 'number' ? graph.tensors[source] : undefined;
    }
    return null;
  };
}

/** A parameter as a node sees it: its operand and the constant behind it. */
export interface NodeParameter {
  readonly input: number;
  readonly role: ParameterRole;
  readonly constant: Tensor;
}

/** The parameters that a node computes with; operators that only carry one have none. */
export function nodeParameters(
  node: Node,
  parameters: GraphParameters,
  find: ConstantFinder,
): readonly NodeParameter[] {
  const { carries } = definitionOf(node.op);
  const found: NodeParameter[] = [];
  for (const [input, tensor] of node.inputs.entries()) {
    if (tensor === null || input === carries || !claimOf(roleOf(node, input))) continue;
    const constant = find(tensor);
    const role = constant && parameters.roles[constant.id];
    if (role) found.push({ input, role, constant });
  }
  return found;
}

/** What an operand is to its node, in a word. */
export function roleWord(node: Node, input: number, constant: boolean): ParameterRole | PlainRole {
  const role = roleOf(node, input);
  if (typeof role !== 'object') return role;
  return constant ? role.constant : role.activation;
}
