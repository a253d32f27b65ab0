/**
 * How integers of a tensor stand for reals: real = scale * (q - zeroPoint). A property of the tensor, as in TFLite;
 * the ONNX reader folds QuantizeLinear/DequantizeLinear pairs into it.
 */
export interface Quantization {
  /** One scale for the tensor, or one a slice along `axis`, or one a block (`blockSize` elements along `axis`). */
  readonly scales: Float32Array | Float64Array;
  /** As many as scales. All zero for symmetric schemes. */
  readonly zeroPoints: Int32Array;
  /** The quantized dimension of per-channel and blockwise schemes; null for per-tensor. */
  readonly axis: number | null;
  /** Elements sharing a scale along `axis` in blockwise schemes. */
  readonly blockSize?: number;
  /**
   * Blockwise schemes of TFLite keep their scales and zero points in tensors of the same graph: who renumbers tensors
   * renumbers these.
   */
  readonly scaleTensor?: number;
  readonly zeroPointTensor?: number;
}

export function isPerChannel(quantization: Quantization): boolean {
  return quantization.axis !== null && quantization.scales.length > 1;
}

export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: Float32Array.of(scale), zeroPoints: Int32Array.of(zeroPoint), axis: null };
}
