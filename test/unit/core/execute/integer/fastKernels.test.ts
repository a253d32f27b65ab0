import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels } from '../../../../../scripts/assembly.mjs';
import { kernelBytes } from '../../../../../src/core/execute/integer/fast/kernelBytes';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import type { Model } from '../../../../../src/core/ir/model';
import { perTensor, type Quantization } from '../../../../../src/core/ir/quantization';
import { packNibbles } from '../../../../fixtures/oneOperator';
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

interface Quantities {
  readonly zeroPoint: number;
  readonly outputScale: number;
  readonly outputZeroPoint: number;
  readonly activation: 'NONE' | 'RELU' | 'RELU6' | 'RELU_N1_TO_1';
  readonly isNarrow: boolean;
  readonly hasBias: boolean;
  readonly perChannel: boolean;
  readonly seed: number;
}

/** Zero points at both ends of int8 come up often; output scales go from all saturated to all alike. */
const zeroPoints = fc.oneof(fc.constantFrom(-128, 127, 0), fc.integer({ min: -128, max: 127 }));

const quantities: fc.Arbitrary<Quantities> = fc.record({
  zeroPoint: zeroPoints,
  outputScale: fc.constantFrom(1e-5, 0.002, 0.04, 0.3, 40),
  outputZeroPoint: zeroPoints,
  activation: fc.constantFrom('NONE' as const, 'RELU' as const, 'RELU6' as const, 'RELU_N1_TO_1' as const),
  isNarrow: fc.boolean(),
  hasBias: fc.boolean(),
  perChannel: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

interface Slide {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
}

const slides: fc.Arbitrary<Slide> = fc.record({
  size: fc.integer({ min: 7, max: 12 }),
  window: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
});

interface Shape {
  readonly rows: Slide;
  readonly columns: Slide;
  readonly channels: number;
  readonly filters: number;
  readonly padding: 'SAME' | 'VALID';
  readonly quantities: Quantities;
}

/** Channels on both sides of the blocks of 8 that the kernels compute at once. */
const channels = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(7, 8, 9, 15, 16, 17, 33));

const shapes: fc.Arbitrary<Shape> = fc.record({
  rows: slides,
  columns: slides,
  channels,
  filters: channels,
  padding: fc.constantFrom('SAME' as const, 'VALID' as const),
  quantities,
});

function extent({ size, window, stride, dilation }: Slide, padding: Shape['padding']): number {
  if (padding === 'SAME') return Math.ceil(size / stride);
  return Math.floor((size - (window - 1) * dilation - 1) / stride) + 1;
}

/** The constant weights of a layer, int8 or int4. */
function addWeights(b: TfliteBuilder, shape: readonly number[], axis: number, of: Quantities): number {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const quantization = of.perChannel
    ? { ...channelScales(shape[axis]!, of.seed + 2), axis }
    : perTensor(0.003 * 2 ** (of.seed % 7), 0);
  const values = weights(count, of.seed);
  return of.isNarrow
    ? b.constant('w', shape, packNibbles(Int32Array.from(values, (value) => value >> 4)), {
        quantization,
        dtype: 'int4',
      })
    : b.constant('w', shape, values, { quantization });
}

function outputSide({ outputScale, outputZeroPoint }: Quantities): { readonly quantization: Quantization } {
  return { quantization: perTensor(outputScale, outputZeroPoint) };
}

function convolution({ rows, columns, padding, ...shape }: Shape, isDepthwise: boolean): Model {
  const of = shape.quantities;
  const filters = isDepthwise ? shape.channels : shape.filters;
  const b = new TfliteBuilder();
  const x = b.input('x', 'int8', [1, rows.size, columns.size, shape.channels], {
    quantization: perTensor(0.05, of.zeroPoint),
  });
  const window = [rows.window, columns.window];
  const filterShape = isDepthwise ? [1, ...window, filters] : [filters, ...window, shape.channels];
  const w = addWeights(b, filterShape, isDepthwise ? 3 : 0, of);
  const bias = of.hasBias ? [b.constant('bias', [filters], biases(filters, of.seed + 1))] : [];
  const y = b.activation('y', 'int8', [1, extent(rows, padding), extent(columns, padding), filters], outputSide(of));
  return b
    .node(isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D', [x, w, ...bias], [y], {
      padding,
      stride_h: rows.stride,
      stride_w: columns.stride,
      dilation_h_factor: rows.dilation,
      dilation_w_factor: columns.dilation,
      fused_activation_function: of.activation,
      ...(isDepthwise ? { depth_multiplier: 1 } : {}),
    })
    .outputs(y)
    .model();
}

