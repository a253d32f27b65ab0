import type { Model } from '../../../ir/model';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { bytesOf } from '../../../ir/dtype';
import type { LowerContext, StateSink } from '../../lower/lowerContext';
import type { RecordedGraph } from './recordedGraph';

/** State of a TFLite model, which an ONNX file takes as an input and gives as an output. */
export interface StatePort {
  readonly input: string;
  readonly output: string;
  /** What the input is at the first inference: what the file sets it to, or real zeros as it stores them. */
  readonly start: Uint8Array;
}

/** Types whose integers a port keeps; others are ports of real numbers. */
const STORED: readonly string[] = ['int8', 'uint8'];

interface State {
  readonly input: string;
  readonly tensor: Tensor;
  current: string;
}

/** Inputs and outputs for the state that a TFLite file keeps to itself. */
export class StatePorts implements StateSink {
  readonly #context: LowerContext;
  readonly #recorded: RecordedGraph;
  readonly #states = new Map<string, State>();
  readonly #taken: Set<string>;

  readonly #starts: ReadonlyMap<string, Uint8Array>;

  constructor(context: LowerContext, recorded: RecordedGraph, starts: ReadonlyMap<string, Uint8Array>) {
    this.#context = context;
    this.#starts = starts;
    this.#recorded = recorded;
    const { inputs, outputs, tensors } = context.graph;
    this.#taken = new Set([...inputs, ...outputs].map((id) => tensors[id]!.name));
  }

  before(name: string, id: TensorId): string {
    return this.#state(name, id).current;
  }

  after(name: string, value: string, id?: TensorId): void {
    const state = this.#states.get(name) ?? (id === undefined ? undefined : this.#state(name, id));
    if (!state) return;
    state.current = value;
  }

  /** Writes the outputs; those that are only read stay inputs. */
  finish(): readonly StatePort[] {
    return [...this.#states].map(([name, { input, tensor, current }]) => {
      const output = this.#free(`${input}_next`);
      const stored = isStored(tensor)
        ? (this.#context.integersOf(current) ?? this.#context.quantized(tensor.id, current))
        : current;
      this.#recorded.node('Identity', [stored], [output]);
      this.#recorded.output(output, portType(tensor), this.#context.shape(tensor.id));
      return { input, output, start: this.#start(name, tensor) };
    });
  }

  #state(name: string, id: TensorId): State {
    const known = this.#states.get(name);
    if (known) return known;
    const tensor = this.#context.tensor(id);
    const input = this.#free(name || 'state');
    this.#recorded.input(input, portType(tensor), this.#context.shape(id));
    const current = isStored(tensor) ? this.#context.dequantized(id, input) : input;
    const state = { input, tensor, current };
    this.#states.set(name, state);
    return state;
  }

  #start(name: string, tensor: Tensor): Uint8Array {
    const count = this.#context.shape(tensor.id).reduce((product, dim) => product * dim, 1);
    const size = bytesOf(portType(tensor), count);
    const given = this.#starts.get(name);
    if (given?.length === size) return given;
    const zero = isStored(tensor) ? (tensor.quantization!.zeroPoints[0] ?? 0) : 0;
    return new Uint8Array(size).fill(zero);
  }

  #free(name: string): string {
    let free = name;
    for (let count = 1; this.#taken.has(free); count += 1) free = `${name}_${count}`;
    this.#taken.add(free);
    return free;
  }
}

/** What CALL_ONCE sets resources to, by their names: constants of the graph that it runs. */
export function startValues({ graphs }: Model): ReadonlyMap<string, Uint8Array> {
  const starts = new Map<string, Uint8Array>();
  const bodies = (graphs[0]?.nodes ?? []).flatMap(({ op }) => (op.kind === 'CallOnce' ? op.bodies : []));
  for (const { nodes, tensors } of bodies.flatMap((index) => graphs[index] ?? [])) {
    const names = new Map<TensorId, string>();
    for (const { op, inputs, outputs } of nodes) {
      if (op.kind === 'VarHandle') names.set(outputs[0]!, op.resource);
      const name = names.get(inputs[0] ?? -1);
      const constant = tensors[inputs[1] ?? -1]?.constant;
      if (op.kind === 'AssignVariable' && name !== undefined && constant) starts.set(name, constant.read());
    }
  }
  return starts;
}

function isStored({ dtype, quantization }: Tensor): boolean {
  return STORED.includes(dtype) && quantization !== null && quantization.scales.length > 0;
}

function portType(tensor: Tensor): Tensor['dtype'] {
  const isReal = tensor.quantization !== null && tensor.quantization.scales.length > 0;
  return isReal && !isStored(tensor) ? 'float32' : tensor.dtype;
}
