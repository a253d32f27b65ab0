import { operatorName } from '../answers/inspect';
import type { ModelRun, NamedTensor, RunRecord } from '../answers/runModel';
import { readReals } from '../datasets/reals';
import { fnv1a } from '../execute/fnv1a';
import { isFloat } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import type { Model } from '../ir/model';
import { formatShape } from '../ir/shape';
import { realsOf } from '../transforms/run/storedValue';
import { channelSheet, runPicture } from './runPicture';
import type { RunOutputView, RunStats, RunTensorsView, RunTensorView, RunView, ScoreView } from './runView';

const FIRST_VALUES = 4096;
const TOP_SCORES = 10;
/** A longer vector is no list of classes. */
const MAX_CLASSES = 10_000;

type Reals = Float32Array | Float64Array;

/** What a run gave, as *Try it* shows it: figures of every tensor, and the beginning of each output. */
export function buildRunView(
  run: ModelRun,
  record: RunRecord,
  labels: readonly string[],
  more: Pick<RunView, 'graph' | 'notes' | 'stepsSinceReset'>,
): RunView {
  const outputs = run.outputs.map(({ name, tensor, layout }, position) => {
    const index = record.tensors.findIndex((each) => each.tensor === tensor && each.name === name);
    return outputView(run, { name, tensor, value: record.outputs[position]! }, index, layout, labels);
  });
  return {
    graph: more.graph,
    executor: run.executor,
    notes: [...run.notes, ...more.notes],
    seconds: record.seconds,
    steps: record.steps,
    stepsSinceReset: more.stepsSinceReset,
    outputs,
    tensors: tensorsView(run, record),
  };
}

/** Values `[offset, offset + length)` of a tensor of the run. Throws ModelError `gone` when there is no such tensor. */
export function buildRunTensor(
  run: ModelRun,
  record: RunRecord,
  index: number,
  offset: number,
  length: number,
): RunTensorView {
  const found = record.tensors[index];
  if (!found) throw new ModelError('gone', 'The run that this tensor was of is gone; run the model again.');
  const stored = readReals(found.value.dtype, found.value.data);
  const reals = tensorReals(run, found);
  const end = Math.min(stored.length, offset + Math.min(length, FIRST_VALUES));
  return {
    index,
    name: found.name,
    dtype: found.value.dtype,
    shape: formatShape(found.value.shape),
    count: stored.length,
    offset,
    stored: Float64Array.from(stored.subarray(offset, end)),
    reals: reals === stored || isFloat(found.value.dtype) ? null : Float32Array.from(reals.subarray(offset, end)),
    picture: channelSheet(found.value.shape, run.inputs[0]?.layout ?? 'NHWC', reals),
    ...statsOf(reals),
  };
}

function outputView(
  run: ModelRun,
  output: Pick<NamedTensor, 'name' | 'tensor' | 'value'>,
  index: number,
  layout: 'NHWC' | 'NCHW',
  labels: readonly string[],
): RunOutputView {
  const { dtype, shape, data } = output.value;
  const reals = tensorReals(run, output);
  return {
    index,
    name: output.name,
    dtype,
    shape: formatShape(shape),
    count: reals.length,
    fnv1a: fnv1a(data),
    top: topScores(shape, reals, labels),
    picture: runPicture(shape, layout, reals),
    values: Float32Array.from(reals.subarray(0, FIRST_VALUES)),
    ...statsOf(reals),
  };
}

function tensorsView(run: ModelRun, record: RunRecord): RunTensorsView {
  const rows = record.tensors.flatMap((tensor, index) => (tensor.node === null ? [] : [{ tensor, index }]));
  const stats = rows.map(({ tensor }) => statsOf(tensorReals(run, tensor)));
  const column = (figure: keyof RunStats) => Float64Array.from(stats, (each) => each[figure] ?? NaN);
  return {
    indices: Uint32Array.from(rows, ({ index }) => index),
    nodes: Uint32Array.from(rows, ({ tensor }) => tensor.node!),
    tensors: Uint32Array.from(rows, ({ tensor }) => tensor.tensor),
    ops: rows.map(({ tensor }) => operatorName(run.graph.nodes[tensor.node!]!)),
    names: rows.map(({ tensor }) => tensor.name),
    dtypes: rows.map(({ tensor }) => tensor.value.dtype),
    shapes: rows.map(({ tensor }) => formatShape(tensor.value.shape)),
    mins: column('min'),
    maxs: column('max'),
    means: column('mean'),
  };
}

function tensorReals(run: ModelRun, { tensor, value }: Pick<NamedTensor, 'tensor' | 'value'>): Reals {
  return realsOf(value, run.graph.tensors[tensor]?.quantization ?? null);
}

function statsOf(values: Reals): RunStats {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count += 1;
  }
  return count === 0 ? { min: null, max: null, mean: null } : { min, max, mean: sum / count };
}

function topScores(shape: readonly number[], values: Reals, labels: readonly string[]): readonly ScoreView[] | null {
  const wide = shape.filter((dim) => dim !== 1);
  if (wide.length !== 1 || values.length < 2 || values.length > MAX_CLASSES) return null;
  const named = labels.length === values.length;
  return Array.from(values, (value, index) => ({ index, label: named ? labels[index]! : null, value }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, TOP_SCORES);
}

/** Names of classes that the model's file brings (TFLite metadata: a text with a name a line); empty without. */
export function classLabels(model: Model): readonly string[] {
  for (const metadata of model.metadata) {
    if (!/\.txt$|label/i.test(metadata.name)) continue;
    const text = metadata.read ? new TextDecoder().decode(metadata.read()) : metadata.text;
    const lines = (text ?? '').split(/\r?\n/).map((line) => line.trim());
    while (lines.at(-1) === '') lines.pop();
    if (lines.length > 1) return lines;
  }
  return [];
}
