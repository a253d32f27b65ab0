import { bitsOf } from '../../ir/dtype';
import type { Graph } from '../../ir/graph';
import { countMacs } from '../../ir/macs';
import type { Model } from '../../ir/model';
import { isStatic } from '../../ir/shape';
import { consumers, producers } from '../../ir/traverse';
import { alignUp } from '../arenaBytes';
import type { NoMemoryPlan, PlanDraft } from '../memoryPlan';
import { layoutOf, spatialOf } from './halfInput';
import { hull, neededSpan, type Span } from './receptiveField';

/** The first `layers` operators run `grid` × `grid` times, each time for one patch of what the last of them gives. */
export interface PatchChoice {
  readonly layers: number;
  readonly grid: number;
}

export interface PatchedDraft extends PlanDraft {
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
  const shape = graph.tensors[inputs[0] ?? -1]?.shape ?? null;
  if (model.graphs.length > 1) return { reason: 'Control flow does not run in patches.' };
  if (inputs.length !== 1 || !isStatic(shape) || shape.length !== 4) {
    return { reason: 'Patches are cut from one picture: the model has another kind of input.' };
  }
  const counts: number[] = [];
  for (let layers = 2; layers <= Math.min(MAX_LAYERS, graph.nodes.length); layers += 1) {
    const output = stageOutput(graph, layers);
    if (output === null) continue;
    if (tilesOf(model, { layers, grid: 2 }, output) === null) break;
    counts.push(layers);
  }
  return counts.length > 0 ? counts : { reason: 'No first operators hand on one picture that patches could make up.' };
}

/** The one tensor of the first operators that later ones, or the caller, read; null where there are more. */
function stageOutput(graph: Graph, layers: number): number | null {
  const readers = consumers(graph);
  const leaving = new Set<number>();
  const isOutput = new Set(graph.outputs);
  const stage = graph.nodes.slice(0, layers);
  for (const id of [...graph.inputs, ...stage.flatMap((node) => node.outputs)]) {
    let leaves = isOutput.has(id);
    for (let i = readers.starts[id]!; i < readers.starts[id + 1]!; i += 1) leaves ||= readers.nodes[i]! >= layers;
    if (leaves) leaving.add(id);
  }
  const [only] = leaving;
  return leaving.size === 1 && only !== undefined && stage[layers - 1]!.outputs[0] === only ? only : null;
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
export function inPatches(model: Model, draft: PlanDraft, choice: PatchChoice): PatchedDraft | NoMemoryPlan {
  const graph = model.graphs[0]!;
  const output = stageOutput(graph, choice.layers);
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
  const macs = countMacs(model)[0]!;
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
  const made = producers(graph);
  let extra = 0;
  for (const [tensor, { allRows, allColumns }] of tiles) {
    const node = made[tensor] ?? -1;
    if (node < 0 || node >= layers) continue;
    const shape = graph.tensors[tensor]!.shape as readonly number[];
    extra += (macs[node] ?? 0) * ((allRows * allColumns) / (shape[height]! * shape[width]!) - 1);
  }
  return Math.round(extra);
}
