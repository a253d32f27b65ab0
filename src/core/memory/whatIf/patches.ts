import { bitsOf } from '../../ir/dtype';
import type { Graph } from '../../ir/graph';
import type { GraphMacs } from '../../ir/macs';
import type { Model } from '../../ir/model';
import { isStatic, type Shape } from '../../ir/shape';
import { alignUp } from '../arenaBytes';
import type { NoMemoryPlan, PlanDraft } from '../memoryPlan';
import { layoutOf, spatialOf } from './halfInput';
import { hull, neededSpan, type Span } from './receptiveField';

/** The first `layers` operators run `grid` × `grid` times, each time for one patch of what the last of them gives. */
export interface PatchChoice {
  readonly layers: number;
  readonly grid: number;
}

/** How much is computed in patches. */
export interface PatchedMacs {
  /** MACs that are computed more than once, beyond the first time. */
  readonly extraMacs: number;
  /** MACs of the whole model, once; null where an operator's are not known. */
  readonly totalMacs: number | null;
}

/** What stage tensors have in a patch, by tensor: the largest patch of each, and rows and columns over all patches. */
interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly allRows: number;
  readonly allColumns: number;
}

/** Stages longer than this are not looked at: halos cover the whole picture long before. */
const MAX_LAYERS = 64;
export const PATCH_GRIDS: readonly number[] = [2, 3, 4];

/** How many first operators can run in patches: after each of these counts one tensor alone is handed on. */
export function patchableLayers(model: Model): readonly number[] | NoMemoryPlan {
  const graph = model.graphs[0]!;
  const inputs = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
  if (model.graphs.length > 1) return { reason: 'Control flow does not run in patches.' };
  if (inputs.length !== 1 || !isPicture(graph.tensors[inputs[0]!]!.shape)) {
    return { reason: 'Patches are cut from one picture: the model has another kind of input.' };
  }
  const counts: number[] = [];
  const most = Math.min(MAX_LAYERS, graph.nodes.length);
  for (const [layers, output] of stageOutputs(graph, most).entries()) {
    if (layers < 2 || output === null) continue;
    if (tilesOf(model, { layers, grid: 2 }, output) === null) break;
    counts.push(layers);
  }
  return counts.length > 0 ? counts : { reason: 'No first operators hand on one picture that patches could make up.' };
}

function isPicture(shape: Shape | null): boolean {
  return isStatic(shape) && shape.length === 4;
}

/** The last node that reads each tensor; for the model's outputs one after all. */
function lastReaders(graph: Graph): ReadonlyMap<number, number> {
  const lastRead = new Map<number, number>();
  for (const { id, inputs } of graph.nodes) for (const input of inputs) if (input !== null) lastRead.set(input, id);
  for (const id of graph.outputs) lastRead.set(id, graph.nodes.length);
  return lastRead;
}

/**
 * The one tensor of the first operators that later ones, or the caller, read, for each count of operators from 0; null
 * where there are more.
 */
function stageOutputs(graph: Graph, most: number): readonly (number | null)[] {
  const lastRead = lastReaders(graph);
  const open = new Set(graph.inputs.filter((id) => lastRead.has(id)));
  const outputs: (number | null)[] = [null];
  for (const node of graph.nodes.slice(0, most)) {
    for (const id of node.outputs) if ((lastRead.get(id) ?? -1) > node.id) open.add(id);
    for (const id of node.inputs) if (id !== null && lastRead.get(id) === node.id) open.delete(id);
    const [only = null] = open;
    outputs.push(open.size === 1 && only === node.outputs[0] ? only : null);
  }
  return outputs;
}

/**
 * A draft of patch-based inference: the input and the result of the first operators stay whole for as long as patches
 * are made, and between them lie patches with the halo that the next windows need. The largest patch counts for the
 * memory; every patch, clipped at the picture's edges, for the MACs. Kernels are taken to read a patch of the whole
 * input, and write one of the whole result, where they lie.
 *
 * Source of the scheme: "MCUNetV2: Memory-Efficient Patch-based Inference for Tiny Deep Learning" (Lin et al., 2021),
 * section 3.1.
 */
export function inPatches(
  model: Model,
  draft: PlanDraft,
  choice: PatchChoice,
  macs: GraphMacs,
): (PlanDraft & PatchedMacs) | NoMemoryPlan {
  const graph = model.graphs[0]!;
  const output = stageOutputs(graph, choice.layers)[choice.layers] ?? null;
  const tiles = output === null ? null : tilesOf(model, choice, output);
  if (output === null || tiles === null) {
    return { reason: `The first ${choice.layers} operators cannot run in ${choice.grid}×${choice.grid} patches.` };
  }
  const inputs = new Set(graph.inputs);
  const lastStep = choice.layers;
  const buffers = draft.buffers.map((buffer) => {
    const { tensor } = buffer;
    const { graph: owner, node, bytes, first, last } = buffer;
    const free = { graph: owner, tensor, node, bytes, first, last };
    if (inputs.has(tensor)) return { ...free, last: Math.max(last, lastStep) };
    if (tensor === output) return { ...free, first: Math.min(first, 1) };
    const tile = tiles.get(tensor);
    return tile === undefined ? free : { ...free, bytes: tileBytes(model, tensor, tile) };
  });
  return {
    buffers,
    stepNodes: draft.stepNodes,
    extraMacs: extraMacs(model, tiles, choice.layers, macs.nodes),
    totalMacs: macs.total,
  };
}

