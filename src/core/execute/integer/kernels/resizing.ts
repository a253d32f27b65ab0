import type { Resize } from '../../../ir/ops/rearrange';
import { roundHalfAway } from '../fixedPoint';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { moveElements } from './movement';

/** RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR. Source: TFLite kernels/internal/reference/resize_*.h. */

const fround = Math.fround;

function nearest(op: Resize, position: number, input: number, output: number): number {
  const scale =
    op.alignCorners && output > 1 ? fround((input - 1) / fround(output - 1)) : fround(input / fround(output));
  const place = fround(fround(position + (op.halfPixelCenters ? 0.5 : 0)) * scale);
  const rounded = op.alignCorners ? roundHalfAway(place) : Math.floor(place);
  return Math.max(0, Math.min(rounded, input - 1));
}

function nearestIndices(op: Resize, input: readonly number[], output: readonly number[]): Int32Array {
  const [batches, height, width, channels] = output as [number, number, number, number];
  const indices = new Int32Array(batches * height * width * channels);
  let index = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    for (let y = 0; y < height; y += 1) {
      const row = batch * input[1]! + nearest(op, y, input[1]!, height);
      for (let x = 0; x < width; x += 1) {
        const from = (row * input[2]! + nearest(op, x, input[2]!, width)) * channels;
        for (let c = 0; c < channels; c += 1, index += 1) indices[index] = from + c;
      }
    }
  }
  return indices;
}

/** The two source positions of an output position, and the weight of the second. */
interface Between {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

/** In 1/1024ths, without floating point: ComputeInterpolationValuesInteger. */
function betweenIntegers(op: Resize, position: number, input: number, output: number): Between {
  const scale =
    op.alignCorners && output > 1
      ? Math.trunc((1024 * (input - 1) + Math.trunc((output - 1) / 2)) / (output - 1))
      : Math.trunc((1024 * input + Math.trunc(output / 2)) / output);
  const place = op.halfPixelCenters ? position * scale + Math.trunc(scale / 2) - 512 : position * scale;
  const low = Math.max(Math.trunc(place / 1024), 0);
  const high = Math.min(Math.trunc((place + 1023) / 1024), input - 1);
  return { low, high, weight: place - 1024 * low };
}

function betweenFloats(op: Resize, position: number, input: number, output: number): Between {
  const scale =
    op.alignCorners && output > 1 ? fround(fround(input - 1) / (output - 1)) : fround(fround(input) / output);
  const place = op.halfPixelCenters
    ? fround(fround(fround(position + 0.5) * scale) - 0.5)
    : fround(fround(position) * scale);
  const low = Math.max(Math.floor(place), 0);
  return { low, high: Math.min(Math.ceil(place), input - 1), weight: fround(place - low) };
}

type Mix = (topLeft: number, bottomLeft: number, topRight: number, bottomRight: number, y: number, x: number) => number;

function mixIntegers(isDouble: boolean): Mix {
  return (topLeft, bottomLeft, topRight, bottomRight, y, x) => {
    const sum =
      topLeft * (1024 - y) * (1024 - x) + bottomLeft * y * (1024 - x) + topRight * (1024 - y) * x + bottomRight * y * x;
    if (!isDouble) return Math.floor((sum + 2 ** 19) / 2 ** 20);
    return Math.trunc((sum + (sum > 0 ? 2 ** 19 : -(2 ** 19))) / 2 ** 20);
  };
}

const mixFloats: Mix = (topLeft, bottomLeft, topRight, bottomRight, y, x) => {
  const restY = fround(1 - y);
  const restX = fround(1 - x);
  const first = fround(fround(topLeft * restY) * restX);
  const second = fround(first + fround(fround(bottomLeft * y) * restX));
  const third = fround(second + fround(fround(topRight * restY) * x));
  return fround(third + fround(fround(bottomRight * y) * x));
};

function prepareLinear(context: KernelContext<Resize>, input: Operand, output: Operand): Run {
  const isFloat = output.dtype === 'float32';
  if (!isFloat && output.dtype !== 'int8') return refuseTypes(context);
  const [, inHeight, inWidth, channels] = input.shape as [number, number, number, number];
  const [batches, height, width] = output.shape as [number, number, number];
  const between = isFloat ? betweenFloats : betweenIntegers;
  const rows = Array.from({ length: height }, (_, y) => between(context.op, y, inHeight, height));
  const columns = Array.from({ length: width }, (_, x) => between(context.op, x, inWidth, width));
  const mix = isFloat ? mixFloats : mixIntegers(context.rounding === 'double');
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    let index = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      for (const row of rows) {
        const top = (batch * inHeight + row.low) * inWidth;
        const bottom = (batch * inHeight + row.high) * inWidth;
        for (const column of columns) {
          for (let c = 0; c < channels; c += 1, index += 1) {
            results[index] = mix(
              values[(top + column.low) * channels + c]!,
              values[(bottom + column.low) * channels + c]!,
              values[(top + column.high) * channels + c]!,
              values[(bottom + column.high) * channels + c]!,
              row.weight,
              column.weight,
            );
          }
        }
      }
    }
  };
}

function prepare(context: KernelContext<Resize>): Run {
  const { op } = context;
  const input = context.input(0);
  const output = context.output();
  need(op.layout === 'NHWC' && input.rank === 4 && output.rank === 4, 'its operands are not 4-D and NHWC');
  need(input.shape[0] === output.shape[0] && input.shape[3] === output.shape[3], 'its output does not fit its input');
  need(input.dtype === output.dtype && input.count > 0, 'its output does not fit its input');
  if (op.mode === 'nearest') return moveElements(input, output, nearestIndices(op, input.shape, output.shape));
  return op.mode === 'linear' ? prepareLinear(context, input, output) : refuse('cubic resizing has no kernel');
}

export const resizingKernels: KernelTable = { Resize: prepare };
