import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Tensor, TensorId } from '../../ir/tensor';

/** Nodes in an order in which each reads only what exists, and whether that is the order they came in. */
export interface ExecutionOrder {
  readonly nodes: readonly Node[];
  readonly asWritten: boolean;
}

/**
 * Runtimes execute in list order. A list out of order is put in order (a node follows its last operand); one that
 * cannot be is ModelError `cyclic`. Inputs and variable tensors may be read before they are written: they have a value at the
 * start. Linear in nodes and operands, without recursion.
 */
export function executionOrder(
  name: string,
  nodes: readonly Node[],
  tensors: readonly Tensor[],
  inputs: readonly TensorId[],
): ExecutionOrder {
  const producer = producersOf(name, nodes, tensors);
  for (const input of inputs) producer.delete(input);
  const needs = nodes.map((node) => neededBy(node, producer));
  const asWritten = needs.every((needed, index) => needed.every((other) => other < index));
  if (asWritten) return { nodes, asWritten };
  return { nodes: sorted(name, nodes, needs).map((node, id) => ({ ...node, id })), asWritten };
}

/** Which node writes a tensor. Written twice or over a constant, a tensor would not mean one thing: `corrupt`. */
function producersOf(name: string, nodes: readonly Node[], tensors: readonly Tensor[]): Map<TensorId, number> {
  const producer = new Map<TensorId, number>();
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs) {
      const tensor = tensors[output]!;
      if (tensor.isVariable) continue;
      if (producer.has(output) || tensor.constant) {
        const also = tensor.constant ? 'which is a constant' : 'which another operator also writes';
        throw new ModelError('corrupt', `${name} is damaged: operator ${index} writes tensor ${tensor.name}, ${also}.`);
      }
      producer.set(output, index);
    }
  }
  return producer;
}

function neededBy(node: Node, producer: ReadonlyMap<TensorId, number>): number[] {
  return node.inputs.flatMap((input) => {
    const index = input === null ? undefined : producer.get(input);
    return index === undefined ? [] : [index];
  });
}

/** Depth first from the front of the file: a node follows its last operand. */
function sorted(name: string, nodes: readonly Node[], needs: readonly (readonly number[])[]): Node[] {
  const waiting = needs.map((needed) => needed.length);
  const readers = new Map<number, number[]>();
  for (const [index, needed] of needs.entries()) {
    for (const other of needed) {
      const list = readers.get(other);
      if (list) list.push(index);
      else readers.set(other, [index]);
    }
  }
  const ready = nodes.flatMap((_, index) => (waiting[index] === 0 ? [index] : [])).reverse();
  const order: Node[] = [];
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    order.push(nodes[index]!);
    const freed: number[] = [];
    for (const reader of readers.get(index) ?? []) {
      waiting[reader] = waiting[reader]! - 1;
      if (waiting[reader] === 0) freed.push(reader);
    }
    for (const reader of freed.reverse()) ready.push(reader);
  }
  if (order.length < nodes.length) {
    const stuck = nodes.find((_, index) => waiting[index]! > 0)!;
    throw new ModelError(
      'cyclic',
      `${name} cannot run: operator ${stuck.source.index} (${stuck.source.op}) needs its own result.`,
    );
  }
  return order;
}
