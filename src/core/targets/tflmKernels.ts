import type { KernelSet } from '../memory/tflm/kernelRequests';
import { espNnSetOf } from '../memory/tflm/espNn/espNnSet';
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
  'esp-nn-generic': 'ESP-NN, generic',
  'esp-nn-s3': 'ESP-NN for the ESP32-S3',
};

/** Builds whose arenas equal measured ones on every model: reference, and CMSIS-NN on Cortex-M4 and M55. */
const MEASURED: ReadonlySet<KernelSet> = new Set(['reference', 'cmsis-nn-dsp', 'cmsis-nn-mve']);

/** Kernels by runtime, and by the board's core where CMSIS-NN has more than one kind; without a board a Cortex-M4's. */
export function tflmKernelsFor(runtime: RuntimeId, board: Board | null): TflmKernels {
  if (runtime === 'tflm') return named('reference', abiAssumption(board));
  if (runtime === 'tflm-cmsis-nn') {
    if (!board) return named('cmsis-nn-dsp', 'Without a board, a Cortex-M4 is assumed.');
    const { set, reason } = kernelSetOf(board.core);
    return set === null ? { set: null, isExact: false, note: reason } : named(set, reason);
  }
  if (runtime === 'tflm-esp-nn') return espNnFor(board);
  return { set: null, isExact: false, note: 'This runtime links no kernels of TFLM.' };
}

/** Structures were measured as Arm's bare-metal compilers lay them out; others give an enum four bytes. */
function abiAssumption(board: Board | null): string | null {
  if (!board || /cortex-m/i.test(board.core)) return null;
  return `Structures as Arm's compilers lay them out: on ${board.core} persistent memory takes some bytes an operator more.`;
}

/** Read from source: no run was measured, and Espressif's compilers give options and tensors a few bytes more. */
const ESP_NN_ESTIMATE = 'An estimate from its source: persistent memory takes some bytes an operator more.';

function espNnFor(board: Board | null): TflmKernels {
  if (!board) return named('esp-nn-s3', `Without a board, an ESP32-S3 is assumed. ${ESP_NN_ESTIMATE}`);
  const set = espNnSetOf(board.mcu);
  if (set !== null) return named(set, ESP_NN_ESTIMATE);
  return { set: null, isExact: false, note: `What ESP-NN would ask of the arena on ${board.mcu} is not known.` };
}

function named(set: KernelSet, assumption: string | null): TflmKernels {
  const note = `Kernels: ${setNames[set]}.${assumption === null ? '' : ` ${assumption}`}`;
  return { set, isExact: MEASURED.has(set) && assumption === null, note };
}
