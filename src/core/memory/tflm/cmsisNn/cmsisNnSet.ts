import type { KernelSet } from '../kernelRequests';

/** How CMSIS-NN is compiled for a core: plain C, with the DSP extension, or with MVE (Helium). */
export type CmsisNnSet = Extract<KernelSet, `cmsis-nn-${string}`>;
