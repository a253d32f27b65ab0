import { fnv1a } from '../execute/fnv1a';
import type { Graph } from '../ir/graph';
import { mainGraph, type Model } from '../ir/model';
import { bodiesOf } from '../ir/traverse';
import type { TensorId } from '../ir/tensor';
import type { ByteSource } from '../ports/byteSource';
import type { Executor, TensorValue } from '../ports/executor';
import { bindInputs, type ShapeBindings } from '../transforms/run/bindInputs';
import { CarriedState, carriedPairs } from '../transforms/run/carriedState';
import type { ExecutorId, ModelSession, RunPort } from '../transforms/run/modelSession';
import { observable, tensorKeys } from '../transforms/run/observable';
import { openModelSession } from '../transforms/run/openModelSession';
import type { PortSource } from '../transforms/run/portSource';
import { portNamer } from '../transforms/run/runPorts';
import { enterModel } from '../transforms/run/signatureModel';
import { operatorName } from './inspect';
import { SCHEMA_VERSION } from './inspectAnswer';
import type { RunAnswer, RunComparison, RunTensor } from './runAnswer';

/** What is to be run, and how. */
export interface RunSetup {
  /** As its file has it. */
  readonly model: Model;
  readonly source: ByteSource;
  readonly onnxruntime: Executor;
  /** Null chooses, see `openModelSession`. */
  readonly executor: ExecutorId | null;
  readonly signature: string | null;
  readonly shapes: ShapeBindings;
  /** Keep what every operator makes. */
  readonly observe: boolean;
}

/** One tensor of a run, in execution order. */
export interface NamedTensor {
  /** Unlike the name of any other tensor of the run. */
  readonly name: string;
  readonly tensor: TensorId;
  /** The operator that made it; null for an input. */
  readonly node: number | null;
  readonly isOutput: boolean;
  readonly value: TensorValue;
}

/** What some steps gave. */
export interface RunRecord {
  readonly steps: number;
  /** Inferences alone. */
  readonly seconds: number;
  /** Of the last step: inputs, then what each operator made. */
  readonly tensors: readonly NamedTensor[];
  /** By position, of the last step. */
  readonly outputs: readonly TensorValue[];
  /** Outputs of every step, by position. */
  readonly history: readonly (readonly TensorValue[])[];
}

/** Executors hand out tensors of the graph that they enter, not of the graphs that its operators run. */
function bodiesNote(graph: Graph): readonly string[] {
  const ops = new Set(graph.nodes.filter((node) => bodiesOf(node).length > 0).map(operatorName));
  return ops.size === 0
    ? []
    : [`What operators inside ${[...ops].join(', ')} make is not handed out, only its results.`];
}

/** A model loaded to be run, its state kept from one `run` to the next until `reset`. */
export class ModelRun {
  /** The graph that runs, shapes inferred. */
  readonly graph: Graph;
  readonly inputs: readonly RunPort[];
  readonly outputs: readonly RunPort[];
  /** Inputs that an output renews from step to step, by position. */
  readonly carried: ReadonlySet<number>;
  readonly notes: readonly string[];
  readonly #session: ModelSession;

  private constructor(graph: Graph, session: ModelSession, names: ReadonlyMap<TensorId, string>, notes: string[]) {
    const named = portNamer(graph, names);
    this.graph = graph;
    this.inputs = session.inputs.map(named);
    this.outputs = session.outputs.map(named);
    const pairs = session.isStateful ? [] : carriedPairs(this.inputs, this.outputs);
    this.carried = new Set(pairs.map(({ input }) => input));
    this.#session = pairs.length > 0 ? new CarriedState(session, pairs) : session;
    const told = pairs.map(({ input, output }) => `${this.outputs[output]!.name} to ${this.inputs[input]!.name}`);
    this.notes = told.length > 0 ? [...notes, `From step to step ${told.join(' and ')} is carried over.`] : notes;
  }

  /** Throws ModelError: no such signature or input, or what stands in the way of running, node by node. */
  static async open(setup: RunSetup): Promise<ModelRun> {
    const { model: entered, names } = enterModel(setup.model, setup.signature);
    const model = bindInputs(entered, setup.shapes);
    const graph = mainGraph(model);
    const { tensors, left } = setup.observe ? observable(graph) : { tensors: [], left: 0 };
    const { session, notes } = await openModelSession(model, setup.source, setup.onnxruntime, {
      executor: setup.executor,
      observe: tensors,
    });
    const lost = left > 0 ? [`${left} intermediate tensors are not kept: too large together, or no numbers.`] : [];
    const inner = setup.observe ? bodiesNote(graph) : [];
    return new ModelRun(graph, session, names, [...notes, ...lost, ...inner]);
  }

  get executor(): ExecutorId {
    return this.#session.executor;
  }

