import type { DType } from './dtype';
import type { FileParts } from './fileParts';
import type { Quantization } from './quantization';
import type { Shape } from './shape';

/** Index of a tensor in its graph's `tensors`. */
export type TensorId = number;

/**
 * Bytes of a constant, left where they lie until asked for. Little-endian, row-major, sub-byte types packed low nibble
 * first: what both formats call raw data. Decoding of a format's other encodings happens in `read`.
 */
export interface ConstantData {
  /** Bytes that `read` will return. */
  readonly byteLength: number;
  /** Bytes the constant takes where it is stored (differs from byteLength for varint-encoded ONNX data). */
  readonly storedBytes: number;
  /** How many of the stored bytes lie in another file than the model's; left out where none do. */
  readonly externalBytes?: number;
  /** Reads from the file now; the caller must not write into the result. Throws ModelError when the bytes are gone. */
  read(): Uint8Array;
  /** Where the bytes start in the model's own file; left out where they are not stored there as they are. */
  readonly position?: number;
  /** Two tensors with the same key share their bytes: count them once. */
  readonly key: string;
}

/** A value of the graph: an input, an activation or a constant, in the shape and layout of its file. */
export interface Tensor {
  readonly id: TensorId;
  readonly name: string;
  /** Storage type: int8 for a quantized tensor, whatever its real values. */
  readonly dtype: DType;
  /** Null when the rank is not known. */
  readonly shape: Shape | null;
  readonly quantization: Quantization | null;
  /** Null for activations. */
  readonly constant: ConstantData | null;
  /** State kept between invocations (TFLite variable tensors). */
  readonly isVariable: boolean;
  /** Compressed sparse storage (TFLite SparsityParameters): the bytes are not row-major. */
  readonly isSparse?: boolean;
  /** A value of an enclosing graph that a body (If, Loop, Scan) refers to by name. */
  readonly captured?: boolean;
  readonly fileParts?: FileParts;
}
