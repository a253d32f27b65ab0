import type { KernelView } from './kernelView';

/**
 * What the kernel of one operator asks of its node before it works: facts of the kernel's prepare and invoke in
 * tensorflow/tflite-micro@90b983c2b, named by file in each family. A check that fails throws Refused.
 */
export interface KernelCheck {
  /** What AllocateTensors asks. Left out for kernels without a prepare. */
  prepare?(node: KernelView): void;
  /** What Invoke asks, beyond that. */
  invoke?(node: KernelView): void;
  /** Why Invoke can fail for some input values, as the end of a sentence; null where it cannot. */
  values?(node: KernelView): string | null;
}

/** Kernels by the operator's name in the file. */
export type KernelChecks = Readonly<Record<string, KernelCheck>>;

/** A kernel refuses its node. The message is the end of a sentence that starts with the operator. */
export class Refused extends Error {
  /** True where the firmware stops (an assertion) instead of returning an error. */
  readonly aborts: boolean;

  constructor(message: string, aborts = false) {
    super(message);
    this.aborts = aborts;
  }
}

export function need(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Refused(why);
}

/** What the kernel asserts: a build without NDEBUG stops here, one with it computes something else. */
export function needOrAbort(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Refused(why, true);
}
