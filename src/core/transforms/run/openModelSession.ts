import { isInteger } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import { mainGraph, type Model } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import type { Executor } from '../../ports/executor';
import { openInteger } from './integerModel';
import type { ExecutorId, ModelSession } from './modelSession';
import { onnxProgram, openOnnxruntime } from './onnxruntimeSession';

export interface OpenedSession {
  readonly session: ModelSession;
  /** Which executor runs the model and why, as sentences. */
  readonly notes: readonly string[];
}

interface OpenOptions {
  /** Null chooses. */
  readonly executor: ExecutorId | null;
  readonly observe: readonly TensorId[];
}

const NAMES: Readonly<Record<ExecutorId, string>> = {
  integer: 'the integer engine',
  onnxruntime: 'ONNX Runtime',
};

/**
 * Opens a model, shapes inferred, on an executor. Without a choice an integer model runs on the integer engine, any other
 * on ONNX Runtime, and what the first refuses on the second. Throws ModelError: what the only or the first executor says.
 */
export async function openModelSession(
  model: Model,
  source: ByteSource,
  onnxruntime: Executor,
  { executor, observe }: OpenOptions,
): Promise<OpenedSession> {
  const open = (id: ExecutorId) =>
    id === 'integer'
      ? Promise.resolve(openInteger(runnable(model), observe))
      : openOnnxruntime(runnable(model), source, onnxruntime, observe);
  if (executor !== null) {
    runnable(model);
    refuseExecutor(model, executor);
    return { session: await open(executor), notes: [] };
  }
  const [first, second] = executorsFor(model);
  try {
    return { session: await open(first), notes: [whyFirst(first)] };
  } catch (error) {
    if (!(error instanceof ModelError) || second === null) throw error;
    const session = await open(second).catch(() => Promise.reject(error));
    return { session, notes: [whySecond(second, error)] };
  }
}

/** Why an executor cannot run a model, found without running it; null when nothing speaks against it. */
export function executorRefusal(model: Model, source: ByteSource, executor: ExecutorId): ModelError | null {
  try {
    runnable(model);
    refuseExecutor(model, executor);
    if (executor === 'integer') openInteger(runnable(model), []);
    else onnxProgram(runnable(model), source, []);
    return null;
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

/** In the order in which they are tried; null for none. */
export function executorsFor(model: Model): readonly [ExecutorId, ExecutorId | null] {
  if (model.format !== 'tflite') return ['onnxruntime', null];
  return hasIntegerActivations(model) ? ['integer', 'onnxruntime'] : ['onnxruntime', 'integer'];
}

function hasIntegerActivations(model: Model): boolean {
  const graph = mainGraph(model);
  const isQuantized = (id: TensorId): boolean => {
    const tensor = graph.tensors[id];
    return tensor !== undefined && !tensor.constant && tensor.quantization !== null && isInteger(tensor.dtype);
  };
  const made = graph.nodes.flatMap((node) => node.outputs);
  if (made.some(isQuantized)) return true;
  // Signal operators and table lookups: integers without scales.
  return graph.inputs.length > 0 && graph.inputs.every((id) => isInteger(graph.tensors[id]?.dtype ?? 'unknown'));
}

/** TFLite, also as an array in C source, and ONNX. */
function runnable(model: Model): Model {
  if (model.format === 'tflite' || model.format === 'onnx') return model;
  const what =
    mainGraph(model).nodes.length === 0
      ? 'The file holds weights without the graph that computes with them.'
      : 'Models run here as .tflite or .onnx: export this one from the framework it was made with.';
  throw new ModelError('read-only', what);
}

function refuseExecutor(model: Model, executor: ExecutorId): void {
  if (executor === 'integer' && model.format !== 'tflite') {
    throw new ModelError('unsupported-operator', 'The integer engine runs TFLite models; this one is not.');
  }
}

function whyFirst(id: ExecutorId): string {
  return id === 'integer'
    ? "Run on the integer engine: an integer model, in TensorFlow Lite Micro's own arithmetic."
    : 'Run on ONNX Runtime: not an integer model.';
}

function whySecond(id: ExecutorId, refusal: ModelError): string {
  const why = refusal.message.replace(/\.$/, '');
  const detail = refusal.details.length > 0 ? ` (${refusal.details[0]!.replace(/\.$/, '')})` : '';
  const how =
    id === 'onnxruntime'
      ? 'it computes integers as reals and rounds once, which may differ from a microcontroller in the last bit'
      : 'floating-point results may differ from a microcontroller in the last bits';
  return `Run on ${NAMES[id]}: ${why}${detail}; ${how}.`;
}
