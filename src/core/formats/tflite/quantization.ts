import type { Quantization } from '../../ir/quantization';
import type { Shape } from '../../ir/shape';
import type { QuantizationRecord } from './schema/modelTables';

/**
 * Scales and zero points of a tensor, or null when the file gives none. A missing zero point is 0; a tensor of one
 * dimension has its scales along that, whatever the file says (biases of old converters). Blockwise details are read
 * from the tensors they refer to, elsewhere.
 */
export function decodeQuantization(record: QuantizationRecord | null, shape: Shape | null): Quantization | null {
  const scales = record?.scale ?? [];
  if (!record || scales.length === 0 || record.details) return null;
  return {
    scales: scales instanceof Float32Array ? scales : new Float32Array(scales),
    zeroPoints: zeroPointsOf(record.zero_point ?? [], scales.length),
    axis: scales.length <= 1 ? null : shape?.length === 1 ? 0 : record.quantized_dimension,
  };
}

function zeroPointsOf(stated: ArrayLike<number | bigint>, count: number): Int32Array {
  if (stated instanceof Int32Array && stated.length === count) return stated;
  const zeroPoints = new Int32Array(count);
  for (let i = 0; i < count; i++) zeroPoints[i] = Number(stated[i] ?? 0);
  return zeroPoints;
}

/** The shortest record that says what the IR says. */
export function encodeQuantization(quantization: Quantization | null): QuantizationRecord | null {
  if (!quantization) return null;
  const { scaleTensor, zeroPointTensor = -1, blockSize = 0, axis } = quantization;
  const blockwise = scaleTensor !== undefined;
  return {
    min: null,
    max: null,
    scale: blockwise ? null : quantization.scales,
    zero_point: blockwise ? null : quantization.zeroPoints,
    details: blockwise
      ? {
          kind: 'BlockwiseQuantization',
          value: { scales: scaleTensor, zero_points: zeroPointTensor, block_size: blockSize },
        }
      : null,
    quantized_dimension: axis ?? 0,
  };
}

/** Whether there is one scale for each slice along the axis. */
export function fitsShape(quantization: Quantization, shape: Shape | null): boolean {
  if (quantization.axis === null || shape === null) return true;
  const dim = shape[quantization.axis];
  return dim !== undefined && (typeof dim !== 'number' || dim === quantization.scales.length);
}

export function sameQuantization(a: Quantization | null, b: Quantization | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.axis === b.axis &&
    a.blockSize === b.blockSize &&
    a.scaleTensor === b.scaleTensor &&
    a.zeroPointTensor === b.zeroPointTensor &&
    sameNumbers(a.scales, b.scales) &&
    sameNumbers(a.zeroPoints, b.zeroPoints)
  );
}

/** Equal element by element; a missing list is an empty one, and a NaN equals itself. */
export function sameNumbers(a: ArrayLike<unknown> | null, b: ArrayLike<unknown> | null): boolean {
  if (a === b) return true;
  const length = a?.length ?? 0;
  if (length !== (b?.length ?? 0)) return false;
  for (let i = 0; i < length; i++) if (!Object.is(a![i], b![i])) return false;
  return true;
}

/** Like `sameNumbers`, but a missing list is not an empty one. */
export function sameLists(a: ArrayLike<unknown> | null, b: ArrayLike<unknown> | null): boolean {
  return (a === null) === (b === null) && sameNumbers(a, b);
}

/** Whether a record without newer fields is what `encodeQuantization` makes of what it means: then it need not be kept. */
export function isCanonical(record: QuantizationRecord, quantization: Quantization | null): boolean {
  return (
    quantization !== null &&
    quantization.scaleTensor === undefined &&
    record.details === null &&
    record.quantized_dimension === (quantization.axis ?? 0) &&
    record.min === null &&
    record.max === null &&
    sameLists(record.scale, quantization.scales) &&
    sameLists(record.zero_point, quantization.zeroPoints)
  );
}
