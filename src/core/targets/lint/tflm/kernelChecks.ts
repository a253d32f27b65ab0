import { arithmeticChecks } from './arithmetic';
import { controlChecks } from './control';
import { denseChecks } from './dense';
import { indexingChecks } from './indexing';
import type { KernelChecks } from './kernelCheck';
import { movementChecks } from './movement';
import { recurrentChecks } from './recurrent';
import { signalChecks } from './signal';
import { unaryChecks } from './unary';

/** Every kernel that `MicroMutableOpResolver` of tensorflow/tflite-micro@90b983c2b can add, by its operator's name. */
export const kernelChecks: KernelChecks = {
  ...arithmeticChecks,
  ...controlChecks,
  ...denseChecks,
  ...indexingChecks,
  ...movementChecks,
  ...recurrentChecks,
  ...signalChecks,
  ...unaryChecks,
};

/** Kernels that are added by a name of their own instead of a number of the schema. */
const CUSTOM: ReadonlySet<string> = new Set(Object.keys(signalChecks));

/** Whether TFLM has a kernel for an operator; `isCustom` as the file says. */
export function hasKernel(operator: string, isCustom: boolean): boolean {
  return Object.hasOwn(kernelChecks, operator) && CUSTOM.has(operator) === isCustom;
}
