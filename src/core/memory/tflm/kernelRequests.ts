import type { Tensor } from '../../ir/tensor';
import type { KernelNode } from './kernelNode';

/** One thing a kernel asks TFLM's allocator for. Bytes as asked: the allocator aligns them to 16. */
export interface MemoryRequest {
  /** `persistent` stays for good, at the tail of the arena; `scratch` is planned for the operator's own time. */
  readonly kind: 'persistent' | 'scratch';
  readonly bytes: number;
}

/** What the kernel of one node asks for, in the order in which it asks: the order decides what alignment costs. */
export interface KernelRequests {
  /** Persistent bytes of each request of `init`. */
  readonly init: readonly number[];
  readonly prepare: readonly MemoryRequest[];
  /**
   * Tensors that `prepare` looks at through the allocator, as often as it does: their structures lie in the arena until
   * it returns. Left out: every input and output once.
   */
  readonly looksAt?: readonly (Tensor | null)[];
}

/** What the kernel of every node asks for: one list a graph, in the order of its nodes. */
export type ModelRequests = readonly (readonly KernelRequests[])[];

/** How one kernel's requests follow from its node. Throws UnknownRequests for a node whose requests are not known. */
export type KernelRule = (node: KernelNode) => KernelRequests;

/**
 * The kernels a build of TFLM links: its own reference kernels, CMSIS-NN's as they are compiled for a core, or ESP-NN's
 * for the ESP32-S3 or for Espressif's other chips.
 */
export type KernelSet = 'reference' | 'cmsis-nn-c' | 'cmsis-nn-dsp' | 'cmsis-nn-mve' | 'esp-nn-generic' | 'esp-nn-s3';

export const noRequests: KernelRequests = { init: [], prepare: [] };

export function persistent(bytes: number): MemoryRequest {
  return { kind: 'persistent', bytes };
}

export function scratch(bytes: number): MemoryRequest {
  return { kind: 'scratch', bytes };
}

/** A rule for kernels that only keep a structure of their own, of this size. */
export function keeps(bytes: number): KernelRule {
  return () => ({ init: [bytes], prepare: [] });
}

/** What a node asks for cannot be said, with the reason as one sentence. */
export class UnknownRequests extends Error {}
