import type { InspectAnswer } from '../answers/inspectAnswer';

/** One subgraph, for the picker when a model has several. */
export interface GraphName {
  readonly name: string;
  readonly nodes: number;
}

export interface SignatureView {
  readonly key: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface OperatorShare {
  readonly op: string;
  readonly version: number;
  readonly count: number;
  /** Null when a needed shape is unknown. */
  readonly macs: number | null;
}

/** A tensor of a file that holds weights without operators. */
export interface StoredTensorView {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  readonly bytes: number;
}

export interface ModelOverview {
  readonly inspect: InspectAnswer;
  readonly graphs: readonly GraphName[];
  readonly signatures: readonly SignatureView[];
  readonly metadata: readonly { readonly name: string; readonly byteLength: number; readonly text: string | null }[];
  readonly opsets: Readonly<Record<string, number>>;
  readonly operatorShares: readonly OperatorShare[];
  /** Why Quantize would refuse, as one sentence; null when it would not. */
  readonly quantizeRefusal: string | null;
  /** Why no transform takes the model, as one sentence; null for formats that are written too. */
  readonly readOnly: string | null;
  /** The first tensors of a model without operators; empty for all others. */
  readonly storedTensors: readonly StoredTensorView[];
}
