export interface TensorView {
  readonly id: number;
  /** "input", "weights", "bias", "output": the role in this node. */
  readonly role: string;
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  readonly bytes: number | null;
  readonly isConstant: boolean;
  readonly quantization: {
    readonly scaleCount: number;
    readonly scale: number;
    readonly minScale: number;
    readonly maxScale: number;
    readonly zeroPoint: number;
    readonly axis: number | null;
  } | null;
}

export interface NodeView {
  readonly id: number;
  readonly op: string;
  readonly domain: string;
  readonly version: number;
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly inputs: readonly TensorView[];
  readonly outputs: readonly TensorView[];
  readonly macs: number | null;
  readonly macsShare: number | null;
  readonly weightBytes: number;
  /** The constant to draw a histogram of; null for none. */
  readonly weightsTensor: number | null;
  /** Bodies of control flow: graph indices. */
  readonly bodies: readonly number[];
}
