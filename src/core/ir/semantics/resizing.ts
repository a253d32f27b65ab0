import type { Node } from '../graph';
import type { Resize } from '../ops/rearrange';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OutputFacts, Role } from './definition';
import { normalizeAxis, withDim } from './dims';
import { attributeNumbers, attributeText } from './sourceAttributes';

interface Wanted {
  /** One a resized axis; exactly one of the two is given. */
  readonly sizes: KnownValues | null;
  readonly scales: KnownValues | null;
}

function isTflite(node: Node): boolean {
  return node.source.op.startsWith('RESIZE');
}

/** TFLite: x, size. ONNX Upsample and Resize-10: x, scales. ONNX Resize from 11: x, roi, scales, sizes. */
function wantedSizes(context: InferenceContext): Wanted {
  const { node } = context;
  if (isTflite(node)) return { sizes: context.value(1), scales: null };
  if (node.inputs.length <= 2) return { sizes: null, scales: context.value(1) ?? attributeNumbers(node, 'scales') };
  const sizes = context.value(3);
  if (sizes && sizes.length > 0) return { sizes, scales: null };
  const scales = context.value(2);
  return { sizes: null, scales: scales && scales.length > 0 ? scales : null };
}

/** ONNX Resize keep_aspect_ratio_policy: one scale for all axes, the smallest or the largest. */
function keepAspect(policy: string | null, x: Shape, axes: readonly number[], sizes: KnownValues): KnownValues | null {
  if (policy !== 'not_larger' && policy !== 'not_smaller') return sizes;
  const ratios = axes.map((axis, index) => {
    const dim = x[axis];
    return typeof dim === 'number' && dim > 0 ? sizes[index]! / dim : NaN;
  });
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  if (!Number.isFinite(scale)) return null;
  return axes.map((axis) => Math.floor(scale * (x[axis] as number) + 0.5));
}

function resizedAxes(op: Resize, context: InferenceContext, rank: number): readonly number[] | null {
  if (isTflite(context.node)) return op.layout === 'NHWC' ? [1, 2] : [2, 3];
  const axes = attributeNumbers(context.node, 'axes') ?? Array.from({ length: rank }, (_, axis) => axis);
  const normal = axes.map((axis) => normalizeAxis(axis, rank));
  return normal.every((axis) => axis !== null) ? normal : null;
}

/** New sizes of the axes, null where unknown. */
function newSizes(context: InferenceContext, x: Shape, axes: readonly number[]): Shape {
  const { sizes, scales } = wantedSizes(context);
  if (sizes?.length === axes.length) {
    const policy = attributeText(context.node, 'keep_aspect_ratio_policy');
    return keepAspect(policy, x, axes, sizes) ?? axes.map(() => null);
  }
  return axes.map((axis, index) => {
    const dim = x[axis];
    const scale = scales?.[index];
    return typeof dim === 'number' && scale !== undefined ? Math.floor(dim * scale) : null;
  });
}

function inferResize(op: Resize, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const axes = resizedAxes(op, context, x.length);
  if (!axes?.every((axis) => axis < x.length)) return [];
  const sizes = newSizes(context, x, axes);
  return [{ shape: axes.reduce<Shape>((shape, axis, index) => withDim(shape, axis, sizes[index] ?? null), x) }];
}

const onnxRoles: readonly Role[] = ['input', 'bounds', 'sizes', 'sizes'];

export const resizing: Definitions<'Resize'> = {
  Resize: {
    infer: inferResize,
    roles: (_op, node) => (node.inputs.length <= 2 ? ['input', 'sizes'] : onnxRoles),
    detail: (op) => op.mode,
  },
};
