import { readReals } from '../../datasets/reals';
import type { Sample, SampleInput } from '../../datasets/sample';
import { ModelError } from '../../ir/errors';
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
  /** Further outputs by tensor id. */
  readonly observed: ReadonlyMap<TensorId, string>;
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
    this.#fetched = [...new Set([...runnable.outputs, ...runnable.observed.values()])];
  }

  static async load(executor: Executor, runnable: Runnable): Promise<Runner> {
    return new Runner(runnable, await executor.load(runnable.onnx));
  }

  async run(sample: Sample): Promise<RunResult> {
    const { inputs, feeds, outputs, observed } = this.#runnable;
    const fed: Record<string, TensorValue> = {};
    for (const [i, input] of inputs.entries()) {
      const value = sample[input.name];
      if (!value) throw new ModelError('bad-data', `A sample has nothing for the input ${input.name}.`);
      fed[feeds[i]!] = value;
    }
    const results = await this.#session.run(fed, this.#fetched);
    const reals = (name: string) => readReals(results[name]!.dtype, results[name]!.data);
    return {
      outputs: outputs.map(reals),
      observed: new Map([...observed].map(([id, name]) => [id, reals(name)] as const)),
    };
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}