function tileBytes(model: Model, tensor: number, tile: Tile): number {
  const { shape, dtype } = model.graphs[0]!.tensors[tensor]!;
  const { height, width } = axesOf(model);
  const channels = (shape as readonly number[]).reduce(
    (product, dim, axis) => (axis === height || axis === width ? product : product * dim),
    1,
  );
  return alignUp(Math.ceil((bitsOf(dtype) * channels * tile.rows * tile.columns) / 8));
}

function axesOf(model: Model): { readonly height: number; readonly width: number } {
  return spatialOf(layoutOf(model.graphs[0]!, model.format));
}

/** Patches of each tensor of the stage, the result's included; null where one cannot be cut. */
function tilesOf(model: Model, { layers, grid }: PatchChoice, output: number): ReadonlyMap<number, Tile> | null {
  const { height, width } = axesOf(model);
  const shape = model.graphs[0]!.tensors[output]!.shape;
  if (!isStatic(shape) || shape.length !== 4 || shape[height]! < grid || shape[width]! < grid) return null;
  const rows: (ReadonlyMap<number, Span> | null)[] = [];
  const columns: (ReadonlyMap<number, Span> | null)[] = [];
  for (let patch = 0; patch < grid; patch += 1) {
    rows.push(spansOf(model, layers, output, 0, part(shape[height]!, patch, grid)));
    columns.push(spansOf(model, layers, output, 1, part(shape[width]!, patch, grid)));
  }
  if (rows.includes(null) || columns.includes(null)) return null;
  const tiles = new Map<number, Tile>();
  for (const tensor of rows[0]!.keys()) {
    const lengths = (spans: typeof rows): readonly number[] => spans.map((span) => lengthOf(span!.get(tensor)!));
    const [high, wide] = [lengths(rows), lengths(columns)];
    tiles.set(tensor, {
      rows: Math.max(...high),
      columns: Math.max(...wide),
      allRows: high.reduce((a, b) => a + b, 0),
      allColumns: wide.reduce((a, b) => a + b, 0),
    });
  }
  return tiles;
}

function part(size: number, patch: number, grid: number): Span {
  return { from: Math.floor((patch * size) / grid), to: Math.floor(((patch + 1) * size) / grid) };
}

function lengthOf({ from, to }: Span): number {
  return to - from;
}

/** What each tensor of the stage must have for these rows (columns) of its result, from the last operator back. */
function spansOf(
  model: Model,
  layers: number,
  output: number,
  dimension: 0 | 1,
  wanted: Span,
): ReadonlyMap<number, Span> | null {
  const graph = model.graphs[0]!;
  const { height, width } = axesOf(model);
  const axis = dimension === 0 ? height : width;
  const sizeOf = (tensor: number): number | null => {
    const { shape } = graph.tensors[tensor]!;
    return isStatic(shape) && shape.length === 4 ? shape[axis]! : null;
  };
  const spans = new Map<number, Span>([[output, wanted]]);
  for (const node of graph.nodes.slice(0, layers).toReversed()) {
    const result = spans.get(node.outputs[0]!);
    if (result === undefined || node.outputs.length !== 1) return null;
    for (const id of node.inputs) {
      if (id === null || graph.tensors[id]!.constant) continue;
      const [operandSize, resultSize] = [sizeOf(id), sizeOf(node.outputs[0]!)];
      if (operandSize === null || resultSize === null) return null;
      const span = neededSpan(graph, node, dimension, result, { operand: operandSize, result: resultSize });
      if (span === null) return null;
      spans.set(id, hull(spans.get(id) ?? null, span));
    }
  }
  return spans;
}

/** A node's MACs are even over its result: those of all patches against those of the whole. */
function extraMacs(
  model: Model,
  tiles: ReadonlyMap<number, Tile>,
  layers: number,
  macs: readonly (number | null)[],
): number {
  const graph = model.graphs[0]!;
  const { height, width } = axesOf(model);
  let extra = 0;
  for (const node of graph.nodes.slice(0, layers)) {
    const [result] = node.outputs;
    const tile = result === undefined ? undefined : tiles.get(result);
    if (tile === undefined) continue;
    const shape = graph.tensors[result!]!.shape as readonly number[];
    const share = (tile.allRows * tile.allColumns) / (shape[height]! * shape[width]!);
    extra += (macs[node.id] ?? 0) * (share - 1);
  }
  return Math.round(extra);
}
