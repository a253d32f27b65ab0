import { SCHEMA_VERSION } from './inspectAnswer';
import type { LayerError } from './transformAnswer';
import { readModel } from '../formats/readModel';
import { writeModel } from '../formats/writeModel';
import { isFloat } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import { inferShapes } from '../ir/inferShapes';
import { mainGraph, type Model } from '../ir/model';
import type { TensorId } from '../ir/tensor';
import { MemoryByteSource } from '../ports/memoryByteSource';
import { beforeAndAfter, comparisonNotes, measure, QUALITY_KEYS, qualityOf } from './measure';
import type { RunComparison } from '../transforms/run/compareRuns';
import { Runner } from '../transforms/run/runnable';
import { runnableOf } from '../transforms/run/runnableOf';
import type { OpenData, TransformJob, TransformResult } from './transformJob';
import { pruneMagnitude, type PrunedModel } from '../transforms/prune/pruneMagnitude';

const NO_GAIN_NOTE =
  'Arena, MACs and latency are as before: zeros save bytes only where the file or the firmware image is compressed.';

/**
 * The model with the smallest weights of each layer at zero, in the same format. `openData` null measures nothing; a
 * model that cannot be run here is pruned all the same, with a note. Throws ModelError as `pruneMagnitude`, reading and
 * writing do, and whatever `job.pause` throws.
 */
export async function pruneModel(
  job: TransformJob,
  openData: OpenData | null,
  amount: number,
): Promise<TransformResult> {
  job.report({ step: 'Pruning', fraction: null });
  const pruned = pruneMagnitude(job.model, amount);
  const file = writeModel(pruned.model);
  const source = new MemoryByteSource(file, job.source.name);
  const written = readModel(source);
  await job.pause();
  const measured = openData
    ? await compare(job, openData, written, source)
    : { comparison: null, notes: ['No data was given: the outputs were not compared.'] };
  const { comparison } = measured;
  const figures = beforeAndAfter(job, written, file);
  const isSimulated = comparison !== null && isQuantized(job.model);
  return {
    file,
    answer: {
      ...figures,
      ...qualityOf(comparison),
      schemaVersion: SCHEMA_VERSION,
      command: 'prune',
      method: `smallest weights of each layer to zero, ${formatPercent(amount)} of them`,
      layers: layerErrors(job.model, pruned, comparison),
      notes: [NO_GAIN_NOTE, ...pruned.notes, ...measured.notes],
      estimated: [...figures.estimated, ...(isSimulated ? QUALITY_KEYS : [])],
    },
  };
}

interface Measured {
  readonly comparison: RunComparison | null;
  readonly notes: readonly string[];
}

async function compare(
  job: TransformJob,
  openData: OpenData,
  written: Model,
  source: MemoryByteSource,
): Promise<Measured> {
  const loaded: Runner[] = [];
  try {
    const model = inferShapes(job.model);
    const observe = layerOutputs(model);
    const runnable = runnableOf(model, job.source, observe);
    const data = await openData(runnable.inputs);
    const reference = await Runner.load(job.executor, runnable);
    loaded.push(reference);
    const changed = await Runner.load(job.executor, runnableOf(inferShapes(written), source, observe));
    loaded.push(changed);
    const pairs = new Map(observe.map((id) => [id, id]));
    const comparison = await measure(job, reference, changed, data, pairs, { from: 0, to: 0.95 });
    return { comparison, notes: ['Measured on the given data.', ...comparisonNotes(comparison), ...data.notes()] };
  } catch (error) {
    if (!(error instanceof ModelError) || !CANNOT_RUN.has(error.reason)) throw error;
    return { comparison: null, notes: [`The outputs were not compared: ${error.message}`] };
  } finally {
    for (const runner of loaded) await runner.dispose();
  }
}

const CANNOT_RUN = new Set(['unsupported-operator', 'unsupported-dtype', 'dynamic-shape']);

/** Outputs of every node that are real numbers and can be asked for. */
function layerOutputs(model: Model): readonly TensorId[] {
  const graph = mainGraph(model);
  const isReal = (id: TensorId) => {
    const { dtype, constant, quantization, name } = graph.tensors[id]!;
    const isNumber = model.format === 'onnx' ? dtype === 'float32' && name !== '' : isFloat(dtype);
    return (
      constant === null && (isNumber || (quantization?.scales.length === 1 && (dtype === 'int8' || dtype === 'uint8')))
    );
  };
  return [...new Set(graph.nodes.flatMap((node) => node.outputs.filter(isReal)))];
}

function isQuantized(model: Model): boolean {
  return (
    model.format === 'tflite' &&
    mainGraph(model).tensors.some((tensor) => tensor.dtype === 'int8' && tensor.quantization)
  );
}

function layerErrors(model: Model, pruned: PrunedModel, comparison: RunComparison | null): readonly LayerError[] {
  const graph = mainGraph(model);
  return pruned.layers
    .filter((layer) => layer.graph === 0)
    .map((layer) => {
      const node = graph.nodes[layer.node]!;
      const output = node.outputs[0];
      const error = output === undefined ? undefined : comparison?.layers.get(output);
      return {
        node: node.id,
        op: node.source.op,
        name: node.source.name || (output === undefined ? '' : graph.tensors[output]!.name),
        sqnrDb: error?.sqnrDb ?? null,
        aloneSqnrDb: null,
      };
    });
}

function formatPercent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
