import { assignTracks, type Jog, type Tracks } from './jogs';
import type { LayoutGraph, Positions } from './layoutGraph';
import { enterPorts } from './ports';
import type { Segments } from './segments';

const MARGIN = 16;
const MIN_GAP = 20;
const TRACK_GAP = 8;
/** Lanes beside the drawing for edges that run down its side. */
const SIDE_LANES = 40;

/** Boxes and orthogonal edges from the x of each vertex: y follows from the layers and the room that jogs need. */
export function route(graph: LayoutGraph, segments: Segments, x: Float64Array, widths: Float32Array): Positions {
  const ports = enterPorts(graph, segments, x, widths);
  const jogs = new JogCollector(segments);
  forEachSegment(graph, segments, x, ports, (upper, fromX, toX) => jogs.add(upper, fromX, toX));
  const tracks = assignTracks(jogs.list, segments.layerCount);
  const rows = placeRows(graph, segments, tracks);
  const boxes = placeBoxes(graph, segments, x, rows);
  const right = boxes.reduce((most, value, i) => (i % 4 === 0 ? Math.max(most, value + boxes[i + 2]!) : most), 0);
  const lineRight = x.reduce((most, value) => Math.max(most, value), right);
  const pen = new Pen();
  const edgeStarts = new Uint32Array(graph.edges.length / 2 + 1);
  const trackY = (upper: number): number => {
    const layer = segments.layerOf[upper]!;
    const track = tracks.trackOf[jogs.indexOf[upper]!]!;
    return (
      rows.bottom[layer]! + ((track + 1) * (rows.top[layer + 1]! - rows.bottom[layer]!)) / (tracks.counts[layer]! + 1)
    );
  };
  let hasSideEdges = false;
  for (let edge = 0; edge + 1 < edgeStarts.length; edge++) {
    const [from, to] = [graph.edges[2 * edge]!, graph.edges[2 * edge + 1]!];
    const start = boxes[4 * from + 1]! + boxes[4 * from + 3]!;
    pen.point(x[from]!, start);
    if (segments.firstBend[edge] === -2) {
      hasSideEdges = true;
      const lane = lineRight + TRACK_GAP * (2 + (edge % SIDE_LANES));
      const end = boxes[4 * to + 1]!;
      for (const [px, py] of [
        [x[from]!, start + TRACK_GAP],
        [lane, start + TRACK_GAP],
        [lane, end - TRACK_GAP],
        [ports[edge]!, end - TRACK_GAP],
      ] as const)
        pen.point(px, py);
    } else {
      forSegmentsOf(graph, segments, x, ports, edge, (upper, fromX, toX) => {
        if (!isJog(fromX, toX)) return;
        pen.point(fromX, trackY(upper));
        pen.point(toX, trackY(upper));
      });
    }
    pen.point(ports[edge]!, boxes[4 * to + 1]!);
    edgeStarts[edge + 1] = pen.count;
  }
  const width = lineRight + MARGIN + (hasSideEdges ? TRACK_GAP * (SIDE_LANES + 2) : 0);
  return { boxes, edgePoints: pen.points(), edgeStarts, width, height: (rows.bottom.at(-1) ?? 0) + MARGIN };
}

type VisitSegment = (upper: number, fromX: number, toX: number) => void;

function isJog(fromX: number, toX: number): boolean {
  return Math.abs(fromX - toX) > 0.5;
}

function forEachSegment(
  graph: LayoutGraph,
  segments: Segments,
  x: Float64Array,
  ports: Float64Array,
  visit: VisitSegment,
): void {
  for (let edge = 0; edge < segments.firstBend.length; edge++) {
    if (segments.firstBend[edge] !== -2) forSegmentsOf(graph, segments, x, ports, edge, visit);
  }
}

function forSegmentsOf(
  graph: LayoutGraph,
  { firstBend, layerOf }: Segments,
  x: Float64Array,
  ports: Float64Array,
  edge: number,
  visit: VisitSegment,
): void {
  let upper = graph.edges[2 * edge]!;
  const bends = layerOf[graph.edges[2 * edge + 1]!]! - layerOf[upper]! - 1;
  for (let i = 0; i < bends; i++) {
    const bend = firstBend[edge]! + i;
    visit(upper, x[upper]!, x[bend]!);
    upper = bend;
  }
  visit(upper, x[upper]!, ports[edge]!);
}

/** Jogs by the vertex they come from: what leaves one vertex runs along one line. */
class JogCollector {
  readonly list: Jog[] = [];
  readonly indexOf: Int32Array;
  readonly #layerOf: Int32Array;

  constructor(segments: Segments) {
    this.#layerOf = segments.layerOf;
    this.indexOf = new Int32Array(segments.vertexCount).fill(-1);
  }

  add(upper: number, fromX: number, toX: number): void {
    if (!isJog(fromX, toX)) return;
    const index = this.indexOf[upper]!;
    const jog = this.list[index] ?? { layer: this.#layerOf[upper]!, left: fromX, right: fromX };
    const wider = { layer: jog.layer, left: Math.min(jog.left, toX), right: Math.max(jog.right, toX) };
    if (index < 0) this.indexOf[upper] = this.list.push(wider) - 1;
    else this.list[index] = wider;
  }
}

interface Rows {
  /** y of the upper and lower end of each layer. */
  readonly top: Float64Array;
  readonly bottom: Float64Array;
}

function placeRows({ sizes }: LayoutGraph, { layerOf, layerCount, nodeCount }: Segments, tracks: Tracks): Rows {
  const heights = new Float64Array(layerCount);
  for (let node = 0; node < nodeCount; node++) {
    heights[layerOf[node]!] = Math.max(heights[layerOf[node]!]!, sizes[2 * node + 1]!);
  }
  const top = new Float64Array(layerCount);
  const bottom = new Float64Array(layerCount);
  let y = MARGIN;
  for (let layer = 0; layer < layerCount; layer++) {
    top[layer] = y;
    bottom[layer] = y + heights[layer]!;
    y = bottom[layer]! + Math.max(MIN_GAP, TRACK_GAP * (tracks.counts[layer]! + 1));
  }
  return { top, bottom };
}

function placeBoxes(
  { sizes }: LayoutGraph,
  { layerOf, nodeCount }: Segments,
  x: Float64Array,
  rows: Rows,
): Float32Array {
  const boxes = new Float32Array(4 * nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const [width, height] = [sizes[2 * node]!, sizes[2 * node + 1]!];
    const layer = layerOf[node]!;
    const y = (rows.top[layer]! + rows.bottom[layer]! - height) / 2;
    boxes.set([x[node]! - width / 2, y, width, height], 4 * node);
  }
  return boxes;
}

/** Collects points, growing as needed. */
class Pen {
  #buffer = new Float32Array(1024);
  #length = 0;

  get count(): number {
    return this.#length / 2;
  }

  point(x: number, y: number): void {
    if (this.#length + 2 > this.#buffer.length) {
      const larger = new Float32Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer[this.#length++] = x;
    this.#buffer[this.#length++] = y;
  }

  points(): Float32Array {
    return this.#buffer.slice(0, this.#length);
  }
}
