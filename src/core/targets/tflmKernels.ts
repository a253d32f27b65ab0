import type { KernelSet } from '../memory/tflm/kernelRequests';
import { kernelSetOf } from '../memory/tflm/kernelSetOf';
import type { Board } from './board';
import type { RuntimeId } from './runtime';

/** The kernels that a build of TFLM links for a board. */
export interface TflmKernels {
  /** Null when what they ask of the arena is not known; `note` says so. */
  readonly set: KernelSet | null;
  /** True when figures of these kernels were held against the interpreter itself and nothing is assumed. */
  readonly isExact: boolean;
  /** One sentence: which kernels, and what that assumes. */
  readonly note: string;
}

const setNames: Readonly<Record<KernelSet, string>> = {
  reference: "TFLM's reference kernels",
  'cmsis-nn-c': 'CMSIS-NN in plain C',
  'cmsis-nn-dsp': 'CMSIS-NN with the DSP extension',
  'cmsis-nn-mve': 'CMSIS-NN with the MVE extension',
};

/** Builds whose arenas equal measured ones on every model: reference, and CMSIS-NN on Cortex-M4 and M55. */
const MEASURED: ReadonlySet<KernelSet> = new Set(['reference', 'cmsis-nn-dsp', 'cmsis-nn-mve']);

/** Kernels by runtime, and by the board's core where CMSIS-NN has more than one kind; without a board a Cortex-M4's. */
export function tflmKernelsFor(runtime: RuntimeId, board: Board | null): TflmKernels {
  if (runtime === 'tflm') return named('reference', null);
  if (runtime === 'tflm-cmsis-nn') {
    if (!board) return named('cmsis-nn-dsp', 'Without a board, a Cortex-M4 is assumed.');
    const { set, reason } = kernelSetOf(board.core);
    return set === null ? { set: null, isExact: false, note: reason } : named(set, reason);
  }
  return { set: null, isExact: false, note: 'What the kernels of ESP-NN ask of the arena is not known.' };
}

function named(set: KernelSet, assumption: string | null): TflmKernels {
  const note = `Kernels: ${setNames[set]}.${assumption === null ? '' : ` ${assumption}`}`;
  return { set, isExact: MEASURED.has(set) && assumption === null, note };
}
