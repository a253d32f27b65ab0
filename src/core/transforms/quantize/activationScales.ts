import { decodeReals } from '../../ir/decode';
import { isFloat } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import type { ActivationHistogram } from './activationHistogram';
import { affineInt8, type Range } from './affine';
import { chooseRange, type RangeMethod } from './ranges';
import { ScaleGroups } from './scaleGroups';

/** What was seen of each activation, by tensor id. */
export type Observations = ReadonlyMap<TensorId, ActivationHistogram>;

/** The scale of every activation of a graph: one for each group of tensors that must share it. */
export class ActivationScales {
  readonly groups: ScaleGroups;
  readonly #graph: Graph;
  readonly #ranges = new Map<TensorId, Range>();
  readonly #chosen = new Map<TensorId, Quantization>();

  /** Throws ModelError `not-finite` with the node whose values are not numbers. */
  constructor(graph: Graph, observations: Observations, method: RangeMethod) {
    this.#graph = graph;
    this.groups = new ScaleGroups(graph);
    for (const [id, histogram] of observations) {
      if (histogram.notFinite > 0) throw notFinite(graph, id);
      if (this.groups.fixed(id) === null) this.#widen(id, chooseRange(histogram, method));
    }
    for (const tensor of graph.tensors) {
      if (tensor.constant && isFloat(tensor.dtype) && this.isGrouped(tensor.id)) {
        this.#widen(tensor.id, rangeOf(decodeReals(tensor), tensor.name));
      }
    }
  }

  /** Throws ModelError `corrupt` for a tensor that was never observed. */
  scaleOf(id: TensorId): Quantization {
    const leader = this.groups.leader(id);
    const known = this.groups.fixed(id) ?? this.#chosen.get(leader);
    if (known) return known;
    const range = this.#ranges.get(leader);
    if (!range) {
      throw new ModelError('corrupt', `Nothing was seen of ${this.#graph.tensors[id]!.name} while calibrating.`);
    }
    const scale = affineInt8(range);
    this.#chosen.set(leader, scale);
    return scale;
  }

  /** True for a constant that shares its scale with activations (an operand of a Concat). */
  isGrouped(id: TensorId): boolean {
    return this.groups.leader(id) !== id;
  }

  #widen(id: TensorId, range: Range): void {
    const leader = this.groups.leader(id);
    const known = this.#ranges.get(leader) ?? { low: 0, high: 0 };
    this.#ranges.set(leader, { low: Math.min(known.low, range.low), high: Math.max(known.high, range.high) });
  }
}

/** Smallest and largest value with 0 among them. Throws ModelError `not-finite`. */
export function rangeOf(reals: Float32Array, name: string): Range {
  let [low, high] = [0, 0];
  for (const real of reals) {
    if (!Number.isFinite(real)) {
      throw new ModelError('not-finite', `A constant of ${name} holds values that are not finite numbers.`, [name]);
    }
    if (real < low) low = real;
    if (real > high) high = real;
  }
  return { low, high };
}

/** `CONV_2D 3 (model/conv1)`: how a node is called in messages. */
export function nameOf(graph: Graph, node: Node): string {
  const output = node.outputs[0];
  const name = node.source.name || (output === undefined ? '' : graph.tensors[output]!.name);
  return `${node.source.op} ${node.source.index}${name === '' ? '' : ` (${name})`}`;
}

function notFinite(graph: Graph, id: TensorId): ModelError {
  const maker = graph.nodes.find((node) => node.outputs.includes(id));
  const name = maker ? nameOf(graph, maker) : graph.tensors[id]!.name;
  return new ModelError('not-finite', `${name} gives values that are not finite numbers on the calibration data.`, [
    name,
  ]);
}
