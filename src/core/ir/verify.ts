import type { Graph } from './graph';
import type { Model } from './model';
import { bodiesOf } from './traverse';

/** Something that no reader or transform may leave in a model. */
export interface Problem {
  readonly graph: number;
  /** Null for the graph itself. */
  readonly node: number | null;
  readonly message: string;
}

type Report = (node: number | null, message: string) => void;

function verifyTensors(graph: Graph, report: Report): void {
  for (const [index, tensor] of graph.tensors.entries()) {
    if (tensor.id !== index) report(null, `tensor ${index} has the id ${tensor.id}`);
  }
  for (const tensor of [...graph.inputs, ...graph.outputs]) {
    if (!graph.tensors[tensor]) report(null, `the graph names tensor ${tensor} of ${graph.tensors.length}`);
  }
}

function verifyNodes(model: Model, graph: Graph, report: Report): void {
  for (const [index, node] of graph.nodes.entries()) {
    if (node.id !== index) report(index, `node ${index} has the id ${node.id}`);
    for (const tensor of [...node.inputs, ...node.outputs, ...(node.intermediates ?? [])]) {
      if (tensor !== null && !graph.tensors[tensor]) report(index, `names tensor ${tensor} of ${graph.tensors.length}`);
    }
    for (const body of bodiesOf(node)) {
      if (!model.graphs[body]) report(index, `runs graph ${body} of ${model.graphs.length}`);
    }
  }
}

/** Each tensor is made before it is read. A tensor that nothing makes is a kernel's own or a default: allowed. */
function verifyOrder(graph: Graph, report: Report): void {
  const waiting = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const input of graph.inputs) waiting.delete(input);
  for (const tensor of graph.tensors) {
    if (tensor.isVariable || tensor.constant) waiting.delete(tensor.id);
  }
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input !== null && waiting.has(input)) report(node.id, `reads tensor ${input} before it is made`);
    }
    for (const output of node.outputs) waiting.delete(output);
  }
}

/** Each tensor is made once, and constants and inputs by nobody. */
function verifySingleMakers(graph: Graph, report: Report): void {
  const given = new Set(graph.inputs);
  for (const tensor of graph.tensors) {
    if (tensor.constant) given.add(tensor.id);
  }
  const made = new Set<number>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      // A Constant node stays in the graph of its file; its tensor holds the value.
      if (given.has(output) && node.op.kind !== 'Constant')
        report(node.id, `writes into tensor ${output}, which is given`);
      if (made.has(output)) report(node.id, `makes tensor ${output} a second time`);
      made.add(output);
    }
  }
}

/** What is wrong with a model's structure; empty when nothing is. */
export function verify(model: Model): readonly Problem[] {
  const problems: Problem[] = [];
  if (model.graphs.length === 0) problems.push({ graph: 0, node: null, message: 'the model has no graph' });
  for (const [index, graph] of model.graphs.entries()) {
    const report: Report = (node, message) => problems.push({ graph: index, node, message });
    verifyTensors(graph, report);
    verifyNodes(model, graph, report);
    verifyOrder(graph, report);
    verifySingleMakers(graph, report);
  }
  return problems;
}
