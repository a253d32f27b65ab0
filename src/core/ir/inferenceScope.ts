import { elementReader } from './decode';
import { bytesOf, type DType } from './dtype';
import { ModelError } from './errors';
import type { Graph, Node } from './graph';
import type { InferenceContext, KnownValues, OutputFacts } from './semantics/definition';
import { KNOWN_VALUES_LIMIT } from './semantics/making';
import { elementCount, isStatic, type Dim, type Shape } from './shape';
import type { Tensor, TensorId } from './tensor';

/** Values kept over a whole inference, so that a hostile graph cannot fill the memory with them. */
const TOTAL_VALUES_LIMIT = 4_000_000;

/** What the file states, completed by what was inferred; null where they contradict in rank and the file is vague. */
export function mergeShapes(stated: Shape | null, inferred: Shape | null): Shape | null {
  if (stated === null) return inferred;
  if (inferred === null || isStatic(stated)) return stated;
  if (stated.length !== inferred.length) return stated;
  return stated.map((dim, axis) => (typeof dim === 'number' ? dim : (inferred[axis] ?? dim)));
}

function isSound(dim: Dim): boolean {
  return typeof dim !== 'number' || (Number.isSafeInteger(dim) && dim >= 0);
}

/** Odd attributes (a negative stride, a huge pad) make sizes that cannot be: they are not known. */
function soundShape(shape: Shape | null): Shape | null {
  return shape?.every(isSound) === false ? shape.map((dim) => (isSound(dim) ? dim : null)) : shape;
}

function readValues(tensor: Tensor): KnownValues | null {
  const count = elementCount(tensor.shape);
  if (!tensor.constant || tensor.quantization || tensor.isSparse || count === null || count > KNOWN_VALUES_LIMIT)
    return null;
  if (tensor.constant.byteLength < bytesOf(tensor.dtype, count)) return null;
  try {
    const at = elementReader(tensor.constant.read(), tensor.dtype);
    return at ? Array.from({ length: count }, (_, index) => at(index)) : null;
  } catch (error) {
    // A constant that cannot be read leaves shapes unknown; a file that changed is the caller's business.
    if (error instanceof ModelError && error.reason !== 'gone') return null;
    throw error;
  }
}

/** What is known of the tensors of one graph while its shapes are inferred. */
export class InferenceScope implements InferenceContext {
  readonly graph: Graph;
  readonly parent: InferenceScope | null;
  readonly shapes: (Shape | null)[];
  readonly dtypes: DType[];
  readonly #values: (KnownValues | null | undefined)[];
  #names: Map<string, TensorId> | null = null;
  #valueCount = 0;
  node!: Node;

  /** `resolve` gives a stated shape its bound dimensions. */
  constructor(graph: Graph, parent: InferenceScope | null, resolve: (tensor: Tensor) => Shape | null) {
    this.graph = graph;
    this.parent = parent;
    this.shapes = graph.tensors.map(resolve);
    this.dtypes = graph.tensors.map((tensor) => tensor.dtype);
    this.#values = new Array<KnownValues | null | undefined>(graph.tensors.length);
    for (const tensor of graph.tensors) {
      if (tensor.captured) this.#capture(tensor);
    }
  }

  get inputCount(): number {
    return this.node.inputs.length;
  }

  get outputCount(): number {
    return this.node.outputs.length;
  }

  shape(input: number): Shape | null {
    const tensor = this.node.inputs[input];
    return typeof tensor === 'number' ? (this.shapes[tensor] ?? null) : null;
  }

  dtype(input: number): DType | null {
    const tensor = this.node.inputs[input];
    return typeof tensor === 'number' ? (this.dtypes[tensor] ?? null) : null;
  }

  value(input: number): KnownValues | null {
    const tensor = this.node.inputs[input];
    return typeof tensor === 'number' ? this.tensorValue(tensor) : null;
  }

  has(input: number): boolean {
    return typeof this.node.inputs[input] === 'number';
  }

  tensorValue(tensor: TensorId): KnownValues | null {
    const known = this.#values[tensor];
    if (known !== undefined) return known;
    const stored = this.graph.tensors[tensor];
    const value = stored?.constant ? readValues(stored) : null;
    this.#values[tensor] = value;
    return value;
  }

  /** Records what is known of a tensor; the file's own word stands. */
  learn(tensor: TensorId, facts: OutputFacts, defaultDtype: DType): void {
    if (tensor >= this.shapes.length) return;
    const shape = mergeShapes(this.shapes[tensor] ?? null, soundShape(facts.shape));
    this.shapes[tensor] = shape;
    if (this.dtypes[tensor] === 'unknown') this.dtypes[tensor] = facts.dtype ?? defaultDtype;
    if (facts.value?.length === elementCount(shape)) this.#keep(tensor, facts.value);
  }

  /** Facts of a tensor for another graph. */
  facts(tensor: TensorId): OutputFacts {
    return {
      shape: this.shapes[tensor] ?? null,
      dtype: this.dtypes[tensor] ?? 'unknown',
      value: this.tensorValue(tensor),
    };
  }

  find(name: string): TensorId | undefined {
    this.#names ??= new Map(this.graph.tensors.map((tensor) => [tensor.name, tensor.id]));
    return this.#names.get(name);
  }

  #keep(tensor: TensorId, value: KnownValues): void {
    if (value.length > KNOWN_VALUES_LIMIT || this.#values[tensor] !== undefined) return;
    this.#valueCount += value.length;
    if (this.#valueCount <= TOTAL_VALUES_LIMIT) this.#values[tensor] = value;
  }

  #capture(tensor: Tensor): void {
    for (let scope = this.parent; scope; scope = scope.parent) {
      const outer = scope.find(tensor.name);
      if (outer !== undefined) {
        this.learn(tensor.id, scope.facts(outer), 'unknown');
        return;
      }
    }
  }
}

/** Dimensions on which two shapes agree; null when their ranks differ. */
export function commonShape(a: Shape | null, b: Shape | null): Shape | null {
  if (!a || b?.length !== a.length) return null;
  return a.map((dim: Dim, axis) => (dim === b[axis] ? dim : null));
}
