import type { Model, ModelFormat, ModelMetadata } from '../ir/model';
import type { DType } from '../ir/dtype';
import type { ByteSource } from '../ports/byteSource';

/** A tensor of a file that holds weights and no computation. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** First byte in the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** What a container file says beside its tensors. */
export interface Container {
  readonly format: ModelFormat;
  readonly formatVersion: string;
  readonly producer?: string;
  readonly description?: string;
  readonly name?: string;
  readonly metadata: readonly ModelMetadata[];
  readonly notes: readonly string[];
}

/** A model of tensors without nodes: one graph that holds the file's tensors as constants, left in the file. */
export function containerModel(source: ByteSource, container: Container, tensors: readonly StoredTensor[]): Model {
  const { format, formatVersion, producer = '', description = '', name = '', metadata, notes } = container;
  const graph = {
    name,
    nodes: [],
    inputs: [],
    outputs: [],
    tensors: tensors.map((tensor, id) => ({
      id,
      name: tensor.name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      quantization: null,
      isVariable: false,
      constant: {
        byteLength: tensor.byteLength,
        storedBytes: tensor.byteLength,
        key: `${format}:${tensor.offset}:${tensor.byteLength}`,
        read: () => source.read(tensor.offset, tensor.byteLength),
      },
    })),
  };
  return {
    format,
    graphs: [graph],
    signatures: [],
    metadata,
    formatVersion,
    opsets: {},
    producer,
    description,
    fileBytes: source.size,
    notes: ['The file holds tensors only: what computes with them is not in it.', ...notes],
  };
}
