import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import { mainGraph } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';
import type { NamedValues, StatefulSession, TensorValue } from '../../ports/executor';
import { FastMemory } from './fast/fastMemory';
import { fastKernels } from './fast/fastKernels';
import type { Rounding } from './fixedPoint';
import { Pause, type Run } from './kernel';
import { kernelFor } from './kernelTable';
import type { Operand } from './operand';
import { planModel, type Plan, type PlannedGraph } from './plan';
import { plainStorage, type StorageSource } from './storage';

export interface IntegerSessionOptions {
  /** `double` (the default) is how TFLM, CMSIS-NN and ESP-NN round; `single` how XNNPACK and TFLITE_SINGLE_ROUNDING do. */
  readonly rounding?: Rounding;
  /** Plain kernels only: the truth that the fast ones are held to. */
  readonly reference?: boolean;
  /** Memory other than the session's own; plain kernels only. */
  readonly storage?: StorageSource;
}

/**
 * A model that runs as TensorFlow Lite Micro's reference kernels would, to the bit for integer operators. Floating-point
 * operators are computed too, but may differ from TFLM in low bits. Free dimensions are 1.
 */
export interface IntegerSession extends StatefulSession {
  /** Runs once on values by position. Inputs left out keep what they held. Returns copies of all outputs. */
  invoke(inputs: readonly (TensorValue | null)[]): readonly TensorValue[];
  /** A copy of what a tensor of the main graph held after the last run; null where it has no memory. */
  tensor(id: TensorId): TensorValue | null;
}

class Session implements IntegerSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #plan: Plan;
  readonly #main: PlannedGraph;
  readonly #inputs: readonly Operand[];
  readonly #outputs: readonly Operand[];
  readonly #names: ReadonlyMap<string, Operand>;

  constructor(model: Model, plan: Plan) {
    const graph = mainGraph(model);
    this.#plan = plan;
    this.#main = plan.graphs[0]!;
    this.#inputs = this.#main.inputs;
    this.#outputs = this.#main.outputs;
    this.inputNames = this.#inputs.map((operand) => operand.tensor.name);
    this.outputNames = this.#outputs.map((operand) => operand.tensor.name);
    this.#names = new Map(
      graph.tensors.flatMap(({ name, id }) => {
        const operand = this.#main.operands[id];
        return operand ? [[name, operand] as const] : [];
      }),
    );
  }

  invoke(inputs: readonly (TensorValue | null)[]): readonly TensorValue[] {
    if (inputs.length !== this.#inputs.length) {
      throw new ModelError('bad-data', `The model takes ${this.#inputs.length} inputs, not ${inputs.length}.`);
    }
    for (const [i, value] of inputs.entries()) if (value) fill(this.#inputs[i]!, value);
    runUntilPause(this.#main.runs);
    return this.#outputs.map(valueOf);
  }

  run(inputs: NamedValues, outputs: readonly string[] = this.outputNames): Promise<NamedValues> {
    const unknown = Object.keys(inputs).find((name) => !this.inputNames.includes(name));
    if (unknown !== undefined) {
      return Promise.reject(new ModelError('bad-data', `The model has no input called ${unknown}.`));
    }
    try {
      this.invoke(this.inputNames.map((name) => inputs[name] ?? this.#missing(name)));
      return Promise.resolve(Object.fromEntries(outputs.map((name) => [name, valueOf(this.#named(name))])));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  tensor(id: TensorId): TensorValue | null {
    const operand = this.#main.operands[id];
    return operand ? valueOf(operand) : null;
  }

  reset(): void {
    this.#plan.reset();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  #missing(name: string): never {
    throw new ModelError('bad-data', `The input ${name} is missing.`);
  }

  #named(name: string): Operand {
    const operand = this.#names.get(name);
    if (operand) return operand;
    throw new ModelError('bad-data', `The model has no tensor called ${name}.`);
  }
}

function runUntilPause(runs: readonly Run[]): void {
  try {
    for (const run of runs) run();
  } catch (error) {
    if (!(error instanceof Pause)) throw error;
  }
}

function fill(operand: Operand, value: TensorValue): void {
  const { shape, dtype, tensor } = operand;
  const sameShape = value.shape.length === shape.length && value.shape.every((dim, axis) => dim === shape[axis]);
  if (value.dtype !== dtype || !sameShape || value.data.byteLength !== operand.bytes.byteLength) {
    const [got, wanted] = [value, operand].map((side) => `${side.dtype} ${side.shape.join('×') || 'scalar'}`);
    throw new ModelError('bad-data', `The input ${tensor.name} takes ${wanted ?? ''}, not ${got ?? ''}.`);
  }
  operand.bytes.set(value.data);
}

function valueOf(operand: Operand): TensorValue {
  return { dtype: operand.dtype, shape: operand.shape, data: operand.bytes.slice() };
}

/**
 * Plans a model: multipliers, shifts, tables and memory are worked out once; runs only compute. Variable tensors and
 * resource variables keep their state from run to run until `reset`. Only files that TFLM could run are taken, the .tflite
 * kind. Throws ModelError: `unsupported-operator` with one line a node in `details`, `unsupported-dtype`, `too-large`
 * (activations over 256 MiB), `corrupt`.
 */
export function createIntegerSession(model: Model, options: IntegerSessionOptions = {}): IntegerSession {
  const { rounding = 'double', reference = false, storage } = options;
  // The fast kernels round twice.
  const memory = reference || storage || rounding === 'single' ? null : FastMemory.create();
  const plan = planModel(model, {
    rounding,
    storage: storage ?? memory ?? plainStorage,
    kernelFor: memory ? fastKernels(memory) : kernelFor,
  });
  return new Session(model, plan);
}
