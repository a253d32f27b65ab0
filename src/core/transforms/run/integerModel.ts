import { createIntegerSession, type IntegerSession } from '../../execute/integer/integerSession';
import { mainGraph, type Model } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';
import type { TensorValue } from '../../ports/executor';
import type { ModelSession, RunPort, RunValues } from './modelSession';
import { outputPorts, portOf } from './runPorts';

/** A model for the integer engine. Shapes must be inferred. Throws ModelError as `createIntegerSession` does. */
export function openInteger(model: Model, observe: readonly TensorId[]): ModelSession {
  return new IntegerModel(model, createIntegerSession(model), observe);
}

class IntegerModel implements ModelSession {
  readonly executor = 'integer';
  readonly inputs: readonly RunPort[];
  readonly outputs: readonly RunPort[];
  readonly isStateful: boolean;
  readonly #session: IntegerSession;
  readonly #observe: readonly TensorId[];

  constructor(model: Model, session: IntegerSession, observe: readonly TensorId[]) {
    const graph = mainGraph(model);
    this.#session = session;
    this.#observe = observe;
    this.inputs = graph.inputs.map((id) => portOf(model, graph, id));
    this.outputs = outputPorts(model, graph);
    this.isStateful = keepsState(model);
  }

  run(inputs: readonly TensorValue[]): Promise<RunValues> {
    try {
      const outputs = this.#session.invoke(inputs).map(plainInt4);
      const observed = new Map<TensorId, TensorValue>();
      for (const id of this.#observe) {
        const value = this.#session.tensor(id);
        if (value) observed.set(id, plainInt4(value));
      }
      return Promise.resolve({ outputs, observed });
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  reset(): void {
    this.#session.reset();
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Variable tensors (SVDF, LSTM), resource variables, and the signal operators that remember the last frame. */
export function keepsState(model: Model): boolean {
  return model.graphs.some(
    ({ tensors, nodes }) =>
      tensors.some((tensor) => tensor.isVariable) ||
      nodes.some(({ op, source }) => op.kind === 'VarHandle' || source.op.startsWith('Signal')),
  );
}

/** The engine holds 4-bit integers a byte each. */
function plainInt4(value: TensorValue): TensorValue {
  return value.dtype === 'int4' ? { ...value, dtype: 'int8' } : value;
}
