import type { TensorValue } from '../../ports/executor';
import type { ModelSession, RunPort, RunValues } from './modelSession';

/** An input that takes what an output gave the step before, by position. */
export interface CarriedPair {
  readonly input: number;
  readonly output: number;
}

/** How exporters name the new value of a state: `stateN`, `hn`, `h_out`, `new_state`, `present.0` for `past.0`. */
const SPELLINGS: readonly ((input: string) => string)[] = [
  (name) => `${name}N`,
  (name) => `${name}n`,
  (name) => `${name}_n`,
  (name) => `${name}_out`,
  (name) => `${name}_new`,
  (name) => `${name}_next`,
  (name) => `out_${name}`,
  (name) => `new_${name}`,
  (name) => `next_${name}`,
  (name) => `output_${name}`,
  (name) => name.replace(/^past/, 'present'),
  (name) => name.replace(/_in$/, '_out'),
];

/** Inputs whose name, type and shape say that they are a state which an output renews; one input must stay for data. */
export function carriedPairs(inputs: readonly RunPort[], outputs: readonly RunPort[]): readonly CarriedPair[] {
  const pairs: CarriedPair[] = [];
  for (const [input, port] of inputs.entries()) {
    const names = SPELLINGS.map((spell) => spell(port.name)).filter((name) => name !== port.name);
    const output = outputs.findIndex((each) => names.includes(each.name) && isAlike(port, each));
    if (output >= 0) pairs.push({ input, output });
  }
  return pairs.length < inputs.length ? pairs : [];
}

/** Free dimensions of outputs are shown as 1: those are not compared. */
function isAlike(input: RunPort, output: RunPort): boolean {
  return (
    input.dtype === output.dtype &&
    input.shape.length === output.shape.length &&
    input.shape.every((dim, axis) => dim === output.shape[axis] || output.shape[axis] === 1)
  );
}

/** A session that feeds states back from step to step, until reset. */
export class CarriedState implements ModelSession {
  readonly isStateful = true;
  readonly #inner: ModelSession;
  readonly #pairs: readonly CarriedPair[];
  #last: readonly TensorValue[] | null = null;

  constructor(inner: ModelSession, pairs: readonly CarriedPair[]) {
    this.#inner = inner;
    this.#pairs = pairs;
  }

  get executor() {
    return this.#inner.executor;
  }

  get inputs() {
    return this.#inner.inputs;
  }

  get outputs() {
    return this.#inner.outputs;
  }

  async run(inputs: readonly TensorValue[]): Promise<RunValues> {
    const fed = [...inputs];
    for (const { input, output } of this.#pairs) {
      const kept = this.#last?.[output];
      if (kept) fed[input] = kept;
    }
    const values = await this.#inner.run(fed);
    this.#last = values.outputs;
    return values;
  }

  reset(): void {
    this.#last = null;
    this.#inner.reset();
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
