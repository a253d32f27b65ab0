import { isFloat } from '../../ir/dtype';
import { mainGraph, type Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import type { Executor, ExecutorSession, NamedValues, TensorValue } from '../../ports/executor';
import { lowerToOnnx } from '../lower/lowerModel';
import type { ModelSession, RunPort, RunValues } from './modelSession';
import { runnableOnnx } from './runnableOnnx';
import { portOf } from './runPorts';
import { dequantizedValue, quantizedValue } from './storedValue';

/** A tensor of the model and the value of the ONNX graph that stands for it. */
interface Bound {
  readonly port: RunPort;
  readonly value: string;
  /** Set where the ONNX value holds the reals that the tensor's integers stand for. */
  readonly asReals: boolean;
}

interface Program {
  readonly onnx: Uint8Array;
  readonly inputs: readonly Bound[];
  readonly outputs: readonly Bound[];
  readonly observed: readonly Bound[];
}

/**
 * A model for ONNX Runtime: an ONNX file itself, a TFLite one lowered, its integers handed over as the reals they stand
 * for and back. Shapes must be inferred. Throws ModelError with the operators that stand in the way, in `details`.
 */
export async function openOnnxruntime(
  model: Model,
  source: ByteSource,
  executor: Executor,
  observe: readonly TensorId[],
): Promise<ModelSession> {
  const program = onnxProgram(model, source, observe);
  return new OnnxruntimeModel(program, await executor.load(program.onnx, model.format === 'tflite'));
}

/** What would be run, without loading it: throws as `openOnnxruntime` does, up to what ONNX Runtime itself refuses. */
export function onnxProgram(model: Model, source: ByteSource, observe: readonly TensorId[]): Program {
  return model.format === 'onnx' ? fileProgram(model, source, observe) : loweredProgram(model, observe);
}

function fileProgram(model: Model, source: ByteSource, observe: readonly TensorId[]): Program {
  const graph = mainGraph(model);
  // Results that a node leaves out have no name to be fetched by.
  const seen = observe.filter((id) => graph.tensors[id]!.name !== '');
  const { onnx, feeds, outputs } = runnableOnnx(model, source, seen);
  const fed = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
  const bound = (id: TensorId, value: string): Bound => ({ port: portOf(model, graph, id), value, asReals: false });
  return {
    onnx,
    inputs: fed.map((id, i) => bound(id, feeds[i]!)),
    outputs: graph.outputs.map((id, i) => bound(id, outputs[i]!)),
    observed: seen.map((id) => bound(id, graph.tensors[id]!.name)),
  };
}

function loweredProgram(model: Model, observe: readonly TensorId[]): Program {
  const graph = mainGraph(model);
  const lowered = lowerToOnnx(model, observe, 'file');
  const bound = (id: TensorId, value: string): Bound => {
    const tensor = graph.tensors[id]!;
    return { port: portOf(model, graph, id), value, asReals: isQuantized(tensor) };
  };
  return {
    onnx: lowered.onnx,
    inputs: lowered.inputs.map(({ tensor, name }) => bound(tensor, name)),
    outputs: lowered.outputs.map(({ tensor, name }) => bound(tensor, name)),
    observed: [...lowered.observed].map(([tensor, name]) => bound(tensor, name)),
  };
}

function isQuantized({ dtype, quantization }: Tensor): boolean {
  return quantization !== null && quantization.scales.length > 0 && !isFloat(dtype);
}

class OnnxruntimeModel implements ModelSession {
  readonly executor = 'onnxruntime';
  readonly isStateful = false;
  readonly inputs: readonly RunPort[];
  readonly outputs: readonly RunPort[];
  readonly #program: Program;
  readonly #session: ExecutorSession;
  readonly #fetched: readonly string[];

  constructor(program: Program, session: ExecutorSession) {
    this.#program = program;
    this.#session = session;
    this.inputs = program.inputs.map(({ port }) => port);
    this.outputs = program.outputs.map(({ port }) => port);
    const fed = new Set(program.inputs.map(({ value }) => value));
    const wanted = [...program.outputs, ...program.observed].map(({ value }) => value);
    this.#fetched = [...new Set(wanted)].filter((name) => !fed.has(name));
  }

  async run(inputs: readonly TensorValue[]): Promise<RunValues> {
    const fed: NamedValues = Object.fromEntries(
      this.#program.inputs.map((bound, i) => [bound.value, toFed(bound, inputs[i]!)]),
    );
    const results = { ...fed, ...(await this.#session.run(fed, this.#fetched)) };
    const value = (bound: Bound) => fromFetched(bound, results[bound.value]!);
    return {
      outputs: this.#program.outputs.map(value),
      observed: new Map(this.#program.observed.map((bound) => [bound.port.tensor, value(bound)] as const)),
    };
  }

  reset(): void {
    // Nothing is kept from run to run.
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

function toFed({ port, asReals }: Bound, value: TensorValue): TensorValue {
  return asReals ? dequantizedValue(value, port.quantization!) : value;
}

function fromFetched({ port, asReals }: Bound, value: TensorValue): TensorValue {
  return asReals ? quantizedValue(value, port.dtype, port.quantization!) : value;
}
