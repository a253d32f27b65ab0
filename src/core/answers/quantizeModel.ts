import { SCHEMA_VERSION } from './inspectAnswer';
import type { LayerError } from './transformAnswer';
import { readModel } from '../formats/readModel';
import { writeModel } from '../formats/writeModel';
import type { Graph } from '../ir/graph';
import { inferShapes } from '../ir/inferShapes';
import { mainGraph, type Model } from '../ir/model';
import type { TensorId } from '../ir/tensor';
import { hasOfflinePlan } from '../memory/tflm/offlinePlan';
import { MemoryByteSource } from '../ports/memoryByteSource';
import { withMainGraph, type CompactModel } from '../transforms/fold/dropUnused';
import { preparedGraph } from '../transforms/fold/prepare';
import { beforeAndAfter, comparisonNotes, measure, QUALITY_KEYS, qualityOf, sampleProgress } from './measure';
import type { RunComparison } from '../transforms/run/compareRuns';
import { Runner } from '../transforms/run/runnable';
import { runnableOf } from '../transforms/run/runnableOf';
import type { OpenData, SampleData, TransformJob, TransformResult } from './transformJob';
import type { Observations } from '../transforms/quantize/activationScales';
import { coveredRange } from '../transforms/quantize/affine';
import { calibrate } from '../transforms/quantize/calibrate';
import { quantizeOnnx } from '../transforms/quantize/quantizeOnnx';
import { activationsOf, quantizeTflite } from '../transforms/quantize/quantizeTflite';
import { RANGE_METHOD_NAMES, type RangeMethod } from '../transforms/quantize/ranges';
import { assertQuantizable } from '../transforms/quantize/refusal';

const SIMULATION_NOTE =
  'The int8 outputs were simulated by ONNX Runtime, which rounds once; a microcontroller may differ in the last bit.';

/**
 * A float model as a static int8 one of the same format, calibrated and measured on the same data. Throws ModelError
 * when the model cannot be quantized or run, when data or weights are unusable, and whatever `job.pause` throws.
 */
export async function quantizeModel(
  job: TransformJob,
  openData: OpenData,
  method: RangeMethod,
): Promise<TransformResult> {
  const model = inferShapes(job.model);
  assertQuantizable(model);
  job.report({ step: 'Loading the model', fraction: null });
  const activations = observable(model);
  const runnable = runnableOf(model, job.source, activations);
  const data = await openData(runnable.inputs);
  const float = await Runner.load(job.executor, runnable);
  try {
    const onSample = sampleProgress(job, 'Calibrating', data, { from: 0, to: 0.45 });
    const observations = await calibrate(float, () => data.samples(), onSample);
    job.report({ step: 'Quantizing', fraction: 0.45 });
    await job.pause();
    const quantized = writeQuantized(job, model, observations, method);
    const pairs = pairTensors(quantized, activations);
    const comparison = await measureQuantized(job, float, quantized, data, pairs);
    return resultOf(job, model, quantized, { observations, comparison, pairs }, method, data);
  } finally {
    await float.dispose();
  }
}

/** The int8 model as it was written, read again: what is measured is what the file says. */
interface Quantized {
  readonly file: Uint8Array;
  readonly source: MemoryByteSource;
  readonly written: Model;
  readonly compact: CompactModel;
  readonly notes: readonly string[];
}

function writeQuantized(job: TransformJob, model: Model, observations: Observations, method: RangeMethod): Quantized {
  const { compact, notes } = quantizedModel(model, observations, method);
  const file = writeModel(compact.model);
  const source = new MemoryByteSource(file, job.source.name);
  return { file, source, written: inferShapes(readModel(source)), compact, notes };
}

async function measureQuantized(
  job: TransformJob,
  float: Runner,
  { written, source }: Quantized,
  data: SampleData,
  pairs: ReadonlyMap<TensorId, TensorId>,
): Promise<RunComparison> {
  const changed = await Runner.load(job.executor, runnableOf(written, source, [...pairs.values()]));
  try {
    return await measure(job, float, changed, data, pairs, { from: 0.5, to: 0.95 });
  } finally {
    await changed.dispose();
  }
}

