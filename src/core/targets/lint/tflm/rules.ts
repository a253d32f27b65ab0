import type { DType } from '../../../ir/dtype';
import { need, type KernelCheck } from './kernelCheck';
import type { KernelTensor, KernelView } from './kernelView';

/** Conditions that many kernels share. Each throws Refused. */

export function counts(node: KernelView, inputs: number, outputs: number): void {
  need(node.inputs === inputs, `it has ${node.inputs} inputs where its kernel takes ${inputs}`);
  need(node.outputs === outputs, `it has ${node.outputs} outputs where its kernel gives ${outputs}`);
}

export function oneOf(tensor: KernelTensor, dtypes: readonly DType[]): void {
  const taken = dtypes.length === 1 ? dtypes[0]! : `${dtypes.slice(0, -1).join(', ')} or ${dtypes.at(-1)!}`;
  need(dtypes.includes(tensor.dtype), `${tensor.role} is ${tensor.dtype} where its kernel takes ${taken}`);
}

export function sameType(a: KernelTensor, b: KernelTensor): void {
  need(a.dtype === b.dtype, `${a.role} is ${a.dtype} and ${b.role} ${b.dtype}, which must be the same`);
}

export function rank(tensor: KernelTensor, least: number, most = least): void {
  const { length } = tensor.dims;
  const range = least === most ? `${least}` : `${least} to ${most}`;
  need(length >= least && length <= most, `${tensor.role} has ${length} dimensions where its kernel takes ${range}`);
}

export function sameShape(a: KernelTensor, b: KernelTensor): void {
  const same = hasSameShape(a, b);
  need(same, `${a.role} is ${shapeOf(a)} and ${b.role} ${shapeOf(b)}, which must be the same`);
}

export function hasSameShape(a: KernelTensor, b: KernelTensor): boolean {
  return a.dims.length === b.dims.length && a.dims.every((dim, index) => dim === b.dims[index]);
}

export function shapeOf({ dims }: KernelTensor): string {
  return dims.length === 0 ? 'a scalar' : dims.join('×');
}

export function constant(tensor: KernelTensor): void {
  need(tensor.isConstant, `${tensor.role} is computed at run time, and its kernel takes a constant there`);
}

export function quantized(tensor: KernelTensor): void {
  need(tensor.isQuantized, `${tensor.role} is ${tensor.dtype} without a scale`);
}

export function zeroPoint(tensor: KernelTensor, value: number): void {
  need(
    tensor.zeroPoint === value,
    `the zero point of ${tensor.role} is ${tensor.zeroPoint} where its kernel needs ${value}`,
  );
}

/** The bounds of a fused activation are known for 8 and 16 bits only (CalculateActivationRangeQuantized). */
export function activationRange(output: KernelTensor): void {
  oneOf(output, ['uint8', 'int8', 'int16']);
}

export function noActivation(node: KernelView): void {
  const activation = node.option('fused_activation_function');
  if (typeof activation === 'string') need(activation === 'NONE', `it has a fused ${activation}`);
}

/** Kernels without a prepare that pick their arithmetic by the type of one operand. */
export function byInput(dtypes: readonly DType[]): KernelCheck {
  return { invoke: (node) => oneOf(node.input(0), dtypes) };
}

export function byOutput(dtypes: readonly DType[]): KernelCheck {
  return { invoke: (node) => oneOf(node.output(), dtypes) };
}
