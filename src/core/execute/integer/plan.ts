import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { ModelError } from '../../ir/errors';
import { multiplyFor, type Rounding } from './fixedPoint';
import { KernelContext, Refusal, refuse, type Body, type Prepare, type Run } from './kernel';
import { allocateOperand, constantOperand, memoryBytes, type Operand } from './operand';
import { Resources } from './resources';
import type { StorageSource } from './storage';
import { bodiesOf } from '../../ir/traverse';
import type { Tensor } from '../../ir/tensor';

/** Activations beyond this are no model for a microcontroller, or a damaged file. */
const MAX_BYTES = 2 ** 28;

/** Finds the kernel of a node; null when there is none. */
export type KernelFinder = (node: Node) => Prepare | null;

/** One graph with memory behind its tensors and a kernel behind each node. */
export interface PlannedGraph {
  readonly operands: readonly (Operand | null)[];
  readonly runs: readonly Run[];
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
}

export interface Plan {
  readonly graphs: readonly PlannedGraph[];
  /** Puts variables and kernels back to their first state. */
  reset(): void;
}

interface PlanOptions {
  readonly rounding: Rounding;
  readonly storage: StorageSource;
  readonly kernelFor: KernelFinder;
}

function operandsOf(graph: Graph, storage: StorageSource): (Operand | null)[] {
  const needed = new Set<number>([...graph.inputs, ...graph.outputs]);
  for (const node of graph.nodes) {
    for (const id of node.inputs) if (id !== null) needed.add(id);
    for (const id of node.outputs) needed.add(id);
  }
  const operands = new Array<Operand | null>(graph.tensors.length).fill(null);
  for (const id of needed) {
    const tensor = graph.tensors[id]!;
    const isHeld = memoryBytes(tensor) !== null && tensor.isSparse !== true;
    if (isHeld) operands[id] = tensor.constant ? constantOperand(tensor) : allocateOperand(tensor, storage);
  }
  return operands;
}

/** Throws ModelError `too-large` before anything is allocated. */
function refuseTooLarge(model: Model): void {
  let total = 0;
  for (const graph of model.graphs) {
    for (const tensor of graph.tensors) {
      if (!tensor.constant) total += memoryBytes(tensor) ?? 0;
    }
  }
  if (total <= MAX_BYTES) return;
  throw new ModelError('too-large', `The model's activations take ${total} bytes, too many to run here.`);
}

function held(operand: Operand | null | undefined, tensor: Tensor | undefined): Operand {
  return operand ?? refuse(`a tensor of type ${tensor?.dtype ?? 'unknown'} cannot be held`);
}

/** Prepares graph after graph in the file's order, as TFLM does: the order decides what variables start with. */
class Planner {
  readonly #model: Model;
  readonly #options: PlanOptions;
  readonly #operands: readonly (readonly (Operand | null)[])[];
  readonly #runs: readonly Run[][];
  readonly #resources = new Resources();
  readonly #forget: (() => void)[] = [];
  readonly #refused: string[] = [];

  constructor(model: Model, options: PlanOptions) {
    refuseTooLarge(model);
    this.#model = model;
    this.#options = options;
    this.#operands = model.graphs.map((graph) => operandsOf(graph, options.storage));
    this.#runs = model.graphs.map(() => []);
  }

  plan(): Plan {
    for (const [index, graph] of this.#model.graphs.entries()) {
      for (const node of graph.nodes) this.#prepareNode(index, node);
    }
    const count = this.#refused.length;
    if (count > 0) {
      const nodes = count === 1 ? '1 operator' : `${count} operators`;
      throw new ModelError('unsupported-operator', `The integer engine cannot run ${nodes}.`, this.#refused);
    }
    const graphs = this.#model.graphs.map((_, index) => this.#graph(index));
    this.#reset();
    return { graphs, reset: () => this.#reset() };
  }

  #graph(index: number): PlannedGraph {
    const graph = this.#model.graphs[index]!;
    const operands = this.#operands[index]!;
    const find = (id: number): Operand => operands[id] ?? this.#unheld(graph, id);
    return { operands, runs: this.#runs[index]!, inputs: graph.inputs.map(find), outputs: graph.outputs.map(find) };
  }

  #unheld(graph: Graph, id: number): never {
    const tensor = graph.tensors[id]!;
    throw new ModelError('unsupported-dtype', `${tensor.name} has type ${tensor.dtype}, which the engine cannot hold.`);
  }

  #prepareNode(graphIndex: number, node: Node): void {
    const graph = this.#model.graphs[graphIndex]!;
    const operands = this.#operands[graphIndex]!;
    try {
      const prepare = this.#options.kernelFor(node) ?? refuse('the engine has no kernel for it');
      const context = new KernelContext({
        node,
        op: node.op,
        inputs: node.inputs.map((id) => (id === null ? null : held(operands[id], graph.tensors[id]))),
        outputs: node.outputs.map((id) => held(operands[id], graph.tensors[id])),
        rounding: this.#options.rounding,
        multiply: multiplyFor(this.#options.rounding),
        resources: this.#resources,
        bodies: bodiesOf(node).map((body) => this.#body(body)),
        onReset: (forget) => this.#forget.push(forget),
      });
      this.#runs[graphIndex]!.push(prepare(context));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const where = this.#model.graphs.length > 1 ? ` of graph ${graphIndex}` : '';
      this.#refused.push(`${node.source.op} (operator ${node.source.index}${where}): ${error.message}`);
    }
  }

  /** The graph that a node runs; its kernels are prepared by the time that it runs. */
  #body(index: number): Body {
    const graph = this.#model.graphs[index]!;
    const operands = this.#operands[index]!;
    const find = (id: number): Operand => held(operands[id], graph.tensors[id]);
    const runs = this.#runs[index]!;
    return {
      inputs: graph.inputs.map(find),
      outputs: graph.outputs.map(find),
      run: () => {
        for (const run of runs) run();
      },
    };
  }

  #reset(): void {
    for (const operands of this.#operands) {
      for (const operand of operands) {
        if (!operand?.tensor.isVariable || operand.isConstant) continue;
        // TFLM fills int8 variables with their zero point and all others with zeros: micro_interpreter_graph.cc.
        operand.bytes.fill(operand.dtype === 'int8' ? operand.zeroPoint & 0xff : 0);
      }
    }
    this.#resources.reset();
    for (const forget of this.#forget) forget();
  }
}

/**
 * Plans all graphs of a model. Throws ModelError: `unsupported-operator` with the nodes and reasons in `details`,
 * `unsupported-dtype`, `too-large`, or `corrupt` for constants that are too short.
 */
export function planModel(model: Model, options: PlanOptions): Plan {
  return new Planner(model, options).plan();
}