interface Measurement {
  readonly observations: Observations;
  readonly comparison: RunComparison;
  readonly pairs: ReadonlyMap<TensorId, TensorId>;
}

function resultOf(
  job: TransformJob,
  model: Model,
  { file, written, notes }: Quantized,
  measurement: Measurement,
  method: RangeMethod,
  data: SampleData,
): TransformResult {
  const { comparison } = measurement;
  const figures = beforeAndAfter(job, written, file);
  const isSimulated = model.format === 'tflite';
  return {
    file,
    answer: {
      ...figures,
      ...qualityOf(comparison),
      schemaVersion: SCHEMA_VERSION,
      command: 'quantize',
      method: `static int8, ${perChannelWords(model)}, ${RANGE_METHOD_NAMES[method]}`,
      layers: layerErrors(model, written, measurement),
      notes: [
        ...notes,
        ...(isSimulated ? [SIMULATION_NOTE] : []),
        'Measured on the calibration data.',
        ...comparisonNotes(comparison),
        ...data.notes(),
      ],
      estimated: [...figures.estimated, ...(isSimulated ? QUALITY_KEYS : [])],
    },
  };
}

function perChannelWords(model: Model): string {
  return model.format === 'tflite' ? 'per-channel (dense layers per-tensor)' : 'per-channel, float inputs and outputs';
}

/** Float activations of the main graph. */
function observable(model: Model): readonly TensorId[] {
  const graph = preparedGraph(model);
  const names = new Set<string>();
  return activationsOf(graph).filter((id) => {
    const { dtype, name, captured } = graph.tensors[id]!;
    if (model.format === 'tflite') return true;
    // Only float32 values are quantized in ONNX, and a value is asked for by its name.
    return dtype === 'float32' && captured !== true && name !== '' && names.size !== names.add(name).size;
  });
}

function quantizedModel(
  model: Model,
  observations: Observations,
  method: RangeMethod,
): { readonly compact: CompactModel; readonly notes: readonly string[] } {
  if (model.format === 'tflite') {
    const notes = hasOfflinePlan(model) ? ['The memory plan of the model was left out: it was made for float.'] : [];
    return { compact: withMainGraph(model, quantizeTflite(model, observations, method)), notes };
  }
  const { graph, floatOperators } = quantizeOnnx(model, observations, method);
  const notes = floatOperators.length > 0 ? [`Left in float: ${floatOperators.join(', ')}.`] : [];
  return { compact: withMainGraph(model, graph), notes };
}

/**
 * Which tensor of the written file is which of the source: by place for TFLite, whose writer keeps them all, by name for
 * ONNX, whose reader numbers anew. Only those that are quantized now.
 */
function pairTensors(
  { compact, written }: Quantized,
  activations: readonly TensorId[],
): ReadonlyMap<TensorId, TensorId> {
  const tensors = mainGraph(written).tensors;
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor.id]));
  const isTflite = written.format === 'tflite';
  const pairs = activations.flatMap((id) => {
    const moved = compact.ids.get(id);
    if (moved === undefined) return [];
    const before = mainGraph(compact.model).tensors[moved]!;
    const to = isTflite ? moved : byName.get(before.name);
    return to === undefined || before.quantization === null ? [] : [[id, to] as const];
  });
  return new Map(pairs);
}

function layerErrors(
  model: Model,
  written: Model,
  { observations, comparison, pairs }: Measurement,
): readonly LayerError[] {
  const graph: Graph = mainGraph(model);
  const after = mainGraph(written);
  return graph.nodes.flatMap((node) => {
    const output = node.outputs.find((id) => comparison.layers.has(id));
    const changed = output === undefined ? undefined : pairs.get(output);
    if (output === undefined || changed === undefined) return [];
    const quantization = after.tensors[changed]!.quantization;
    const covered = quantization ? coveredRange(quantization) : null;
    const seen = observations.get(output);
    return [
      {
        node: node.id,
        op: node.source.op,
        name: node.source.name || graph.tensors[output]!.name,
        sqnrDb: comparison.layers.get(output)!.sqnrDb,
        aloneSqnrDb: null,
        ...(covered ? { covered: [covered.low, covered.high] as const } : {}),
        ...(seen ? { seen: [seen.min, seen.max] as const } : {}),
      },
    ];
  });
}
