/** Inputs: x, scale, bias, mean, variance (channel axis 1 in ONNX). */
export interface BatchNorm {
  readonly kind: 'BatchNorm';
  readonly epsilon: number;
}

/** Inputs: x, scale?, bias?. */
export interface Norm {
  readonly kind: 'LayerNorm' | 'InstanceNorm' | 'GroupNorm' | 'RmsNorm' | 'L2Normalize' | 'Lrn';
  readonly epsilon: number;
  readonly axis: number;
}

export type NormalizationOp = BatchNorm | Norm;