  get isStateful(): boolean {
    return this.#session.isStateful;
  }

  /** Runs some steps; `pause` is called before each and throws to stop. Sources are by position of the inputs. */
  async run(
    sources: readonly PortSource[],
    steps: number,
    pause: (done: number) => Promise<void>,
    firstStep = 0,
  ): Promise<RunRecord> {
    const history: (readonly TensorValue[])[] = [];
    let seconds = 0;
    let inputs: readonly TensorValue[] = [];
    let observed: ReadonlyMap<TensorId, TensorValue> = new Map();
    for (let step = 0; step < steps; step += 1) {
      await pause(step);
      inputs = sources.map((source) => source.at(firstStep + step));
      const started = performance.now();
      const values = await this.#session.run(inputs);
      seconds += (performance.now() - started) / 1000;
      history.push(values.outputs);
      observed = values.observed;
    }
    const outputs = history.at(-1) ?? [];
    return { steps, seconds, outputs, history, tensors: this.#named(inputs, outputs, observed) };
  }

  reset(): void {
    this.#session.reset();
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }

  #named(
    inputs: readonly TensorValue[],
    outputs: readonly TensorValue[],
    observed: ReadonlyMap<TensorId, TensorValue>,
  ): readonly NamedTensor[] {
    const keys = tensorKeys(this.graph);
    const made = new Map<
      TensorId,
      { readonly name: string; readonly value: TensorValue; readonly isOutput: boolean }
    >();
    for (const [tensor, value] of observed) made.set(tensor, { name: keys[tensor]!, value, isOutput: false });
    for (const [i, { tensor, name }] of this.outputs.entries()) {
      made.set(tensor, { name, value: outputs[i]!, isOutput: true });
    }
    const tensors: NamedTensor[] = this.inputs.map(({ tensor, name }, i) => ({
      name,
      tensor,
      node: null,
      isOutput: false,
      value: inputs[i]!,
    }));
    for (const node of this.graph.nodes) {
      for (const tensor of node.outputs) {
        const found = made.get(tensor);
        if (!found) continue;
        made.delete(tensor);
        tensors.push({ ...found, tensor, node: node.id });
      }
    }
    return tensors;
  }
}

/** `tinyml run` as data. */
export function runAnswer(
  run: ModelRun,
  record: RunRecord,
  { signature, observe }: Pick<RunSetup, 'signature' | 'observe'>,
  comparison: RunComparison | null,
  notes: readonly string[],
): RunAnswer {
  const byNode = record.tensors.filter(({ node, isOutput }) => node !== null && !isOutput);
  return {
    schemaVersion: SCHEMA_VERSION,
    notes: [...run.notes, ...notes],
    estimated: [],
    executor: run.executor,
    signature,
    steps: record.steps,
    inputs: record.tensors.filter(({ node }) => node === null).map(({ name, value }) => told(name, value)),
    outputs: run.outputs.map(({ name }, i) => told(name, record.outputs[i]!)),
    ...(observe && {
      intermediates: byNode.map(({ name, value, node }) => ({
        node: node!,
        op: operatorName(run.graph.nodes[node!]!),
        ...told(name, value),
      })),
    }),
    ...(comparison && { comparison }),
    seconds: record.seconds,
  };
}

function told(name: string, { dtype, shape, data }: TensorValue): RunTensor {
  return { name, dtype, shape, fnv1a: fnv1a(data) };
}

/**
 * Tensors of a run as an archive holds them: inputs, what operators made, outputs; with several steps, the outputs of all
 * steps too, one row a step, under `steps/NAME`.
 */
export function exportedTensors(run: ModelRun, record: RunRecord): readonly (readonly [string, TensorValue])[] {
  const last = record.tensors.map(({ name, value }) => [name, value] as const);
  const written = new Set(last.map(([name]) => name));
  // An output that no operator makes: an input handed through, or a constant.
  const rest = run.outputs.flatMap(({ name }, i) => (written.has(name) ? [] : [[name, record.outputs[i]!] as const]));
  if (record.steps < 2) return [...last, ...rest];
  const rows = run.outputs.map(
    ({ name }, i) => [`steps/${name}`, stacked(record.history.map((row) => row[i]!))] as const,
  );
  return [...last, ...rest, ...rows];
}

/** Values of one type as one, a row each; only those of the first one's size, as free dimensions may change. */
function stacked(values: readonly TensorValue[]): TensorValue {
  const { dtype, shape, data } = values[0]!;
  const alike = values.filter((value) => value.data.length === data.length);
  const all = new Uint8Array(data.length * alike.length);
  for (const [row, value] of alike.entries()) all.set(value.data, row * data.length);
  return { dtype, shape: [alike.length, ...shape], data: all };
}
