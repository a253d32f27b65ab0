import type { CmsisNnSet } from './cmsisNn/cmsisNnSet';

/** The build of CMSIS-NN for a core, or why there is none; a reason beside a set is what it assumes. */
export type CoreKernels =
  { readonly set: CmsisNnSet; readonly reason: string | null } | { readonly set: null; readonly reason: string };

const MVE = new Set([52, 55, 85]);
const DSP = new Set([4, 7, 33, 35]);
const PLAIN = new Set([0, 1, 3, 23]);

/**
 * The set of CMSIS-NN kernels that a core runs, from a board's `core` ("Cortex-M7F (+M4F)", "Xtensa LX7 x2"): the first
 * core named. CMSIS-NN chooses by __ARM_FEATURE_DSP and __ARM_FEATURE_MVE (arm_nn_math_types.h); which cores have them
 * is in Arm's processor comparison table.
 */
export function kernelSetOf(core: string): CoreKernels {
  const number = Number(/cortex-m(\d+)/i.exec(core)?.[1] ?? NaN);
  if (PLAIN.has(number)) return { set: 'cmsis-nn-c', reason: null };
  if (MVE.has(number)) {
    return {
      set: 'cmsis-nn-mve',
      reason: `Assumes that this Cortex-M${number} has the MVE extension, which is optional.`,
    };
  }
  if (DSP.has(number)) {
    const optional = number >= 33;
    return {
      set: 'cmsis-nn-dsp',
      reason: optional ? `Assumes that this Cortex-M${number} has the DSP extension, which is optional.` : null,
    };
  }
  return { set: null, reason: whyNone(core) };
}

function whyNone(core: string): string {
  if (/xtensa/i.test(core)) return 'CMSIS-NN is not shipped for Xtensa cores: Espressif has ESP-NN.';
  if (/risc-?v|hazard/i.test(core)) return 'CMSIS-NN is written for Cortex-M: on RISC-V vendors ship other kernels.';
  return `Which CMSIS-NN kernels "${core}" would run is not known.`;
}
