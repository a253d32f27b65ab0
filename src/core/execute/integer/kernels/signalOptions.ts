import { flexbufferIntegers } from '../../../ir/flexbuffer';
import { need, refuse, type KernelContext } from '../kernel';
import type { Operand } from '../operand';

/** The options of a Signal operator, as integers in the order of their names. */
export function signalOptions(context: KernelContext): readonly number[] {
  const options = context.node.source.attributes.custom_options;
  if (!(options instanceof Uint8Array)) return refuse('its options are missing');
  return flexbufferIntegers(options) ?? refuse('its options are not readable');
}

/** An option by its place. */
export function option(options: readonly number[], index: number): number {
  return options[index] ?? refuse('an option is missing');
}

/** The operand, if its elements are of the one type that the kernel takes. */
export function needType(operand: Operand, dtype: Operand['dtype']): Operand {
  need(operand.dtype === dtype, `an operand is ${operand.dtype} where ${dtype} is needed`);
  return operand;
}
