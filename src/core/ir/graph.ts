import type { Attributes } from './attributes';
import type { FileParts } from './fileParts';
import type { Op } from './ops/op';
import type { RawRecord } from './rawRecord';
import type { Tensor, TensorId } from './tensor';

/** What the file itself calls a node: shown to users instead of our vocabulary. */
export interface NodeSource {
  /** `CONV_2D`, `Conv`, or a custom operator's name. */
  readonly op: string;
  /** The ONNX domain, empty for ai.onnx. TFLite: `custom` for a custom operator, empty for a builtin one. */
  readonly domain: string;
  /** TFLite operator version; ONNX: the opset of the domain. */
  readonly version: number;
  /** The node's own name (ONNX); empty where the format has none. */
  readonly name: string;
  readonly attributes: Attributes;
  /** Position in the file's operator list. */
  readonly index: number;
  /**
   * True for a node that works on the stored integers as they are (QLinearConv, MaxPool on int8), so that the ONNX
   * writer puts no QuantizeLinear or DequantizeLinear around it.
   */
  readonly integer?: boolean;
  /** What the file says of the node beyond the IR, for the same format's writer. */
  readonly raw?: RawRecord;
}

export interface Node {
  /** Index in the graph's `nodes`, which is execution order. */
  readonly id: number;
  readonly op: Op;
  /** Null for an optional input left out. */
  readonly inputs: readonly (TensorId | null)[];
  readonly outputs: readonly TensorId[];
  /** Tensors a kernel keeps between its own steps (TFLite `intermediates`). */
  readonly intermediates?: readonly TensorId[];
  readonly source: NodeSource;
  readonly fileParts?: FileParts;
}

/** One subgraph: nodes in execution order over a flat list of tensors. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  /** What the file says of the graph beyond the IR, for the same format's writer. */
  readonly raw?: RawRecord;
  readonly fileParts?: FileParts;
}
