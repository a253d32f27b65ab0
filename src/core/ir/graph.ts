import type { Attributes } from './attributes';
import type { Op } from './ops/op';
import type { Tensor, TensorId } from './tensor';

/** What the file itself calls a node: shown to users instead of our vocabulary. */
export interface NodeSource {
  /** `CONV_2D`, `Conv`, or a custom operator's name. */
  readonly op: string;
  /** The ONNX domain; empty for ai.onnx and for TFLite. */
  readonly domain: string;
  /** TFLite operator version; ONNX: the opset of the domain. */
  readonly version: number;
  /** The node's own name (ONNX); empty where the format has none. */
  readonly name: string;
  readonly attributes: Attributes;
  /** Position in the file's operator list. */
  readonly index: number;
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
}

/** One subgraph: nodes in execution order over a flat list of tensors. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}
