import type { Concat, Pack, Pad, Split } from '../ops/rearrange';
import type { Dim, Shape } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OutputFacts } from './definition';
import { normalizeAxis, withDim } from './dims';

function joinedValues(context: InferenceContext): KnownValues | null {
  const joined: number[] = [];
  for (let input = 0; input < context.inputCount; input += 1) {
    const value = context.value(input);
    if (!value) return null;
    for (const one of value) joined.push(one);
  }
  return joined;
}

function inferConcat(op: Concat, context: InferenceContext): readonly OutputFacts[] {
  let result: Shape | null = null;
  let length: number | null = 0;
  for (let input = 0; input < context.inputCount; input += 1) {
    const shape = context.shape(input);
    if (!shape) return [];
    const axis = normalizeAxis(op.axis, shape.length);
    if (axis === null || (result !== null && result.length !== shape.length)) return [];
    const along: Dim = shape[axis] ?? null;
    length = length !== null && typeof along === 'number' ? length + along : null;
    result = result === null ? shape : mergeDims(result, shape);
    result = withDim(result, axis, length);
  }
  return result ? [{ shape: result, value: result.length === 1 ? joinedValues(context) : null }] : [];
}

/** Dimensions that must be equal: what either side knows. */
function mergeDims(a: Shape, b: Shape): Shape {
  return a.map((dim, axis) => dim ?? b[axis] ?? null);
}

function inferPack(op: Pack, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const axis = normalizeAxis(op.axis, x.length + 1);
  if (axis === null) return [];
  return [{ shape: x.toSpliced(axis, 0, context.inputCount), value: x.length === 0 ? joinedValues(context) : null }];
}

function inferUnpack(op: Pack, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const axis = x && normalizeAxis(op.axis, x.length);
  if (!x || axis === null) return [];
  const value = x.length === 1 ? context.value(0) : null;
  const shape = x.toSpliced(axis, 1);
  return Array.from({ length: context.outputCount }, (_, output) => {
    const one = value?.[output];
    return one === undefined ? { shape } : { shape, value: [one] };
  });
}

function splitSizes(op: Split, context: InferenceContext, along: Dim): readonly Dim[] {
  const parts = context.outputCount;
  const given = op.sizes ?? context.value(1);
  if (given?.length === parts) return given;
  if (typeof along !== 'number' || parts === 0 || (context.has(1) && !op.sizes))
    return Array.from({ length: parts }, () => null);
  // ONNX from opset 18: equal parts rounded up, the last one smaller.
  const part = Math.ceil(along / parts);
  return Array.from({ length: parts }, (_, index) => Math.max(0, Math.min(part, along - part * index)));
}

function inferSplit(op: Split, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const axis = x && normalizeAxis(op.axis, x.length);
  if (!x || axis === null) return [];
  const sizes = splitSizes(op, context, x[axis] ?? null);
  const value = x.length === 1 ? context.value(0) : null;
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += typeof size === 'number' ? size : 0;
    const shape = withDim(x, axis, size);
    return value && typeof size === 'number' ? { shape, value: value.slice(from, from + size) } : { shape };
  });
}

/** ONNX gives all starts, then all ends, for the axes of its fourth operand; TFLite rows of before and after. */
function padsFromOperands(context: InferenceContext, rank: number): readonly [number, number][] | null {
  const values = context.value(1);
  const axes = context.has(3) ? context.value(3) : Array.from({ length: rank }, (_, axis) => axis);
  if (!values || !axes || values.length !== axes.length * 2) return null;
  const rows = (context.shape(1)?.length ?? 1) === 2;
  const pads: [number, number][] = Array.from({ length: rank }, () => [0, 0]);
  for (const [index, axis] of axes.entries()) {
    const at = normalizeAxis(axis, rank);
    if (at === null) return null;
    pads[at] = rows ? [values[index * 2]!, values[index * 2 + 1]!] : [values[index]!, values[index + axes.length]!];
  }
  return pads;
}

function inferPad(op: Pad, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const { before, after } = op;
  const pads =
    before && after
      ? x.map((_, axis): readonly [number, number] => [before[axis] ?? 0, after[axis] ?? 0])
      : padsFromOperands(context, x.length);
  const shape = x.map((dim, axis) => {
    const pad = pads?.[axis];
    return typeof dim === 'number' && pad ? Math.max(0, dim + pad[0] + pad[1]) : null;
  });
  return [{ shape }];
}

export const joining: Definitions<'Concat' | 'Pack' | 'Unpack' | 'Split' | 'Pad'> = {
  Concat: { infer: inferConcat, detail: (op) => `axis ${op.axis}` },
  Pack: { infer: inferPack, detail: (op) => `axis ${op.axis}` },
  Unpack: { infer: inferUnpack, detail: (op) => `axis ${op.axis}` },
  Split: { infer: inferSplit, roles: () => ['input', 'sizes'], detail: (op) => `axis ${op.axis}` },
  Pad: { infer: inferPad, roles: () => ['input', 'pads', 'value', 'axes'] },
};
