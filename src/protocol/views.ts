import type { InspectAnswer } from '../core/answers/inspectAnswer';
import type { ProfileAnswer } from '../core/answers/profileAnswer';

/** What a webview is sent: ranges and snapshots, never whole files. Positions in CSS pixels at zoom 1. */

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

export interface ModelOverview {
  readonly inspect: InspectAnswer;
  readonly graphs: readonly GraphName[];
  readonly signatures: readonly SignatureView[];
  readonly metadata: readonly { readonly name: string; readonly byteLength: number; readonly text: string | null }[];
  readonly opsets: Readonly<Record<string, number>>;
  readonly operatorShares: readonly OperatorShare[];
  /** Why Quantize would refuse, as one sentence; null when it would not. */
  readonly quantizeRefusal: string | null;
}

/** Rows of the Layers table as columns; index = node id. */
export interface LayersView {
  readonly ops: readonly string[];
  /** "3×3 /2": what a person calls this operator apart by. */
  readonly details: readonly string[];
  readonly names: readonly string[];
  readonly dtypes: readonly string[];
  readonly shapes: readonly string[];
  /** Unknown is -1 in each of these. */
  readonly macs: Float64Array;
  readonly parameters: Float64Array;
  readonly weightBytes: Float64Array;
  readonly outputBytes: Float64Array;
  /** Activation bytes alive while the operator runs. */
  readonly liveBytes: Float64Array;
}

/** A laid-out graph. Nodes first `nodeCount` are operators (index = node id); after them inputs and outputs. */
export interface GraphView {
  readonly nodeCount: number;
  /** Operator names; for graph inputs and outputs the tensor's name. */
  readonly labels: readonly string[];
  /** Second line: "3×3 → 16", or the dtype and shape of an input. */
  readonly details: readonly string[];
  readonly kinds: readonly ('operator' | 'input' | 'output')[];
  /** x, y of the top-left corner, width, height: 4 numbers a node. */
  readonly boxes: Float32Array;
  /** Pairs from, to: indices into the nodes above. */
  readonly edges: Uint32Array;
  /** Tensor id carried by each edge. */
  readonly edgeTensors: Uint32Array;
  /** Points of all edges, x y interleaved; edge i has points edgeStarts[i] to edgeStarts[i + 1] (in points). */
  readonly edgePoints: Float32Array;
  readonly edgeStarts: Uint32Array;
  readonly width: number;
  readonly height: number;
  /** Tensor names by id, for search: name and the node that makes it (-1 for none). */
  readonly tensorNames: readonly string[];
  readonly tensorProducers: Int32Array;
}

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

/** Values of a constant, dequantized. */
export interface HistogramView {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  /** Not finite; they are in no bin. */
  readonly notFinite: number;
  /** Counts of equal bins from min to max. */
  readonly bins: Float64Array;
  /** Per output channel: min, 5 %, 95 %, max (4 numbers a channel); null for vectors and over 1,024 channels. */
  readonly channels: Float32Array | null;
  /** True when only a sample of the values was read, evenly spaced. */
  readonly sampled: boolean;
}

/** A rectangle of the memory heatmap. Times are operator ids; an input is alive from -1. */
export interface BufferView {
  readonly tensor: number;
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  /** First and last operator during which it must stay. */
  readonly first: number;
  readonly last: number;
  readonly kind: 'activation' | 'scratch' | 'input' | 'output';
  readonly dtype: string;
  readonly shape: string;
}

export interface MemoryView {
  readonly buffers: readonly BufferView[];
  readonly operators: readonly string[];
  /** Bytes alive at each operator. */
  readonly live: Float64Array;
  readonly planned: number;
  readonly lowerBound: number;
  /** Operator at which most is alive. */
  readonly peak: number;
  readonly planner: string;
  /** Arena bytes per region of the board, largest internal region first; null without a board. */
  readonly limit: { readonly region: string; readonly bytes: number } | null;
}

export interface ProfileView {
  readonly profile: ProfileAnswer;
  /** Null when shapes are unknown: notes of `profile` say which. */
  readonly memory: MemoryView | null;
  readonly boardName: string | null;
  /** "nRF52840 · Cortex-M4F · 64 MHz". */
  readonly boardDetail: string | null;
  readonly runtimeName: string;
}
