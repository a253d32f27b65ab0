import type { Graph, Node } from './graph';
import type { Model } from './model';
import type { TensorId } from './tensor';

/** Node that makes each tensor; -1 for inputs and constants. The first one, where a broken file has several. */
export function producers(graph: Graph): Int32Array {
  const result = new Int32Array(graph.tensors.length).fill(-1);
  for (const node of graph.nodes) {
    for (const tensor of node.outputs) {
      if (result[tensor] === -1) result[tensor] = node.id;
    }
  }
  return result;
}

/** Nodes that read each tensor, as lists end to end: tensor t is read by `nodes[starts[t]]` to `nodes[starts[t + 1] - 1]`. */
export interface Consumers {
  readonly starts: Uint32Array;
  readonly nodes: Uint32Array;
}

/** Who reads what; a node that reads a tensor twice is listed twice. Linear in the edges. */
export function consumers(graph: Graph): Consumers {
  const tensorCount = graph.tensors.length;
  const starts = new Uint32Array(tensorCount + 1);
  forEachInput(graph, (_, tensor) => {
    starts[tensor + 1]! += 1;
  });
  for (let tensor = 0; tensor < tensorCount; tensor += 1) starts[tensor + 1]! += starts[tensor]!;
  const nodes = new Uint32Array(starts[tensorCount]!);
  const next = starts.slice();
  forEachInput(graph, (node, tensor) => {
    nodes[next[tensor]!] = node.id;
    next[tensor]! += 1;
  });
  return { starts, nodes };
}

function forEachInput(graph: Graph, visit: (node: Node, tensor: TensorId) => void): void {
  for (const node of graph.nodes) {
    for (const tensor of node.inputs) {
      if (tensor !== null && tensor < graph.tensors.length) visit(node, tensor);
    }
  }
}

/** Nodes whose results reach a graph output, as 0 or 1 a node. The rest is dead. */
export function reachable(graph: Graph): Uint8Array {
  const made = producers(graph);
  const live = new Uint8Array(graph.nodes.length);
  const open: number[] = [];
  const need = (tensor: TensorId | null): void => {
    const node = tensor === null ? -1 : (made[tensor] ?? -1);
    if (node >= 0 && live[node] === 0) {
      live[node] = 1;
      open.push(node);
    }
  };
  graph.outputs.forEach(need);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    graph.nodes[node]!.inputs.forEach(need);
  }
  return live;
}

/** Graphs that a node runs: bodies of control flow and of unknown operators. */
export function bodiesOf(node: Node): readonly number[] {
  return 'bodies' in node.op ? node.op.bodies : [];
}

/**
 * All graphs, each after the graphs that its nodes run (where a broken file has them in a circle, one of them comes
 * before what it runs).
 */
export function bodiesFirst(model: Model): readonly number[] {
  const bodies = model.graphs.map((graph) => graph.nodes.flatMap((node) => bodiesOf(node)));
  const seen = new Uint8Array(model.graphs.length);
  const order: number[] = [];
  for (let root = 0; root < model.graphs.length; root += 1) {
    if (seen[root] === 1) continue;
    seen[root] = 1;
    const stack = [{ graph: root, next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const body = bodies[top.graph]![top.next];
      top.next += 1;
      if (body === undefined) {
        order.push(top.graph);
        stack.pop();
      } else if (seen[body] === 0) {
        seen[body] = 1;
        stack.push({ graph: body, next: 0 });
      }
    }
  }
  return order;
}
