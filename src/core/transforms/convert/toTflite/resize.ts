import type { Node } from '../../../ir/graph';
import type { Resize } from '../../../ir/ops/rearrange';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { channelsLast, permuted } from './permutation';

/** The position in the input that each output cell is taken from, before rounding. */
function onnxPositions(coordinates: string, input: number, output: number, scale: number): readonly number[] {
  return Array.from({ length: output }, (_, x) => {
    switch (coordinates) {
      case 'asymmetric':
        return x / scale;
      case 'align_corners':
        // The length that the scale gives, not the whole cells of it (ONNX, Resize).
        return output === 1 ? 0 : (x * (input - 1)) / (input * scale - 1);
      case 'half_pixel':
        return (x + 0.5) / scale - 0.5;
      case 'pytorch_half_pixel':
        return output > 1 ? (x + 0.5) / scale - 0.5 : 0;
      default:
        throw new Refusal(`a resize with ${coordinates}, which no TFLite kernel has`);
    }
  });
}

function rounded(position: number, mode: string): number {
  switch (mode) {
    case 'floor':
      return Math.floor(position);
    case 'ceil':
      return Math.ceil(position);
    case 'round_prefer_ceil':
      return Math.floor(position + 0.5);
    default:
      return Math.ceil(position - 0.5);
  }
}

interface Variant {
  readonly align_corners: boolean;
  readonly half_pixel_centers: boolean;
}

const VARIANTS: readonly Variant[] = [
  { align_corners: false, half_pixel_centers: true },
  { align_corners: false, half_pixel_centers: false },
  { align_corners: true, half_pixel_centers: false },
];

/** Where TFLite's kernels take a cell from (reference_ops ResizeNearestNeighbor and ComputeInterpolationValues). */
function tflitePosition(variant: Variant, x: number, input: number, output: number): number {
  if (variant.align_corners && output > 1) return (x * (input - 1)) / (output - 1);
  return variant.half_pixel_centers ? ((x + 0.5) * input) / output - 0.5 : (x * input) / output;
}

function tfliteIndex(variant: Variant, x: number, input: number, output: number): number {
  const position = tflitePosition(variant, x, input, output);
  const index = variant.align_corners
    ? Math.round(position)
    : Math.floor(variant.half_pixel_centers ? position + 0.5 : position);
  return Math.min(Math.max(index, 0), input - 1);
}

interface AxisScale {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
}

function axisScales(c: Conversion, node: Node): readonly AxisScale[] {
  const [from, to] = [c.shape(c.input(node, 0)), c.shape(node.outputs[0]!)];
  const { axes, antialias = 0, keep_aspect_ratio_policy: policy = 'stretch' } = node.source.attributes;
  if (Number(antialias) !== 0)
    throw new Refusal('a resize with antialiasing, which no TFLite kernel has', 'resize outside the model');
  const scales = givenScales(c, node);
  const named = Array.isArray(axes)
    ? axes.map((axis) => c.axis(Number(axis), from.length))
    : from.map((_, axis) => axis);
  if (policy !== 'stretch' && scales.length === 0) {
    const ratios = sizesOf(c, node).map((size, i) => size / from[named[i]!]!);
    const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
    return from.map((input, axis) => ({ input, output: to[axis]!, scale: named.includes(axis) ? scale : 1 }));
  }
  return from.map((input, axis) => {
    const scale = scales[named.indexOf(axis)];
    return { input, output: to[axis]!, scale: scale ?? to[axis]! / input };
  });
}

function sizesOf(c: Conversion, node: Node): readonly number[] {
  const sizes = c.known(c.optional(node, 3));
  if (!sizes) throw new Refusal('its sizes are known only at run time', 'make the sizes a constant');
  return sizes;
}

/** Scales of the file; empty where it gives sizes. */
function givenScales(c: Conversion, node: Node): ArrayLike<number> {
  const { attributes, version, op } = node.source;
  if (Array.isArray(attributes.scales)) return attributes.scales.map(Number);
  const id = c.optional(node, op === 'Upsample' || version < 11 ? 1 : 2);
  if (id === null) return [];
  const given = c.reals(id);
  if (!given) throw new Refusal('its scales are known only at run time', 'make the scales a constant');
  return given;
}

