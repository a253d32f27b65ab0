import type { AttributeValue } from '../../../../../src/core/ir/attributes';
import { bytesOf, type DType } from '../../../../../src/core/ir/dtype';
import type { Model } from '../../../../../src/core/ir/model';
import type { Op } from '../../../../../src/core/ir/ops/op';
import type { Tensor } from '../../../../../src/core/ir/tensor';
import { modelOf } from '../../memory/graphByHand';

/** A tensor of a small model. `values` makes it a constant of 32-bit integers, `constant` one of zeros. */
export interface TensorSpec extends Partial<Pick<Tensor, 'isVariable' | 'isSparse'>> {
  readonly dtype?: DType;
  readonly shape?: readonly (number | null)[];
  readonly scale?: number;
  readonly scales?: readonly number[];
  readonly axis?: number;
  readonly zeroPoint?: number;
  readonly values?: readonly number[];
  readonly constant?: boolean;
  /** Where a constant lies in the file. */
  readonly position?: number;
}

export interface NodeSpec {
  readonly inputs: readonly (TensorSpec | null)[];
  readonly outputs: readonly TensorSpec[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly op?: Op;
  readonly isCustom?: boolean;
  readonly version?: number;
}

const opaque: Op = { kind: 'Opaque', bodies: [] };

/** A model of one node, its inputs and outputs those of the graph. */
export function oneNode(operator: string, spec: NodeSpec): Model {
  const present = spec.inputs.filter((input) => input !== null);
  const tensors = [...present, ...spec.outputs].map(tensorOf);
  let next = 0;
  const inputs = spec.inputs.map((input) => (input === null ? null : next++));
  const outputs = spec.outputs.map(() => next++);
  const source = {
    op: operator,
    domain: spec.isCustom ? 'custom' : '',
    version: spec.version ?? 1,
    name: '',
    attributes: spec.attributes ?? {},
    index: 0,
  };
  const node = { id: 0, op: spec.op ?? opaque, inputs, outputs, source };
  const open = inputs.filter((id): id is number => id !== null && tensors[id]?.constant === null);
  return modelOf([{ name: 'main', tensors, nodes: [node], inputs: open, outputs }]);
}

function tensorOf(spec: TensorSpec, id: number): Tensor {
  const { isVariable = false, isSparse } = spec;
  const shape = spec.values ? [spec.values.length] : (spec.shape ?? [1, 4]);
  return {
    id,
    name: `t${id}`,
    dtype: spec.values ? 'int32' : (spec.dtype ?? 'float32'),
    shape,
    quantization: quantizationOf(spec),
    constant: constantOf(spec, id, shape),
    isVariable,
    ...(isSparse ? { isSparse } : {}),
  };
}

function quantizationOf({ scale, scales = scale === undefined ? [] : [scale], zeroPoint = 0, axis = 0 }: TensorSpec) {
  if (scales.length === 0) return null;
  const zeroPoints = new Int32Array(scales.length).fill(zeroPoint);
  return { scales: Float32Array.from(scales), zeroPoints, axis: scales.length > 1 ? axis : null };
}

function constantOf(
  { values, constant, dtype = 'float32', position }: TensorSpec,
  id: number,
  shape: readonly (number | null)[],
) {
  if (!values && !constant) return null;
  const bytes = values
    ? new Uint8Array(Int32Array.from(values).buffer)
    : new Uint8Array(
        bytesOf(
          dtype,
          shape.reduce<number>((product, dim) => product * (dim ?? 1), 1),
        ),
      );
  const place = position === undefined ? {} : { position };
  return { byteLength: bytes.length, storedBytes: bytes.length, key: `c${id}`, read: () => bytes, ...place };
}
