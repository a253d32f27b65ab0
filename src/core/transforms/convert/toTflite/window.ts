import { perTensor } from '../../../ir/quantization';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import type { Conversion } from './conversion';
import { isQuantized } from './draft';

/** One spatial axis of a window as it will be in TFLite. */
export interface SpatialAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Cells that the ONNX operator puts before; what it needs behind follows from the output. */
  readonly begin: number;
}

/** Cells needed behind, so that the last window has what it reads. */
export function endOf({ input, output, kernel, stride, dilation, begin }: SpatialAxis): number {
  return Math.max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input - begin);
}

/** TFLite's own placements: SAME keeps ceil(input / stride) outputs with the odd cell behind, VALID pads nothing. */
export function nativePadding(axes: readonly SpatialAxis[]): 'SAME' | 'VALID' | null {
  const isSame = axes.every(({ input, output, kernel, stride, dilation, begin }) => {
    const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + (kernel - 1) * dilation + 1 - input);
    return output === Math.ceil(input / stride) && begin === Math.floor(total / 2);
  });
  const isValid = axes.every(({ input, output, kernel, stride, dilation, begin }) => {
    const reach = (kernel - 1) * dilation + 1;
    return begin === 0 && output === Math.floor((input - reach) / stride) + 1;
  });
  return isValid ? 'VALID' : isSame ? 'SAME' : null;
}

/** The plane of an NHWC tensor with cells of one value around: what padding SAME cannot say. */
export function padPlane(c: Conversion, id: TensorId, axes: readonly SpatialAxis[], fill: number | null): TensorId {
  // A window may end before the plane does: VALID leaves those cells out by itself.
  const pads = [[0, 0], ...axes.map((axis) => [axis.begin, endOf(axis)]), [0, 0]];
  const shape = c.draft.shape(id).map((dim, i) => dim + pads[i]![0]! + pads[i]![1]!);
  const table = c.draft.integers(pads.flat(), [pads.length, 2]);
  if (fill === null) return c.emitLike(id, shape, 'PAD', [id, table]);
  const tensor = c.draft.tensor(id);
  if (!isQuantized(tensor)) {
    return c.emitLike(id, shape, 'PADV2', [id, table, c.draft.reals('lowest', [1], Float32Array.of(fill))]);
  }
  const { scales, zeroPoints } = tensor.quantization!;
  const bytes = tensor.dtype === 'int16' ? Uint8Array.of(0, 0x80) : Uint8Array.of(0x80);
  const quantization = perTensor(scales[0]!, zeroPoints[0] ?? 0);
  const lowest = c.draft.constant('lowest', tensor.dtype, [1], bytes, quantization);
  return c.emitLike(id, shape, 'PADV2', [id, table, lowest]);
}

export function refuseRank(rank: number): void {
  if (rank !== 1 && rank !== 2) throw new Refusal(`windows over ${rank} dimensions have no kernel on microcontrollers`);
}
