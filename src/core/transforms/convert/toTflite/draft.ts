import { isInteger, type DType } from '../../../ir/dtype';
import type { Attributes } from '../../../ir/attributes';
import type { Node } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import type { Quantization } from '../../../ir/quantization';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { operatorVersion } from './operatorVersion';

/** Longer lists of integers are not told in their name. */
const MAX_NAMED = 16;

/** What a new activation is. */
export interface ActivationFacts {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantization?: Quantization | null;
}

interface DraftNode {
  readonly op: string;
  readonly inputs: readonly (TensorId | null)[];
  readonly outputs: readonly TensorId[];
  readonly attributes: Attributes;
}

/** The TFLite graph while it grows, operator by operator in execution order. */
export class TfliteDraft {
  readonly #tensors: Tensor[] = [];
  readonly #nodes: DraftNode[] = [];
  readonly #makers = new Map<TensorId, DraftNode>();
  readonly #integers = new Map<string, TensorId>();
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  tensor(id: TensorId): Tensor {
    return this.#tensors[id]!;
  }

  shape(id: TensorId): readonly number[] {
    return this.#tensors[id]!.shape as readonly number[];
  }

  activation(name: string, { dtype, shape, quantization = null }: ActivationFacts): TensorId {
    return this.#add({ name: this.#unique(name), dtype, shape, quantization, constant: null, isVariable: false });
  }

  /** State that the kernel keeps between steps, zero at first. */
  variable(name: string, shape: readonly number[]): TensorId {
    const facts = { dtype: 'float32', shape, quantization: null, constant: null, isVariable: true } as const;
    return this.#add({ name: this.#unique(name), ...facts });
  }

  constant(
    name: string,
    dtype: DType,
    shape: readonly number[],
    bytes: Uint8Array,
    quantization: Quantization | null = null,
  ): TensorId {
    const length = bytes.byteLength;
    const key = `converted:${this.#tensors.length}`;
    const constant = { byteLength: length, storedBytes: length, key, read: () => bytes };
    return this.#add({ name: this.#unique(name), dtype, shape, quantization, constant, isVariable: false });
  }

  /** A list of int32 (axes, shapes, paddings); the same list is one tensor. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): TensorId {
    const key = `${shape.join('x')}:${values.join(',')}`;
    const known = this.#integers.get(key);
    if (known !== undefined) return known;
    const name = values.length > MAX_NAMED ? `int32/${shape.join('x')}` : `int32/${key}`;
    const id = this.constant(name, 'int32', shape, new Uint8Array(Int32Array.from(values).buffer));
    this.#integers.set(key, id);
    return id;
  }

  reals(name: string, shape: readonly number[], values: Float32Array): TensorId {
    return this.constant(name, 'float32', shape, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  node(op: string, inputs: readonly (TensorId | null)[], outputs: readonly TensorId[], attributes: Attributes): void {
    const node = { op, inputs, outputs, attributes };
    this.#nodes.push(node);
    for (const output of outputs) this.#makers.set(output, node);
  }

  /** The first input of the RESHAPE that makes a tensor; null for tensors of other makers. */
  reshapedFrom(id: TensorId): TensorId | null {
    const maker = this.#makers.get(id);
    return maker?.op === 'RESHAPE' ? maker.inputs[0]! : null;
  }

  rename(id: TensorId, name: string): void {
    const { name: before } = this.#tensors[id]!;
    this.#taken.delete(before);
    if (before !== name) this.#tensors[id] = { ...this.#tensors[id]!, name: this.#unique(name) };
  }

  isMade(id: TensorId): boolean {
    return this.#makers.has(id);
  }

  /** The file as a model: operators that no output needs are left out, and so are their tensors. */
  finish(inputs: readonly TensorId[], outputs: readonly TensorId[], description: string): Model {
    const kept = this.#liveNodes(outputs);
    const ids = new Map<TensorId, TensorId>();
    const tensors: Tensor[] = [];
    const moved = (id: TensorId): TensorId => {
      const known = ids.get(id);
      if (known !== undefined) return known;
      ids.set(id, tensors.length);
      tensors.push({ ...this.#tensors[id]!, id: tensors.length });
      return tensors.length - 1;
    };
    const newInputs = inputs.map(moved);
    const nodes = kept.map((node, index): Node => {
      const source = { op: node.op, domain: '', version: this.#version(node), name: '', index };
      return {
        id: index,
        op: { kind: 'Opaque', bodies: [] },
        inputs: node.inputs.map((id) => (id === null ? null : moved(id))),
        outputs: node.outputs.map(moved),
        source: { ...source, attributes: node.attributes },
      };
    });
    const graph = { name: 'main', tensors, nodes, inputs: newInputs, outputs: outputs.map(moved) };
    return {
      format: 'tflite',
      graphs: [graph],
      signatures: [],
      metadata: [],
      formatVersion: 'TensorFlow Lite, schema 3',
      opsets: {},
      producer: '',
      description,
      fileBytes: 0,
      notes: [],
    };
  }

  #version({ op, inputs, outputs, attributes }: DraftNode): number {
    return operatorVersion(op, {
      inputs: inputs.map((id) => (id === null ? null : this.#tensors[id]!)),
      outputs: outputs.map((id) => this.#tensors[id]!),
      attributes,
    });
  }

  #liveNodes(outputs: readonly TensorId[]): readonly DraftNode[] {
    const needed = new Set<TensorId>(outputs);
    const kept: DraftNode[] = [];
    for (const node of [...this.#nodes].reverse()) {
      if (!node.outputs.some((id) => needed.has(id))) continue;
      for (const id of node.inputs) if (id !== null) needed.add(id);
      kept.push(node);
    }
    return kept.reverse();
  }

  #add(tensor: Omit<Tensor, 'id'>): TensorId {
    this.#tensors.push({ ...tensor, id: this.#tensors.length });
    return this.#tensors.length - 1;
  }

  #unique(name: string): string {
    let free = name;
    let count = this.#counts.get(name) ?? 0;
    for (; this.#taken.has(free); count += 1) free = `${name};${count + 1}`;
    this.#counts.set(name, count);
    this.#taken.add(free);
    return free;
  }
}

/** Integers that stand for reals. */
export function isQuantized({ dtype, quantization }: Pick<Tensor, 'dtype' | 'quantization'>): boolean {
  return isInteger(dtype) && quantization !== null && quantization.scales.length > 0;
}
