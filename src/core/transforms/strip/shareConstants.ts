import { fnv1a } from '../../execute/fnv1a';
import type { Model } from '../../ir/model';
import type { ConstantData, Tensor } from '../../ir/tensor';

/** A damaged file may hold any number of constants with one digest: past this many they are not compared. */
const MAX_ALIKE = 16;

/** Constants of a model with equal bytes become one, each read once. Bytes in other files and sparse ones stay apart. */
export function shareConstants(model: Model): Model {
  const known = new Map<string, ConstantData[]>();
  const shared = new Map<string, ConstantData>();
  const graphs = model.graphs.map((graph) => ({
    ...graph,
    tensors: graph.tensors.map((tensor): Tensor => {
      const { constant } = tensor;
      if (constant === null || !isPlain(tensor)) return tensor;
      const first = shared.get(constant.key) ?? firstEqual(known, constant);
      shared.set(constant.key, first);
      return first === constant ? tensor : { ...tensor, constant: first };
    }),
  }));
  return { ...model, graphs };
}

function isPlain({ constant, isSparse, isVariable }: Tensor): boolean {
  return !isVariable && isSparse !== true && (constant?.externalBytes ?? 0) === 0 && (constant?.byteLength ?? 0) > 0;
}

function firstEqual(known: Map<string, ConstantData[]>, constant: ConstantData): ConstantData {
  const bytes = constant.read();
  const digest = `${bytes.length} ${fnv1a(bytes)}`;
  const alike = known.get(digest) ?? [];
  const first = alike.find((other) => isEqual(other.read(), bytes));
  if (first) return first;
  if (alike.length < MAX_ALIKE) known.set(digest, [...alike, constant]);
  return constant;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
