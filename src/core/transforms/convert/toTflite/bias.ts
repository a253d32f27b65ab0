import type { Quantization } from '../../../ir/quantization';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import type { Conversion } from './conversion';
import { isQuantized } from './draft';

interface BiasUse {
  readonly id: TensorId | null;
  readonly count: number;
  /** Tensors of the draft. */
  readonly input: TensorId;
  readonly weights: TensorId;
}

/** How far a stored bias scale may be from input scale times weight scale, as a share: rounding of float32 products. */
const SCALE_TOLERANCE = 1e-5;

/**
 * The bias of a convolution or dense layer as TFLite wants it: float32 of the channels' count, or int32 with the scale of
 * the products (input scale times weight scale) for integer kernels. Zeros where the ONNX node has none.
 */
export function biasFor(c: Conversion, { id, count, input, weights }: BiasUse): TensorId {
  const scales = productScales(c, input, weights, count);
  if (id === null) {
    const zeros = new Uint8Array(4 * count);
    return scales
      ? c.draft.constant('bias', 'int32', [count], zeros, scales)
      : c.draft.constant('bias', 'float32', [count], zeros);
  }
  const value = c.constant(id);
  if (!scales) return value ? flatReals(c, id, count) : c.reshape(c.value(id), [count]);
  if (!value) throw new Refusal('an integer layer whose bias is computed at run time');
  if (value.dtype === 'int32' && value.quantization && agrees(value.quantization, scales)) {
    return c.draft.constant(c.tensor(id).name, 'int32', [count], value.bytes(), scales);
  }
  const reals = c.reals(id)!;
  const integers = Int32Array.from({ length: count }, (_, i) =>
    Math.round(reals[reals.length === 1 ? 0 : i]! / scales.scales[scales.scales.length === 1 ? 0 : i]!),
  );
  return c.draft.constant(c.tensor(id).name, 'int32', [count], new Uint8Array(integers.buffer), scales);
}

function flatReals(c: Conversion, id: TensorId, count: number): TensorId {
  const reals = c.reals(id)!;
  const values = reals.length === count ? reals : Float32Array.from({ length: count }, () => reals[0]!);
  return c.draft.reals(c.tensor(id).name, [count], values);
}

/** Null for a layer of float32. */
function productScales(c: Conversion, input: TensorId, weights: TensorId, count: number): Quantization | null {
  const [x, w] = [c.draft.tensor(input), c.draft.tensor(weights)];
  if (!isQuantized(x)) return null;
  if (!isQuantized(w)) throw new Refusal('its input is quantized and its weights are not');
  if (w.quantization!.zeroPoints.some((zeroPoint) => zeroPoint !== 0)) {
    throw new Refusal('its weights are quantized around another value than zero', 'quantize the weights symmetrically');
  }
  const scale = x.quantization!.scales[0]!;
  const own = w.quantization!.scales;
  if (own.length !== 1 && own.length !== count) throw new Refusal('its weights have scales along another axis');
  return {
    scales: Float32Array.from(own, (each) => each * scale),
    zeroPoints: new Int32Array(own.length),
    axis: own.length === 1 ? null : 0,
  };
}

function agrees(a: Quantization, b: Quantization): boolean {
  return (
    a.scales.length === b.scales.length &&
    a.scales.every((scale, i) => Math.abs(scale - b.scales[i]!) <= SCALE_TOLERANCE * b.scales[i]!)
  );
}
