import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { bitsOf } from '../../ir/dtype';
import type { OpKind } from '../../ir/ops/op';
import { isStatic, type StaticShape } from '../../ir/shape';
import { alignUp } from '../arenaBytes';
import type { PlanRequest } from '../greedyPlanner';
import type { ArenaBuffer } from '../lifetimes';
import type { PlanDraft } from '../memoryPlan';
import { spatialOf } from './halfInput';

/** Each element of the result needs that element of an operand, and no other. */
const ELEMENTWISE: ReadonlySet<OpKind> = new Set<OpKind>([
  ...(['Add', 'Sub', 'Mul', 'Div', 'Minimum', 'Maximum', 'SquaredDifference', 'Unary', 'Activation'] as const),
  ...(['BatchNorm', 'Quantize', 'Dequantize'] as const),
]);

/** The bytes stay as they are. */
const RENAMING: ReadonlySet<OpKind> = new Set<OpKind>(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity']);

export interface InPlaceRules {
  /** Elementwise operators and activations write over an operand. */
  readonly elementwise: boolean;
  /** A result smaller than its room keeps the room: that can pay or cost. */
  readonly smaller: boolean;
  /** Depthwise convolutions of other types keep a room of their own. */
  readonly onlyInt8?: boolean;
}

export interface InPlaceDraft extends PlanDraft {
  /** Operators that write over an operand. */
  readonly shared: readonly number[];
}

/**
 * A draft in which an operator's result takes the room of an operand that is used for the last time: reshapes,
 * elementwise operators and activations (where `elementwise`), and depthwise convolutions, which work a channel at a time
 * and ask for a copy of one padded channel, 16 bits an element. Inputs of the model are written over too.
 *
 * Depthwise: "MCUNet: Tiny Deep Learning on IoT Devices" (Lin et al., 2020), section 3.2; the copy's size is
 * get_sbuf_size in code_generator/operators/depthwiseConv2d.py of tinyengine 47bb283c.
 */
export function sharedInPlace(model: Model, draft: PlanDraft, rules: InPlaceRules): InPlaceDraft {
  const graph = model.graphs[0]!;
  const sharing = new Sharing(draft.buffers, rules);
  const copies: ArenaBuffer[] = [];
  const shared: number[] = [];
  for (const node of graph.nodes) {
    const isLeft = rules.onlyInt8 === true && graph.tensors[node.inputs[0] ?? -1]?.dtype !== 'int8';
    const copy = isLeft ? null : channelCopy(graph, node);
    const operands = operandsOf(graph, node, rules, copy !== null);
    const step = operands.map((operand) => sharing.join(operand, node.outputs[0]!)).find((at) => at !== null);
    if (typeof step !== 'number') continue;
    shared.push(node.id);
    if (copy !== null) {
      copies.push({ graph: 0, tensor: -1, node: node.id, bytes: alignUp(copy), first: step, last: step });
    }
  }
  return { ...sharing.draft(copies), stepNodes: draft.stepNodes, shared };
}

/** Operands that a node's result may lie over, the first choice first. */
function operandsOf(graph: Graph, node: Node, rules: InPlaceRules, isDepthwise: boolean): readonly number[] {
  const { kind } = node.op;
  const inputs = node.inputs.filter((id) => id !== null && !graph.tensors[id]?.constant) as number[];
  if (node.outputs.length !== 1) return [];
  if (RENAMING.has(kind) || isDepthwise) return inputs.slice(0, 1);
  if (!rules.elementwise || !ELEMENTWISE.has(kind)) return [];
  const result = graph.tensors[node.outputs[0]!]!.shape;
  return inputs.filter((id) => sameShape(graph.tensors[id]!.shape, result));
}

function sameShape(a: readonly unknown[] | null, b: readonly unknown[] | null): boolean {
  return a !== null && b !== null && a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** Bytes of the copy that an in-place depthwise convolution works on; null for one that cannot be in place. */
function channelCopy(graph: Graph, { op, inputs, outputs }: Node): number | null {
  if (op.kind !== 'DepthwiseConv2d' || op.multiplier !== 1) return null;
  const [x, weights, y] = [inputs[0], inputs[1], outputs[0]].map((id) => staticShape(graph, id ?? -1));
  if (!x || !y || !weights) return null;
  const { height, width } = spatialOf(op.layout);
  const kernel = weights[op.layout === 'NHWC' ? 1 : 2] ?? 1;
  const padding = Math.floor(kernel / 2);
  const element = Math.max(2, bitsOf(graph.tensors[inputs[0]!]!.dtype) / 8);
  return element * (x[height]! + 2 * padding) * (x[width]! + 2 * padding);
}

function staticShape(graph: Graph, id: number): StaticShape | null {
  const shape = graph.tensors[id]?.shape ?? null;
  return isStatic(shape) ? shape : null;
}

/** Rooms that grow as results move into them. */
class Sharing {
  readonly #buffers: readonly ArenaBuffer[];
  readonly #rules: InPlaceRules;
  readonly #indexOf = new Map<number, number>();
  readonly #rooms: PlanRequest[];
  readonly #roomOf: Int32Array;

  constructor(buffers: readonly ArenaBuffer[], rules: InPlaceRules) {
    this.#buffers = buffers;
    this.#rules = rules;
    for (const [index, { graph, tensor }] of buffers.entries()) {
      if (graph === 0 && tensor >= 0) this.#indexOf.set(tensor, index);
    }
    this.#rooms = buffers.map(({ bytes, first, last }) => ({ bytes, first, last }));
    this.#roomOf = Int32Array.from(buffers, (_, index) => index);
  }

  /** Puts a result into the room of an operand; the step at which that happens, null where it cannot. */
  join(operand: number, result: number): number | null {
    const from = this.#indexOf.get(operand);
    const to = this.#indexOf.get(result);
    if (from === undefined || to === undefined || from === to) return null;
    const [before, after] = [this.#buffers[from]!, this.#buffers[to]!];
    const room = this.#rooms[this.#roomOf[from]!]!;
    if (before.last !== after.first || room.last !== after.first) return null;
    const fits = this.#rules.smaller ? after.bytes <= room.bytes : after.bytes === room.bytes;
    if (!fits) return null;
    this.#rooms[this.#roomOf[from]!] = { ...room, last: after.last };
    this.#roomOf[to] = this.#roomOf[from]!;
    return after.first;
  }

  draft(copies: readonly ArenaBuffer[]): Omit<PlanDraft, 'stepNodes'> {
    const buffers = [...this.#buffers, ...copies];
    const used = [...new Set(this.#roomOf)].sort((a, b) => a - b);
    const position = new Map(used.map((room, index) => [room, index]));
    const rooms = [
      ...used.map((room) => this.#rooms[room]!),
      ...copies.map(({ bytes, first, last }) => ({ bytes, first, last })),
    ];
    const roomOf = Int32Array.from(buffers, (_, index) =>
      index < this.#roomOf.length ? position.get(this.#roomOf[index]!)! : used.length + index - this.#roomOf.length,
    );
    return { buffers, rooms, roomOf };
  }
}
