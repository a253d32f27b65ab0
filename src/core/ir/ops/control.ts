import type { DType } from '../dtype';

/** `bodies` are indices of the model's graphs, in the order the file names them (then, else; condition, body). */
export interface Control {
  readonly kind: 'If' | 'While' | 'Loop' | 'Scan' | 'Call' | 'CallOnce';
  readonly bodies: readonly number[];
}

export interface Variable {
  readonly kind: 'VarHandle' | 'ReadVariable' | 'AssignVariable';
  /** Container and shared name of the resource. */
  readonly resource: string;
}

/** Inputs: x (ONNX: x, scale, zeroPoint?). Scale and zero point of the integer side are the tensor's quantization. */
export interface Requantize {
  readonly kind: 'Quantize' | 'Dequantize';
  /** The type of the results where an attribute names it (ONNX output_dtype). */
  readonly output?: DType;
}

/**
 * An operator we do not model. It keeps its name and attributes in `source`; files that hold one still open, show and
 * profile; a transform that cannot handle it refuses and lists such nodes.
 */
export interface Opaque {
  readonly kind: 'Opaque';
  /** Graph bodies it refers to, if any. */
  readonly bodies: readonly number[];
  /** The type of its results where an attribute names one. */
  readonly output?: DType;
}

export type ControlOp = Control | Variable | Requantize | Opaque;