export function convertResize(c: Conversion, node: Node, op: Resize): void {
  if (op.mode === 'cubic') throw new Refusal('cubic interpolation, which no TFLite kernel has', 'resize bilinearly');
  const axes = axisScales(c, node);
  const coordinates = op.coordinates ?? 'asymmetric';
  if (op.mode === 'nearest') convertNearest(c, node, { axes, coordinates, mode: op.nearestMode ?? 'floor' });
  else convertLinear(c, node, axes, coordinates);
}

function sameIndices(a: readonly number[], b: readonly number[]): boolean {
  return a.every((index, i) => index === b[i]);
}

function convertNearest(
  c: Conversion,
  node: Node,
  use: { axes: readonly AxisScale[]; coordinates: string; mode: string },
): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const indices = use.axes.map(({ input, output: size, scale }) =>
    onnxPositions(use.coordinates, input, size, scale).map((position) =>
      Math.min(Math.max(rounded(position, use.mode), 0), input - 1),
    ),
  );
  const isPlane = use.axes.length === 4 && [0, 1].every((axis) => isWhole(indices[axis]!, use.axes[axis]!.input));
  const variant = isPlane
    ? VARIANTS.find((each) =>
        [2, 3].every((axis) => {
          const { input, output: size } = use.axes[axis]!;
          return sameIndices(
            indices[axis]!,
            indices[axis]!.map((_, i) => tfliteIndex(each, i, input, size)),
          );
        }),
      )
    : undefined;
  const order = use.axes.length === 4 ? channelsLast(4) : c.order(x);
  const value = c.value(x, order);
  if (variant) {
    checkTypes(c, value, 'RESIZE_NEAREST_NEIGHBOR', ['float32', 'uint8', 'int8', 'quantized']);
    const shape = permuted(c.shape(output), order);
    const size = c.draft.integers([shape[1]!, shape[2]!]);
    c.define(output, c.emitLike(value, shape, 'RESIZE_NEAREST_NEIGHBOR', [value, size], { ...variant }), order);
    return;
  }
  // A rounding that TFLite has not: pick the rows and columns themselves.
  let made: TensorId = value;
  order.forEach((axis, place) => {
    if (isWhole(indices[axis]!, use.axes[axis]!.input)) return;
    const shape = c.draft.shape(made).map((dim, i) => (i === place ? indices[axis]!.length : dim));
    const at = c.draft.integers(indices[axis]!);
    made = c.emitLike(made, shape, 'GATHER', [made, at], { axis: place, batch_dims: 0 });
  });
  c.define(output, made, order);
}

function isWhole(indices: readonly number[], extent: number): boolean {
  return indices.length === extent && indices.every((index, i) => index === i);
}

/** Positions that differ by less make no visible difference in an interpolation. */
const POSITION_TOLERANCE = 1e-6;

function convertLinear(c: Conversion, node: Node, axes: readonly AxisScale[], coordinates: string): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (axes.length !== 4 || axes[0]!.input !== axes[0]!.output || axes[1]!.input !== axes[1]!.output) {
    throw new Refusal('a linear resize of other axes than height and width');
  }
  const clamp = (position: number, input: number) => Math.min(Math.max(position, 0), input - 1);
  const variant = VARIANTS.find((each) =>
    [2, 3].every((axis) => {
      const { input, output: size, scale } = axes[axis]!;
      return onnxPositions(coordinates, input, size, scale).every(
        (position, i) =>
          Math.abs(clamp(position, input) - clamp(tflitePosition(each, i, input, size), input)) < POSITION_TOLERANCE,
      );
    }),
  );
  if (!variant)
    throw new Refusal(`a resize whose cells lie otherwise than in TFLite (${coordinates})`, 'give sizes, not scales');
  const order = channelsLast(4);
  const value = c.value(x, order);
  checkTypes(c, value, 'RESIZE_BILINEAR', ['float32', 'quantized']);
  const shape = permuted(c.shape(output), order);
  const size = c.draft.integers([shape[1]!, shape[2]!]);
  c.define(output, c.emitLike(value, shape, 'RESIZE_BILINEAR', [value, size], { ...variant }), order);
}
