import { ModelError } from '../../ir/errors';
import type { Graph } from '../../ir/graph';
import { inferShapes } from '../../ir/inferShapes';
import { mainGraph, type Model } from '../../ir/model';
import { formatShape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';

/** Dimensions by the name of an input (all of them) or of a symbol in its shape (one number). */
export type ShapeBindings = Readonly<Record<string, readonly number[]>>;

/**
 * The model with free dimensions of its inputs bound and all shapes inferred; what is not named is 1. Throws ModelError
 * `bad-data` for a name that is neither input nor symbol, or a dimension that contradicts the file.
 */
export function bindInputs(model: Model, bindings: ShapeBindings): Model {
  const graph = mainGraph(model);
  const symbols: Record<string, number> = {};
  const shapes = new Map<number, readonly number[]>();
  for (const [name, dims] of Object.entries(bindings)) {
    const input = graph.inputs.map((id) => graph.tensors[id]!).find((tensor) => tensor.name === name);
    if (input) shapes.set(input.id, boundShape(input, dims, symbols));
    else bindSymbol(graph, name, dims, symbols);
  }
  if (shapes.size === 0) return inferShapes(model, symbols);
  const tensors = graph.tensors.map((tensor) => {
    const shape = shapes.get(tensor.id);
    return shape ? { ...tensor, shape } : tensor;
  });
  return inferShapes({ ...model, graphs: [{ ...graph, tensors }, ...model.graphs.slice(1)] }, symbols);
}

function boundShape(
  { name, shape }: Tensor,
  dims: readonly number[],
  symbols: Record<string, number>,
): readonly number[] {
  if (shape === null) return dims;
  const fits = shape.length === dims.length && shape.every((dim, i) => typeof dim !== 'number' || dim === dims[i]);
  if (!fits) {
    throw new ModelError('bad-data', `The input ${name} is ${formatShape(shape)} and cannot be ${formatShape(dims)}.`);
  }
  for (const [i, dim] of shape.entries()) if (typeof dim === 'string') symbols[dim] = dims[i]!;
  return dims;
}

function bindSymbol(graph: Graph, name: string, dims: readonly number[], symbols: Record<string, number>): void {
  const inputs = graph.inputs.map((id) => graph.tensors[id]!).filter((tensor) => !tensor.constant);
  const isSymbol = inputs.some(({ shape }) => shape?.includes(name));
  if (!isSymbol || dims.length !== 1) {
    const known = inputs.map((tensor) => `${tensor.name} (${formatShape(tensor.shape)})`).join(', ');
    throw new ModelError('bad-data', `There is no input or free dimension ${name}; the inputs are ${known}.`);
  }
  symbols[name] = dims[0]!;
}
