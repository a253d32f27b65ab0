import { realValues } from '../../ir/decode';
import { bytesOf, isFloat, type DType } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';
import { constantFinder, type ConstantFinder } from '../../ir/weights';
import { constantOf } from '../quantize/graphDraft';
import { weightedInputs } from '../quantize/weightedOps';
import { zeroPointAt } from '../zeroPoints';

/** Zeros of one layer's weights. */
export interface PrunedLayer {
  readonly graph: number;
  readonly node: number;
  readonly weights: number;
  /** Weights that are exactly zero afterwards; more than asked for where there already were more. */
  readonly zeros: number;
}

export interface PrunedModel {
  readonly model: Model;
  readonly layers: readonly PrunedLayer[];
  /** Layers left as they are, and why. */
  readonly notes: readonly string[];
}

const PRUNABLE = new Set<DType>(['float32', 'float16', 'bfloat16', 'float64', 'int8', 'uint8', 'int16']);

/**
 * Zeroes the smallest weights of every convolution and dense layer: floor(amount · n) of its n weights, by absolute real
 * value, the first ones among equals. Biases stay. Integers become their zero point. Weights that two layers share are
 * pruned once. Throws ModelError `no-weights` when there is nothing to prune and `not-finite` for NaN among weights.
 */
export function pruneMagnitude(model: Model, amount: number): PrunedModel {
  if (!(amount >= 0 && amount <= 1)) throw new RangeError(`the amount ${amount} is no share from 0 to 1`);
  const layers: PrunedLayer[] = [];
  const notes: string[] = [];
  const done = new Map<string, { readonly bytes: Uint8Array; readonly zeros: number }>();
  const graphs = model.graphs.map((graph, index) => {
    const tensors = [...graph.tensors];
    const find = constantFinder(graph);
    for (const node of graph.nodes) {
      const id = weightsOf(graph, node, find);
      if (id === null) continue;
      const tensor = graph.tensors[id]!;
      if (!PRUNABLE.has(tensor.dtype) || tensor.isSparse) {
        notes.push(`${node.source.op} ${node.source.index} was left as it is: ${reasonAgainst(tensor)}.`);
        continue;
      }
      const key = tensor.constant!.key;
      const pruned = done.get(key) ?? zeroSmallest(tensor, amount);
      if (!done.has(key)) layers.push({ graph: index, node: node.id, weights: elements(tensor), zeros: pruned.zeros });
      done.set(key, pruned);
      tensors[id] = { ...tensor, constant: constantOf(pruned.bytes) };
    }
    return { ...graph, tensors };
  });
  if (layers.length === 0) {
    throw new ModelError('no-weights', 'The model has no convolution or dense layer with weights to prune.', notes);
  }
  return { model: { ...model, graphs }, layers, notes };
}

/** The constant that holds a layer's weights, seen through what only unpacks or moves it. */
function weightsOf(graph: Graph, node: Node, find: ConstantFinder): TensorId | null {
  const place = weightedInputs(graph, node);
  return place === null ? null : (find(node.inputs[place.weights] ?? null)?.id ?? null);
}

function reasonAgainst(tensor: Tensor): string {
  return tensor.isSparse ? 'its weights are stored in a sparse form' : `its weights are ${tensor.dtype}`;
}

function zeroSmallest(tensor: Tensor, amount: number): { readonly bytes: Uint8Array; readonly zeros: number } {
  const { count, at } = realValues(tensor);
  const sizes = Float64Array.from({ length: count }, (_, index) => Math.abs(at(index)));
  if (sizes.some((size) => !(size < Infinity))) {
    throw new ModelError('not-finite', `The weights ${tensor.name} hold values that are not finite numbers.`, [
      tensor.name,
    ]);
  }
  const wanted = Math.floor(amount * count);
  const threshold = wanted === 0 ? -1 : sizes.toSorted()[wanted - 1]!;
  const below = sizes.reduce((sum, size) => sum + (size < threshold ? 1 : 0), 0);
  let equals = wanted - below;
  const bytes = tensor.constant!.read().slice();
  const write = zeroWriter(tensor, bytes);
  let zeros = 0;
  for (let index = 0; index < count; index++) {
    const size = sizes[index]!;
    const isCut = size < threshold || (size === threshold && equals-- > 0);
    if (isCut && size !== 0) write(index);
    if (isCut || size === 0) zeros += 1;
  }
  return { bytes, zeros };
}

function zeroWriter(tensor: Tensor, bytes: Uint8Array): (index: number) => void {
  const size = bytesOf(tensor.dtype, 1);
  if (isFloat(tensor.dtype)) return (index) => bytes.fill(0, index * size, (index + 1) * size);
  const zeroAt = zeroPointAt(tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 1
    ? (index) => view.setInt8(index, zeroAt(index))
    : (index) => view.setInt16(index * size, zeroAt(index), true);
}

function elements(tensor: Tensor): number {
  return (tensor.shape as readonly number[]).reduce((product, dim) => product * dim, 1);
}
