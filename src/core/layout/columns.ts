import type { Columns } from './alignment';
import type { Ordering } from './ordering';
import type { Segments } from './segments';

/** Room between two boxes of a layer, and beside the line of a long edge. */
const BOX_GAP = 32;
export const LINE_GAP = 14;

/**
 * The x of each column's centre: as far left as its neighbours allow, then moved a few times towards the mean of what
 * it is connected to, within the room between its neighbours. Linear in vertices and segments for each turn.
 */
export function placeColumns(
  segments: Segments,
  ordering: Ordering,
  columns: Columns,
  widths: Float32Array,
): Float64Array {
  const placement = new ColumnPlacement(segments, ordering, columns, widths);
  const order = placement.leftToRight();
  for (const column of order) placement.pushLeft(column);
  const turns = segments.vertexCount <= 20_000 ? 8 : 2;
  for (let turn = 0; turn < turns; turn++) {
    order.reverse();
    for (const column of order) placement.pull(column);
  }
  return placement.x;
}

class ColumnPlacement {
  readonly x: Float64Array;
  readonly #segments: Segments;
  readonly #ordering: Ordering;
  readonly #columns: Columns;
  readonly #widths: Float32Array;

  constructor(segments: Segments, ordering: Ordering, columns: Columns, widths: Float32Array) {
    this.#segments = segments;
    this.#ordering = ordering;
    this.#columns = columns;
    this.#widths = widths;
    this.x = new Float64Array(columns.count);
  }

  /**
   * Columns so that each comes after all to its left. There are no cycles: columns do not cross, and each spans layers
   * without a gap.
   */
  leftToRight(): Int32Array {
    const { columnOf, count } = this.#columns;
    const waitsFor = new Int32Array(count);
    for (const vertex of this.#ordering.layers.items)
      if (this.#beside(vertex, -1) >= 0) waitsFor[columnOf[vertex]!]! += 1;
    const order = new Int32Array(count);
    let length = 0;
    for (let column = 0; column < count; column++) if (waitsFor[column] === 0) order[length++] = column;
    for (let done = 0; done < length; done++) {
      for (const vertex of this.#verticesOf(order[done]!)) {
        const right = this.#beside(vertex, 1);
        if (right < 0) continue;
        const column = columnOf[right]!;
        waitsFor[column]! -= 1;
        if (waitsFor[column] === 0) order[length++] = column;
      }
    }
    return order;
  }

  pushLeft(column: number): void {
    this.x[column] = Math.max(0, this.#limit(column, -1));
  }

  /** Towards the mean of the columns that this one's segments lead to. */
  pull(column: number): void {
    let sum = 0;
    let count = 0;
    const { above, below } = this.#segments;
    for (const vertex of this.#verticesOf(column)) {
      for (const { starts, items } of [above, below]) {
        for (let i = starts[vertex]!; i < starts[vertex + 1]!; i++) {
          const other = this.#columns.columnOf[items[i]!]!;
          if (other === column) continue;
          sum += this.x[other]!;
          count += 1;
        }
      }
    }
    if (count === 0) return;
    const wanted = Math.min(sum / count, this.#limit(column, 1));
    this.x[column] = Math.max(wanted, this.#limit(column, -1));
  }

  /** Furthest x that the neighbours on one side leave. */
  #limit(column: number, side: -1 | 1): number {
    let limit = side * Infinity;
    for (const vertex of this.#verticesOf(column)) {
      const neighbour = this.#beside(vertex, side);
      if (neighbour < 0) continue;
      const edge = this.x[this.#columns.columnOf[neighbour]!]! - side * this.#apart(vertex, neighbour);
      limit = side < 0 ? Math.max(limit, edge) : Math.min(limit, edge);
    }
    return limit;
  }

  #apart(a: number, b: number): number {
    const { nodeCount } = this.#segments;
    const gap = a < nodeCount && b < nodeCount ? BOX_GAP : LINE_GAP;
    return (this.#widths[a]! + this.#widths[b]!) / 2 + gap;
  }

  #beside(vertex: number, side: -1 | 1): number {
    const { starts, items } = this.#ordering.layers;
    const layer = this.#segments.layerOf[vertex]!;
    const at = starts[layer]! + this.#ordering.placeOf[vertex]! + side;
    return at >= starts[layer]! && at < starts[layer + 1]! ? items[at]! : -1;
  }

  #verticesOf(column: number): Int32Array {
    const { starts, items } = this.#columns.vertices;
    return items.subarray(starts[column], starts[column + 1]);
  }
}
