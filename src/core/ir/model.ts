import type { FileParts } from './fileParts';
import type { Graph } from './graph';
import type { RawRecord } from './rawRecord';
import type { TensorId } from './tensor';

export type ModelFormat = 'tflite' | 'onnx' | 'keras' | 'gguf' | 'safetensors';

/** A named way into the model (TFLite SignatureDef). */
export interface Signature {
  readonly key: string;
  readonly graph: number;
  readonly inputs: Readonly<Record<string, TensorId>>;
  readonly outputs: Readonly<Record<string, TensorId>>;
}

/** A named blob of the file that is not a weight (TFLite Metadata, ONNX metadata_props). */
export interface ModelMetadata {
  readonly name: string;
  readonly byteLength: number;
  /** Its text, where it is text and short. */
  readonly text: string | null;
  /** All its bytes, read from the file now. Absent where the text is all there is. */
  read?(): Uint8Array;
  /** Set for a file of the archive that follows a TFLite model: it goes with the archive, not with the metadata. */
  readonly isAttached?: boolean;
}

/** Bytes of a file that serve one purpose: `constants`, `names`. */
export interface FileUse {
  readonly name: string;
  readonly bytes: number;
}

export interface Model {
  readonly format: ModelFormat;
  /** Main graph first; bodies of control flow and functions after it. */
  readonly graphs: readonly Graph[];
  readonly signatures: readonly Signature[];
  readonly metadata: readonly ModelMetadata[];
  /** `TensorFlow Lite, schema 3` or `ONNX, IR 8`. */
  readonly formatVersion: string;
  /** Opsets (ONNX): domain to version. Empty for TFLite. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly description: string;
  /** Bytes of the model file, external data not counted. */
  readonly fileBytes: number;
  /** What each byte of the file is for, the most first; measured when asked, left out where the format's reader cannot say. */
  fileUse?(): readonly FileUse[];
  /** What the reader noticed and the user should know: unknown fields, external files, odd values. */
  readonly notes: readonly string[];
  /** What the file says beyond the IR, for the same format's writer. */
  readonly raw?: RawRecord;
  readonly fileParts?: FileParts;
  /** Why no transform takes the model, as a sentence; left out for files that are written too. */
  readonly readOnly?: string;
}

export function mainGraph(model: Model): Graph {
  const graph = model.graphs[0];
  if (!graph) throw new Error('a model has at least one graph');
  return graph;
}
