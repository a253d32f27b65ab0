import { realValues, type RealReader } from '../ir/decode';
import { ModelError } from '../ir/errors';
import type { Graph } from '../ir/graph';
import type { Model } from '../ir/model';
import type { Op } from '../ir/ops/op';
import { isStatic, type StaticShape } from '../ir/shape';
import type { Tensor } from '../ir/tensor';
import { consumers } from '../ir/traverse';
import type { HistogramView } from './histogramView';

const BIN_COUNT = 64;

/** Above this only a sample is read: a histogram of 4 million values does not change with more. */
const VALUE_LIMIT = 4_000_000;

const CHANNEL_LIMIT = 1024;

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** Distance between the values read: 1, or one that shares no factor with the count, so that it meets every channel. */
function sampleStride(count: number): number {
  if (count <= VALUE_LIMIT) return 1;
  let stride = Math.ceil(count / VALUE_LIMIT);
  while (commonDivisor(stride, count) !== 1) stride += 1;
  return stride;
}

function readSample({ count, at }: RealReader, stride: number): Float64Array {
  const values = new Float64Array(Math.ceil(count / stride));
  for (let index = 0; index < values.length; index += 1) values[index] = at(index * stride);
  return values;
}

interface Moments {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  readonly notFinite: number;
}

function momentsOf(values: Float64Array): Moments {
  let min = Infinity;
  let max = -Infinity;
  let zeros = 0;
  let finite = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    // Welford's update: the sum of squares of large values would lose the deviation.
    finite += 1;
    const distance = value - mean;
    mean += distance / finite;
    squares += distance * (value - mean);
    if (value === 0) zeros += 1;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const notFinite = values.length - finite;
  if (finite === 0) return { min: 0, max: 0, mean: 0, deviation: 0, zeros, notFinite };
  return { min, max, mean, deviation: Math.sqrt(squares / finite), zeros, notFinite };
}

function binsOf(values: Float64Array, min: number, max: number): Float64Array {
  const bins = new Float64Array(BIN_COUNT);
  const range = max - min;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    // A single value stands in the middle.
    const place = range > 0 ? Math.floor(((value - min) / range) * BIN_COUNT) : BIN_COUNT / 2;
    bins[Math.min(place, BIN_COUNT - 1)]! += 1;
  }
  return bins;
}

/** The dimension along which weights of an operator have one filter or unit each. */
function channelAxisOf(op: Op | undefined, rank: number): number {
  switch (op?.kind) {
    case 'DepthwiseConv2d':
      return op.layout === 'NHWC' ? rank - 1 : 0;
    case 'TransposeConv2d':
      return op.layout === 'NHWC' ? 0 : 1;
    case 'FullyConnected':
      return op.weights === 'OI' ? 0 : 1;
    case 'MatMul':
      return op.transposeB ? rank - 2 : rank - 1;
    default:
      return 0;
  }
}

function channelAxis(graph: Graph, tensor: Tensor, rank: number): number {
  if (tensor.quantization && tensor.quantization.scales.length > 1 && tensor.quantization.axis !== null) {
    return tensor.quantization.axis;
  }
  const { starts, nodes } = consumers(graph);
  const reader = nodes[starts[tensor.id]!];
  const isRead = starts[tensor.id + 1]! > starts[tensor.id]!;
  return channelAxisOf(isRead && reader !== undefined ? graph.nodes[reader]?.op : undefined, rank);
}

/** Value below which `share` of a sorted list lies, the nearest one. */
function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
}

/** min, 5 %, 95 %, max of each slice along `axis`; NaN for a slice without a finite value. */
function channelRanges(values: Float64Array, stride: number, shape: StaticShape, axis: number): Float32Array | null {
  const channels = shape[axis] ?? 0;
  if (shape.length < 2 || channels < 1 || channels > CHANNEL_LIMIT) return null;
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const channelOf = (index: number): number => Math.floor((index * stride) / inner) % channels;
  const starts = new Uint32Array(channels + 1);
  for (const [index, value] of values.entries()) if (Number.isFinite(value)) starts[channelOf(index) + 1]! += 1;
  for (let channel = 0; channel < channels; channel += 1) starts[channel + 1]! += starts[channel]!;
  const grouped = new Float64Array(starts[channels]!);
  const next = starts.slice();
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    const channel = channelOf(index);
    grouped[next[channel]!] = value;
    next[channel]! += 1;
  }
  const ranges = new Float32Array(channels * 4);
  for (let channel = 0; channel < channels; channel += 1) {
    const sorted = grouped.subarray(starts[channel], starts[channel + 1]).sort();
    ranges.set(
      [0, 0.05, 0.95, 1].map((share) => percentile(sorted, share)),
      channel * 4,
    );
  }
  return ranges;
}

/**
 * Distribution of a constant's real values. Throws ModelError `gone` when the tensor is not there or the file changed,
 * `unsupported-dtype` or `corrupt` when its values cannot be shown.
 */
export function buildHistogramView(model: Model, graphIndex: number, tensorId: number): HistogramView {
  const graph = model.graphs[graphIndex];
  const tensor = graph?.tensors[tensorId];
  if (!graph || !tensor) throw new ModelError('gone', `There is no tensor ${tensorId} in graph ${graphIndex}.`);
  const reader = realValues(tensor);
  const stride = sampleStride(reader.count);
  const values = readSample(reader, stride);
  const moments = momentsOf(values);
  const shape = isStatic(tensor.shape) ? tensor.shape : [];
  return {
    count: values.length,
    ...moments,
    bins: binsOf(values, moments.min, moments.max),
    channels: channelRanges(values, stride, shape, channelAxis(graph, tensor, shape.length)),
    sampled: stride > 1,
  };
}
