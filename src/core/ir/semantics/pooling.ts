import type { GlobalPool, Pool } from '../ops/pooling';
import type { Definitions, InferenceContext, OutputFacts } from './definition';
import { formatStrides, formatWindow, slide, spatialAxes } from './dims';

function inferPool(op: Pool, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x || x.length < 3) return [];
  const { first, channels } = spatialAxes(x.length, op.layout);
  const shape = x.map((dim, axis) => {
    if (axis === 0 || axis === channels) return dim;
    const dimension = axis - first;
    const size = op.window[dimension];
    if (size === undefined) return null;
    return slide(dim, {
      size,
      stride: op.strides[dimension] ?? 1,
      dilation: op.dilations[dimension] ?? 1,
      padding: op.padding,
      dimension,
      ceil: op.ceil,
    });
  });
  // ONNX MaxPool may give the positions of the maxima as a second output.
  return [{ shape }, { shape, dtype: 'int64' }];
}

function inferGlobalPool(op: GlobalPool, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x || x.length < 2) return [];
  const { channels } = spatialAxes(x.length, op.layout);
  return [{ shape: x.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1)) }];
}

export const pooling: Definitions<'Pool' | 'GlobalPool'> = {
  Pool: { infer: inferPool, detail: (op) => `${formatWindow(op.window)}${formatStrides(op.strides)}` },
  GlobalPool: { infer: inferGlobalPool },
};
