import { readReals } from '../../datasets/reals';
import type { Sample, SampleInput } from '../../datasets/sample';
import { ModelError } from '../../ir/errors';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import type { Executor, ExecutorSession, TensorValue } from '../../ports/executor';

/** ONNX bytes that stand for a model, and which of their values are its inputs, outputs and activations. */
export interface Runnable {
  readonly onnx: Uint8Array;
  /** What samples must hold, in the model's own names. */
  readonly inputs: readonly SampleInput[];
  /** The ONNX input fed by each of `inputs`. */
  readonly feeds: readonly string[];
  readonly outputs: readonly string[];
  /** Null where a shape is not known. */
  readonly outputShapes: readonly (readonly number[] | null)[];
  /** Activations by tensor id: values of the ONNX graph that are outputs too, or are fed. */
  readonly observed: ReadonlyMap<TensorId, ObservedValue>;
  /** Made from a TFLite model, which has integers with exact sums; false: somebody else's ONNX, run as it is. */
  readonly isLowered: boolean;
}

export interface ObservedValue {
  readonly name: string;
  /** Set when the value comes as integers: how they stand for reals. */
  readonly quantization: Quantization | null;
}

/** What one inference gave, as real numbers. */
export interface RunResult {
  readonly outputs: readonly (Float32Array | Float64Array)[];
  readonly observed: ReadonlyMap<TensorId, Float32Array | Float64Array>;
}

/** A loaded Runnable. */
export class Runner {
  readonly #runnable: Runnable;
  readonly #session: ExecutorSession;
  readonly #fetched: readonly string[];

  private constructor(runnable: Runnable, session: ExecutorSession) {
    this.#runnable = runnable;
    this.#session = session;
    const observed = [...runnable.observed.values()].map((value) => value.name);
    this.#fetched = [...new Set([...runnable.outputs, ...observed])].filter((name) => !runnable.feeds.includes(name));
  }

  static async load(executor: Executor, runnable: Runnable): Promise<Runner> {
    return new Runner(runnable, await executor.load(runnable.onnx, runnable.isLowered));
  }

  /** True when the only output is one vector of at least two scores, so that the place of the largest means a class. */
  get hasScores(): boolean {
    const [shape] = this.#runnable.outputShapes;
    if (this.#runnable.outputs.length !== 1 || !shape) return false;
    const wide = shape.filter((dim) => dim !== 1);
    return wide.length === 1 && wide[0]! >= 2;
  }

  async run(sample: Sample): Promise<RunResult> {
    const { inputs, feeds, outputs, observed } = this.#runnable;
    const fed: Record<string, TensorValue> = {};
    for (const [i, input] of inputs.entries()) {
      const value = sample[input.name];
      if (!value) throw new ModelError('bad-data', `A sample has nothing for the input ${input.name}.`);
      fed[feeds[i]!] = value;
    }
    const results = { ...fed, ...(await this.#session.run(fed, this.#fetched)) };
    const reals = (name: string) => readReals(results[name]!.dtype, results[name]!.data);
    return {
      outputs: outputs.map(reals),
      observed: new Map(
        [...observed].map(([id, { name, quantization }]) => [id, dequantized(reals(name), quantization)] as const),
      ),
    };
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}

function dequantized(
  values: Float32Array | Float64Array,
  quantization: Quantization | null,
): Float32Array | Float64Array {
  if (!quantization) return values;
  const scale = quantization.scales[0]!;
  const zeroPoint = quantization.zeroPoints[0] ?? 0;
  return values.map((value) => scale * (value - zeroPoint));
}
