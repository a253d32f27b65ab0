import type { Quantization } from '../../../ir/quantization';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { packNumbers, type Conversion } from './conversion';
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
  if (id === null) return zeroBias(c, count, input, scales);
  const value = c.constant(id);
  if (!scales) return value ? flatReals(c, id, count) : c.reshape(c.value(id), [count]);
  if (!value) throw new Refusal('an integer layer whose bias is computed at run time');
  if (value.dtype === biasType(c, input) && value.quantization && agrees(value.quantization, scales)) {
    return c.draft.constant(c.tensor(id).name, value.dtype, [count], value.bytes(), scales);
  }
  const reals = c.reals(id)!;
  const integers = Array.from({ length: count }, (_, i) =>
    Math.round(reals[reals.length === 1 ? 0 : i]! / scales.scales[scales.scales.length === 1 ? 0 : i]!),
  );
  const dtype = biasType(c, input);
  return c.draft.constant(c.tensor(id).name, dtype, [count], packNumbers(integers, dtype), scales);
}

/** Products of 16-bit activations are summed in 64 bits (TFLite's 16x8 kernels). */
function biasType(c: Conversion, input: TensorId): 'int32' | 'int64' {
  return c.draft.tensor(input).dtype === 'int16' ? 'int64' : 'int32';
}

function zeroBias(c: Conversion, count: number, input: TensorId, scales: Quantization | null): TensorId {
  const dtype = scales ? biasType(c, input) : 'float32';
  return c.draft.constant('bias', dtype, [count], new Uint8Array(count * (dtype === 'int64' ? 8 : 4)), scales);
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
