import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../../../scripts/assembly.mjs';
import { kernelBytes } from '../../../../../src/core/execute/integer/fast/kernelBytes';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import type { Model } from '../../../../../src/core/ir/model';
import { perTensor, type Quantization } from '../../../../../src/core/ir/quantization';
import { TfliteBuilder, reals } from '../../../../fixtures/tfliteBuilder';

/** Weights between -127 and 127, the first channels of them at the extremes. */
function weights(count: number, seed: number): Int8Array {
  return Int8Array.from(reals(count, seed), (value, i) => (i % 17 === 0 ? Math.sign(value) * 127 : value * 127));
}

function channelScales(count: number, seed: number): Quantization {
  // From ordinary to nearly dead channels.
  const scales = Float32Array.from(reals(count, seed), (value) => 2 ** (-6 + 5 * value - (value > 0.8 ? 20 : 0)));
  return { scales, zeroPoints: new Int32Array(count), axis: 0 };
}

function biases(count: number, seed: number): Int32Array {
  return Int32Array.from(reals(count, seed), (value) => Math.round(value ** 3 * 2 ** (value > 0.9 ? 30 : 14)));
}

interface Shape {
  readonly size: number;
  readonly channels: number;
  readonly filters: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'SAME' | 'VALID';
  readonly zeroPoint: number;
  readonly activation: 'NONE' | 'RELU' | 'RELU6';
  readonly seed: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  size: fc.integer({ min: 5, max: 12 }),
  channels: fc.integer({ min: 1, max: 20 }),
  filters: fc.integer({ min: 1, max: 20 }),
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('SAME' as const, 'VALID' as const),
  zeroPoint: fc.integer({ min: -128, max: 127 }),
  activation: fc.constantFrom('NONE' as const, 'RELU' as const, 'RELU6' as const),
  seed: fc.integer({ min: 1, max: 1000 }),
});

function extent(shape: Shape): number {
  if (shape.padding === 'SAME') return Math.ceil(shape.size / shape.stride);
  return Math.floor((shape.size - (shape.window - 1) * shape.dilation - 1) / shape.stride) + 1;
}

function convolution(shape: Shape, isDepthwise: boolean): Model {
  const { size, channels, window, seed } = shape;
  const filters = isDepthwise ? channels : shape.filters;
  const b = new TfliteBuilder();
  const x = b.input('x', 'int8', [1, size, size, channels], { quantization: perTensor(0.05, shape.zeroPoint) });
  const filterShape = isDepthwise ? [1, window, window, channels] : [filters, window, window, channels];
  const count = filterShape.reduce((product, dim) => product * dim, 1);
  const quantization = { ...channelScales(filters, seed + 2), axis: isDepthwise ? 3 : 0 };
  const w = b.constant('w', filterShape, weights(count, seed), { quantization });
  const bias = b.constant('bias', [filters], biases(filters, seed + 1));
  const out = extent(shape);
  const y = b.activation('y', 'int8', [1, out, out, filters], { quantization: perTensor(0.04, -7) });
  return b
    .node(isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D', [x, w, bias], [y], {
      padding: shape.padding,
      stride_w: shape.stride,
      stride_h: shape.stride,
      dilation_w_factor: shape.dilation,
      dilation_h_factor: shape.dilation,
      fused_activation_function: shape.activation,
      ...(isDepthwise ? { depth_multiplier: 1 } : {}),
    })
    .outputs(y)
    .model();
}

function dense(inputs: number, outputs: number, batches: number, zeroPoint: number, seed: number): Model {
  const b = new TfliteBuilder();
  const x = b.input('x', 'int8', [batches, inputs], { quantization: perTensor(0.05, zeroPoint) });
  const w = b.constant('w', [outputs, inputs], weights(inputs * outputs, seed), { quantization: perTensor(0.003, 0) });
  const bias = b.constant('bias', [outputs], biases(outputs, seed + 1));
  const y = b.activation('y', 'int8', [batches, outputs], { quantization: perTensor(0.1, 3) });
  return b.node('FULLY_CONNECTED', [x, w, bias], [y], { fused_activation_function: 'NONE' }).outputs(y).model();
}

/** Both sessions run twice, on different values: nothing of the first run may be left over. */
function expectSame(model: Model, seed: number): void {
  const fast = createIntegerSession(model);
  const plain = createIntegerSession(model, { reference: true });
  for (const round of [0, 1]) {
    const inputs = model.graphs[0]!.inputs.map((id, i) => {
      const { dtype, shape, data } = plain.tensor(id)!;
      const values = Int8Array.from(reals(data.length, seed + 10 * i + round), (value) => Math.floor(value * 128));
      return { dtype, shape, data: new Uint8Array(values.buffer) };
    });
    expect(fast.invoke(inputs)).toEqual(plain.invoke(inputs));
  }
}

describe('the fast kernels', () => {
  it('convolve as the plain ones do', () => {
    fc.assert(
      fc.property(shapes, (shape) => expectSame(convolution(shape, false), shape.seed)),
      { numRuns: 60 },
    );
  });

  it('convolve channel by channel as the plain ones do', () => {
    fc.assert(
      fc.property(shapes, (shape) => expectSame(convolution(shape, true), shape.seed)),
      { numRuns: 60 },
    );
  });

  it('connect fully as the plain ones do', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: -128, max: 127 }),
      fc.integer({ min: 1, max: 1000 }),
    );
    fc.assert(
      fc.property(sizes, ([inputs, outputs, batches, zeroPoint, seed]) =>
        expectSame(dense(inputs, outputs, batches, zeroPoint, seed), seed),
      ),
      { numRuns: 60 },
    );
  });

  it.each(['ADD', 'SUB', 'MUL'])('%s by a table of all pairs', (op) => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'int8', [1, 50, 50, 2], { quantization: perTensor(0.05, -3) });
    const z = b.input('z', 'int8', [1, 50, 50, 2], { quantization: perTensor(0.02, 12) });
    const y = b.activation('y', 'int8', [1, 50, 50, 2], { quantization: perTensor(0.06, 5) });
    expectSame(b.node(op, [x, z], [y], { fused_activation_function: 'RELU' }).outputs(y).model(), 5);
  });

  it('are what their sources compile to', { timeout: 120_000 }, async () => {
    expect(Buffer.from(await compileKernels()).toString('base64')).toBe(kernelBytes);
  });
});
