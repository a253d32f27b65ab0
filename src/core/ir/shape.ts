/** A dimension: a count, a symbol the file names, or null where the file says nothing. */
export type Dim = number | string | null;

/** Dimensions from outermost to innermost; a tensor of unknown rank has no Shape at all (null). */
export type Shape = readonly Dim[];

/** A shape whose every dimension is a count. */
export type StaticShape = readonly number[];

export function isStatic(shape: Shape | null): shape is StaticShape {
  return shape?.every((dim) => typeof dim === 'number') ?? false;
}

/** Elements of a shape, or null when a dimension is not known. A scalar (rank 0) has one. */
export function elementCount(shape: Shape | null): number | null {
  return isStatic(shape) ? shape.reduce((product, dim) => product * dim, 1) : null;
}

/**
 * The shape with every free dimension bound to 1 (the batch of one that a microcontroller runs), unless `bindings`
 * names the symbol.
 */
export function bindShape(shape: Shape, bindings: Readonly<Record<string, number>> = {}): StaticShape {
  return shape.map((dim) => (typeof dim === 'number' ? dim : dim === null ? 1 : (bindings[dim] ?? 1)));
}

/** `1×96×96×3`, with `?` for what is not known; `scalar` at rank 0. */
export function formatShape(shape: Shape | null): string {
  if (shape === null) return 'unknown shape';
  return shape.length === 0 ? 'scalar' : shape.map((dim) => dim ?? '?').join('×');
}
