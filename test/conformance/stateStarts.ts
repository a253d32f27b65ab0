import { readModel } from '../../src/core/formats/readModel';
import { mainGraph } from '../../src/core/ir/model';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import type { ConvertedModel } from '../../src/core/transforms/convert/toTflite/toTflite';

/** State that a converted ONNX file takes as inputs, as it is at the first inference. */
export function stateStarts({ bytes, states = [] }: ConvertedModel): readonly (TensorValue & { name: string })[] {
  if (states.length === 0) return [];
  const { tensors } = mainGraph(readModel(new MemoryByteSource(bytes, 'converted.onnx')));
  return states.map(({ input, start }) => {
    const { dtype, shape } = tensors.find(({ name }) => name === input)!;
    return { name: input, dtype, shape: shape as number[], data: start };
  });
}
