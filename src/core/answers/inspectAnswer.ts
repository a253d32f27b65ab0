import type { ModelFormat } from '../ir/model';

export const SCHEMA_VERSION = 1;

/** What every answer of the engine and the CLI carries. */
export interface Answer {
  readonly schemaVersion: number;
  /** Why a figure is null, and anything else worth a sentence. */
  readonly notes: readonly string[];
  /** Dotted keys of figures that are estimates. */
  readonly estimated: readonly string[];
}

export interface TensorPort {
  readonly name: string;
  readonly dtype: string;
  /** Numbers, symbols, or null for what is unknown. */
  readonly shape: readonly (number | string | null)[] | null;
  /** Present when the tensor is quantized per tensor. */
  readonly quantization?: { readonly scale: number; readonly zeroPoint: number };
}

/** `tinyml inspect --json`. */
export interface InspectAnswer extends Answer {
  readonly format: ModelFormat;
  readonly formatVersion: string;
  readonly producer: string;
  readonly description: string;
  /** Weights and biases; shape and axis constants not counted. */
  readonly parameters: number;
  /** Multiply-accumulates of one inference with free dimensions at 1; null when a needed shape is unknown. */
  readonly macs: number | null;
  readonly fileBytes: number;
  /** Bytes of weights and biases as stored, shared ones once. */
  readonly weightBytes: number;
  readonly nodes: number;
  readonly tensors: number;
  readonly operators: Readonly<Record<string, number>>;
  readonly inputs: readonly TensorPort[];
  readonly outputs: readonly TensorPort[];
  /** "int8 per-channel, int8 in and out", "float32", "hybrid: int8 weights, float activations". */
  readonly quantization: string;
}
