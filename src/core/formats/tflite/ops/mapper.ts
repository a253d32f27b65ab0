import type { AttributeValue, Attributes } from '../../../ir/attributes';
import type { Activation, Padding } from '../../../ir/ops/common';
import type { Op } from '../../../ir/ops/op';
import type { Tensor } from '../../../ir/tensor';

/**
 * An operator as the file has it, for the functions that put it into the IR's vocabulary. To add one: its name at the
 * end of schema/operators.ts, its options (if it has any) at the end of schema/optionTables2.ts, and, when the vocabulary
 * can say it, a function under its builtin name in the file of its family here. Without the last it shows as Opaque.
 */
export interface OperatorView {
  /** Named as the schema names the fields of the options table; empty when the file has no such table. */
  readonly attributes: Attributes;
  /** In the file's order. */
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
  /** Values of a small constant integer input (axes, paddings, shapes); null when it is no such constant. */
  integers(input: number): readonly number[] | null;
}

/** Null means: not expressible, show it as Opaque. */
export type OperatorMapper = (operator: OperatorView) => Op | null;

/** Operators of one family by builtin name. */
export type MapperTable = Readonly<Record<string, OperatorMapper>>;

/** A number attribute, or the schema's default where the options table is missing. */
export function numberOf(operator: OperatorView, name: string, fallback = 0): number {
  const value = operator.attributes[name];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : fallback;
}

export function flagOf(operator: OperatorView, name: string): boolean {
  return operator.attributes[name] === true;
}

export function numbersOf(value: AttributeValue | undefined): readonly number[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : null;
}

const activationNames: ReadonlyMap<unknown, Activation> = new Map<unknown, Activation>([
  [undefined, 'none'],
  ['NONE', 'none'],
  ['RELU', 'relu'],
  ['RELU_N1_TO_1', 'reluN1To1'],
  ['RELU6', 'relu6'],
  ['TANH', 'tanh'],
  ['SIGN_BIT', 'signBit'],
]);

/** The fused activation; null for one younger than the schema we know. */
export function activationOf(operator: OperatorView): Activation | null {
  return activationNames.get(operator.attributes.fused_activation_function) ?? null;
}

/** TFLite pads with zeros, the odd one at the end: SAME is ONNX's SAME_UPPER. The schema's default is SAME. */
export function paddingOf(operator: OperatorView): Padding | null {
  const padding = operator.attributes.padding ?? 'SAME';
  if (padding === 'SAME') return { kind: 'same', odd: 'upper' };
  return padding === 'VALID' ? { kind: 'valid' } : null;
}

/** Extent of an operand's dimension, counted from the end when negative; null when it is not known. */
export function extentOf(tensor: Tensor | null | undefined, dim: number): number | null {
  const value = tensor?.shape?.at(dim);
  return typeof value === 'number' ? value : null;
}

/** The number of dimensions; null when it is not known. */
export function rankOf(tensor: Tensor | null | undefined): number | null {
  return tensor?.shape?.length ?? null;
}
