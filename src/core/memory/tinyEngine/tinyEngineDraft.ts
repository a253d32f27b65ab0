import { elementCount, isStatic } from '../../ir/shape';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { alignUp } from '../arenaBytes';
import type { PlanDraft } from '../memoryPlan';
import { sharedInPlace } from '../whatIf/inPlace';

/**
 * A draft of TinyEngine's memory: int8 depthwise convolutions work in place, reshapes are no operators, and beside the
 * activations lie two buffers for as long as the model runs, each as large as the operator that asks for most: columns
 * for convolutions (or one padded channel for depthwise ones), and weights widened to 16 bits. Sizes are rounded up to 16
 * bytes, which TinyEngine does not do, and a depthwise result of a quarter keeps the room of its operand.
 * Source: GeneralMemoryScheduler.allocateMemory in code_generator of tinyengine 47bb283c, and get_sbuf_size and
 * get_kbuf_size of its operators/conv2d.py and operators/depthwiseConv2d.py.
 */
export function tinyEngineDraft(model: Model, draft: PlanDraft): PlanDraft {
  const graph = model.graphs[0]!;
  const shared = sharedInPlace(model, draft, { elementwise: false, smaller: true, onlyInt8: true });
  const steps = draft.stepNodes.length - 1;
  const widest = (of: (graph: Graph, node: Node) => number): number =>
    graph.nodes.reduce((most, node) => Math.max(most, of(graph, node)), 0);
  const needs = [widest(columnBytes), widest(widenedBytes)].filter((bytes) => bytes > 0);
  // Copies of channels lie in the same buffer as columns.
  const kept =
    shared.buffers.length - shared.shared.filter((id) => graph.nodes[id]!.op.kind === 'DepthwiseConv2d').length;
  const rooms = (shared.rooms ?? []).slice(0, (shared.rooms ?? []).length - (shared.buffers.length - kept));
  const whole = needs.map((bytes) => ({
    graph: 0,
    tensor: -1,
    node: -1,
    bytes: alignUp(bytes),
    first: 0,
    last: steps,
  }));
  return {
    stepNodes: draft.stepNodes,
    buffers: [...shared.buffers.slice(0, kept), ...whole],
    rooms: [...rooms, ...whole.map(({ bytes, first, last }) => ({ bytes, first, last }))],
    roomOf: Int32Array.from([
      ...(shared.roomOf ?? []).slice(0, kept),
      ...whole.map((_, index) => rooms.length + index),
    ]),
  };
}

/** Bytes of the shared buffer that a node asks for: two columns of 16 bits, or a padded channel of 16 bits. */
function columnBytes(graph: Graph, { op, inputs }: Node): number {
  const operand = graph.tensors[inputs[0] ?? -1];
  if (operand?.dtype !== 'int8') return 0;
  const [, kernelHeight, kernelWidth] = dims(graph, inputs[1]);
  const [, height, width, channels] = dims(graph, inputs[0]);
  if (op.kind === 'Conv2d') return kernelHeight * kernelWidth * channels * 2 * 2;
  if (op.kind !== 'DepthwiseConv2d') return 0;
  const padding = Math.floor(kernelHeight / 2);
  return 2 * (height + 2 * padding) * (width + 2 * padding);
}

/** Of a tensor with four known dimensions; zeros for any other. */
function dims(graph: Graph, tensor: number | null | undefined): readonly [number, number, number, number] {
  const shape = graph.tensors[tensor ?? -1]?.shape ?? null;
  if (!isStatic(shape) || shape.length !== 4) return [0, 0, 0, 0];
  return [shape[0]!, shape[1]!, shape[2]!, shape[3]!];
}

/** Bytes of a convolution's weights at 16 bits, unless it is 1×1. */
function widenedBytes(graph: Graph, { op, inputs }: Node): number {
  const weights = graph.tensors[inputs[1] ?? -1]?.shape ?? null;
  if (op.kind !== 'Conv2d' || !isStatic(weights) || weights[1] === 1) return 0;
  return (elementCount(weights) ?? 0) * 2;
}
