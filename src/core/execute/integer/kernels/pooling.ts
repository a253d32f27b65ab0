import type { Pool } from '../../../ir/ops/pooling';
import { quantizedRange, realRange } from '../activationRange';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { slideOf, type Slide } from '../window';

/** AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D. Source: TFLite kernels/internal/reference/{,integer_ops/}pooling.h. */

interface PoolParts {
  readonly input: Operand;
  readonly output: Operand;
  readonly rows: Slide;
  readonly columns: Slide;
  readonly channels: number;
}

/** Folds the values under one window into a result; `count` is how many there are. */
interface Reduction {
  readonly start: number;
  readonly step: (sum: number, value: number) => number;
  readonly finish: (sum: number, count: number) => number;
}

function divideRounding(sum: number, count: number): number {
  const half = Math.trunc(count / 2);
  return Math.trunc((sum > 0 ? sum + half : sum - half) / count);
}

const INTEGER_REDUCTIONS: Readonly<Record<'average' | 'max', Reduction>> = {
  average: { start: 0, step: (sum, value) => sum + value, finish: divideRounding },
  max: { start: -32768, step: (sum, value) => Math.max(sum, value), finish: (sum) => sum },
};

const FLOAT_REDUCTIONS: Readonly<Record<Pool['mode'], Reduction>> = {
  average: {
    start: 0,
    step: (sum, value) => Math.fround(sum + value),
    finish: (sum, count) => Math.fround(sum / count),
  },
  max: { start: -3.4028234663852886e38, step: (sum, value) => Math.max(sum, value), finish: (sum) => sum },
  l2: {
    start: 0,
    step: (sum, value) => Math.fround(sum + Math.fround(value * value)),
    finish: (sum, count) => Math.fround(Math.sqrt(Math.fround(sum / count))),
  },
};

function poolParts(context: KernelContext<Pool>): PoolParts {
  const { op } = context;
  const input = context.input(0);
  const output = context.output();
  need(op.layout === 'NHWC' && input.rank === 4 && output.rank === 4, 'its operands are not 4-D and NHWC');
  need(input.shape[0] === output.shape[0] && input.shape[3] === output.shape[3], 'its output does not fit its input');
  const [rows, columns] = [0, 1].map((dimension) =>
    slideOf(
      {
        input: input.shape[dimension + 1]!,
        output: output.shape[dimension + 1]!,
        size: op.window[dimension] ?? 1,
        stride: op.strides[dimension] ?? 1,
        dilation: 1,
      },
      op.padding,
      dimension,
    ),
  ) as [Slide, Slide];
  return { input, output, rows, columns, channels: input.shape[3]! };
}

/** First and last position of the window's part that lies in the input. */
function inside(slide: Slide, position: number): readonly [number, number] {
  const origin = position * slide.stride - slide.before;
  return [Math.max(0, origin), Math.min(slide.input, origin + slide.size)];
}

function poolOnce(parts: PoolParts, reduction: Reduction, min: number, max: number): void {
  const { input, output, rows, columns, channels } = parts;
  const values = input.numbers;
  const results = output.numbers;
  let index = 0;
  for (let batch = 0; batch < input.shape[0]!; batch += 1) {
    for (let outY = 0; outY < rows.output; outY += 1) {
      const [top, bottom] = inside(rows, outY);
      for (let outX = 0; outX < columns.output; outX += 1) {
        const [left, right] = inside(columns, outX);
        const count = Math.max(0, bottom - top) * Math.max(0, right - left);
        for (let channel = 0; channel < channels; channel += 1, index += 1) {
          let sum = reduction.start;
          for (let y = top; y < bottom; y += 1) {
            for (let x = left; x < right; x += 1) {
              const at = ((batch * rows.input + y) * columns.input + x) * channels + channel;
              sum = reduction.step(sum, values[at]!);
            }
          }
          results[index] = Math.min(Math.max(reduction.finish(sum, count), min), max);
        }
      }
    }
  }
}

function prepare(context: KernelContext<Pool>): Run {
  const parts = poolParts(context);
  const { input, output } = parts;
  const { mode, activation } = context.op;
  if (input.dtype !== output.dtype) return refuseTypes(context);
  if (input.dtype === 'float32') {
    const { min, max } = realRange(activation);
    return () => poolOnce(parts, FLOAT_REDUCTIONS[mode], min, max);
  }
  if (input.dtype !== 'int8' && input.dtype !== 'int16') return refuseTypes(context);
  if (mode === 'l2') return refuse('an integer L2 pool has no kernel');
  need(
    Math.abs(Math.fround(input.scale - output.scale)) <= 1e-6 && input.zeroPoint === output.zeroPoint,
    'input and output are quantized differently',
  );
  const { min, max } = quantizedRange(activation, output);
  return () => poolOnce(parts, INTEGER_REDUCTIONS[mode], min, max);
}

export const poolingKernels: KernelTable = { Pool: prepare };