function dense(inputs: number, outputs: number, batches: number, of: Quantities): Model {
  const b = new TfliteBuilder();
  const x = b.input('x', 'int8', [batches, inputs], { quantization: perTensor(0.05, of.zeroPoint) });
  // A list of one scale is a scale for the tensor, which TFLM holds the bias to.
  const held = { ...of, perChannel: of.perChannel && !of.isNarrow && outputs > 1 };
  const w = addWeights(b, [outputs, inputs], 0, held);
  const biasScale = 0.05 * 0.003 * 2 ** (of.seed % 7);
  const bias = of.hasBias
    ? [b.constant('bias', [outputs], biases(outputs, of.seed + 1), { quantization: perTensor(biasScale, 0) })]
    : [];
  const y = b.activation('y', 'int8', [batches, outputs], outputSide(of));
  return b
    .node('FULLY_CONNECTED', [x, w, ...bias], [y], { fused_activation_function: of.activation })
    .outputs(y)
    .model();
}

/** Inputs of a run: the ends of int8, or anything; nothing of one run may be left over in the next. */
const ROUNDS: readonly ((value: number, i: number) => number)[] = [
  (value) => Math.floor(value * 128),
  () => -128,
  (_, i) => (i % 2 === 0 ? 127 : -128),
  () => 127,
  (value) => Math.floor(value * 128),
];

function expectSame(model: Model, seed: number): void {
  const fast = createIntegerSession(model);
  const plain = createIntegerSession(model, { reference: true });
  for (const [round, valueOf] of ROUNDS.entries()) {
    const inputs = model.graphs[0]!.inputs.map((id, i) => {
      const { dtype, shape, data } = plain.tensor(id)!;
      const values = Int8Array.from(reals(data.length, seed + 10 * i + round), valueOf);
      return { dtype, shape, data: new Uint8Array(values.buffer) };
    });
    expect(fast.invoke(inputs)).toEqual(plain.invoke(inputs));
  }
}

describe('the fast kernels', { timeout: 120_000 }, () => {
  it('convolve as the plain ones do', () => {
    fc.assert(
      fc.property(shapes, (shape) => expectSame(convolution(shape, false), shape.quantities.seed)),
      { numRuns: 100 },
    );
  });

  it('convolve channel by channel as the plain ones do', () => {
    fc.assert(
      fc.property(shapes, (shape) => expectSame(convolution(shape, true), shape.quantities.seed)),
      { numRuns: 100 },
    );
  });

  it('connect fully as the plain ones do', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), channels, fc.integer({ min: 1, max: 6 }), quantities);
    const oneOutput: Quantities = {
      ...{ zeroPoint: -128, outputScale: 1e-5, outputZeroPoint: 0, activation: 'NONE', isNarrow: false },
      ...{ hasBias: true, perChannel: true, seed: 1 },
    };
    fc.assert(
      fc.property(sizes, ([inputs, outputs, batches, of]) => expectSame(dense(inputs, outputs, batches, of), of.seed)),
      { numRuns: 100, examples: [[[1, 1, 1, oneOutput]]] },
    );
  });

  it('combine pairs by a table as the plain ones compute them', () => {
    const operators = fc.constantFrom('ADD', 'SUB', 'MUL');
    const scales = fc.tuple(fc.constantFrom(1e-3, 0.05, 0.7), fc.constantFrom(0.02, 0.3));
    fc.assert(
      fc.property(operators, scales, zeroPoints, quantities, (op, [first, second], zeroPoint, of) => {
        const b = new TfliteBuilder();
        // From just below where a table is worth it to an odd count above.
        const shape = [1, 41, 25 + (of.seed % 3) * 25, 2];
        const x = b.input('x', 'int8', shape, { quantization: perTensor(first, of.zeroPoint) });
        const z = b.input('z', 'int8', shape, { quantization: perTensor(second, zeroPoint) });
        const y = b.activation('y', 'int8', shape, outputSide(of));
        expectSame(b.node(op, [x, z], [y], { fused_activation_function: of.activation }).outputs(y).model(), of.seed);
      }),
      { numRuns: 40 },
    );
  });

  it('are what their sources compile to', { timeout: 120_000 }, async () => {
    expect(Buffer.from(await compileKernels()).toString('base64')).toBe(kernelBytes);
  });
});
