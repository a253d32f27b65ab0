import { SeededInput } from '../../datasets/seededInput';
import { createIntegerSession, type IntegerSessionOptions } from '../../execute/integer/integerSession';
import { mainGraph, type Model } from '../../ir/model';
import { bindShape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import type { TensorValue } from '../../ports/executor';

/** What the integer engine gives for one made-up input. Throws ModelError for a model that it does not run. */
export function seededOutputs(model: Model, options: IntegerSessionOptions = {}): readonly TensorValue[] {
  const { inputs, tensors } = mainGraph(model);
  return createIntegerSession(model, options).invoke(inputs.map((id) => seededValue(tensors[id]!)));
}

/** Byte for byte. */
export function sameOutputs(a: readonly TensorValue[], b: readonly TensorValue[]): boolean {
  return a.length === b.length && a.every((value, index) => sameBytes(value, b[index]!));
}

function seededValue({ dtype, shape }: Tensor): TensorValue {
  return new SeededInput(1).next(dtype, bindShape(shape ?? []));
}

function sameBytes(a: TensorValue, b: TensorValue): boolean {
  return a.data.length === b.data.length && a.data.every((byte, index) => byte === b.data[index]);
}
