import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/core/ir/errors';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import type { Model } from '../../../../src/core/ir/model';
import { buildHistogramView } from '../../../../src/core/views/buildHistogramView';
import { buildLayersView } from '../../../../src/core/views/buildLayersView';
import { buildNodeView, formatAttribute } from '../../../../src/core/views/buildNodeView';
import { buildOverview } from '../../../../src/core/views/buildOverview';
import { add, constantOf, conv, DraftGraph, fullyConnected } from '../ir/draftModel';

function network(): Model {
  return new DraftGraph()
    .tensor('x', ['N', 8, 8, 3])
    .weights('w', [4, 3, 3, 3])
    .weights('b', [4])
    .node(conv({ strides: [2, 2] }), ['x', 'w', 'b'], ['c'], { op: 'CONV_2D', attributes: { stride_h: 2 } })
    .node(add, ['c', 'c'], ['d'], { op: 'ADD' })
    .node({ kind: 'Opaque', bodies: [] }, ['d'], ['e'], { op: 'Odd' })
    .model(['x'], ['e']);
}

describe('buildLayersView', () => {
  it('has a row a node, and -1 for what is not known', () => {
    const view = buildLayersView(inferShapes(network()), 0);
    expect(view.ops).toEqual(['CONV_2D', 'ADD', 'Odd']);
    expect(view.details).toEqual(['3×3 /2', '', '']);
    expect(view.names).toEqual(['c', 'd', 'e']);
    expect(view.shapes).toEqual(['1×4×4×4', '1×4×4×4', 'unknown shape']);
    expect([...view.macs]).toEqual([64 * 27, 0, -1]);
    expect([...view.parameters]).toEqual([112, 0, 0]);
    expect([...view.weightBytes]).toEqual([448, 0, 0]);
    expect([...view.outputBytes]).toEqual([256, 256, -1]);
    expect([...view.liveBytes]).toEqual([-1, -1, -1]);
  });

  it('gives the bytes alive at each operator', () => {
    const model = new DraftGraph()
      .tensor('x', [1, 64])
      .node(add, ['x', 'x'], ['a'])
      .node(add, ['a', 'x'], ['b'])
      .node(add, ['b', 'b'], ['y'])
      .model(['x'], ['y']);
    expect([...buildLayersView(inferShapes(model), 0).liveBytes]).toEqual([512, 768, 512]);
  });
});

describe('buildNodeView', () => {
  it('names roles, shares and the tensor to draw', () => {
    const chain = new DraftGraph()
      .tensor('x', [1, 4])
      .weights('w', [4, 4], 'int8', { scales: Float32Array.of(1, 2, 4, 8), zeroPoints: new Int32Array(4), axis: 0 })
      .node(fullyConnected, ['x', 'w', null], ['a'], { attributes: { keep: false } })
      .node(fullyConnected, ['a', 'w'], ['y']);
    const view = buildNodeView(inferShapes(chain.model(['x'], ['y'])), 0, 0);
    expect(view).toMatchObject({ macs: 16, macsShare: 0.5, weightBytes: 16, weightsTensor: 1 });
    expect(view.inputs.map(({ role }) => role)).toEqual(['input', 'weights']);
    expect(view.inputs[1]!.quantization).toEqual({
      scaleCount: 4,
      scale: 1,
      minScale: 1,
      maxScale: 8,
      zeroPoint: 0,
      axis: 0,
    });
    expect(view.outputs.map(({ role, shape }) => [role, shape])).toEqual([['output', '1×4']]);
    expect(view.attributes).toEqual([['keep', 'false']]);
  });

  it('says when there is no such node', () => {
    expect(() => buildNodeView(network(), 0, 9)).toThrow(ModelError);
    expect(() => buildNodeView(network(), 3, 0)).toThrow(/no operator/);
  });

  it('formats attributes for people', () => {
    expect(formatAttribute(Math.fround(0.1))).toBe('0.1');
    expect(formatAttribute([1, 2n, 3])).toBe('[1, 2, 3]');
    expect(formatAttribute(Array.from({ length: 100 }, () => 0))).toMatch(/^\[0, .*… \(100 values\)\]$/);
    expect(formatAttribute(new Uint8Array(5))).toBe('5 bytes');
    expect(formatAttribute({ tensor: { dtype: 'float32', shape: [2, 3] } })).toBe('float32 2×3');
    expect(formatAttribute('a'.repeat(1000)).length).toBeLessThan(300);
  });
});

describe('buildHistogramView', () => {
  const of = (values: readonly number[], shape: readonly number[]): ReturnType<typeof buildHistogramView> => {
    const bytes = new Uint8Array(Float32Array.from(values).buffer);
    const draft = new DraftGraph().tensor('w', shape, 'float32', { constant: constantOf(bytes, 'w') });
    return buildHistogramView(draft.tensor('x', [1]).model(['x'], ['x']), 0, 0);
  };

  it('counts values in 64 bins and what is not finite in none', () => {
    const view = of([-1, 0, 0, 1, NaN, Infinity], [6]);
    expect(view).toMatchObject({
      count: 6,
      min: -1,
      max: 1,
      mean: 0,
      zeros: 2,
      notFinite: 2,
      sampled: false,
      channels: null,
    });
    expect(view.deviation).toBeCloseTo(Math.SQRT1_2);
    expect([view.bins[0], view.bins[32], view.bins[63]]).toEqual([1, 2, 1]);
    expect(of([], [0])).toMatchObject({ count: 0, min: 0, max: 0 });
    expect(of([3, 3], [2]).bins[32]).toBe(2);
  });

  it('gives each channel its range', () => {
    const values = Array.from({ length: 202 }, (_, index) => (index < 101 ? index : -index));
    expect([...of(values, [2, 101]).channels!]).toEqual([0, 5, 95, 100, -201, -196, -106, -101]);
  });

  it('reads a sample of a large constant that meets every column', () => {
    const columns = Array.from({ length: 6_000_000 }, (_, index) => index % 64);
    const view = of(columns, [columns.length / 64, 64]);
    expect(view.sampled).toBe(true);
    expect(view.count).toBeLessThanOrEqual(4_000_000);
    expect(Math.max(...view.bins) - Math.min(...view.bins)).toBeLessThanOrEqual(1);
  });
});

describe('buildOverview', () => {
  it('gathers operators by version with their share, the unknown first', () => {
    const model = network();
    const view = buildOverview(model, inferShapes(model), 'because');
    expect(view.operatorShares.map(({ op, count, macs }) => [op, count, macs])).toEqual([
      ['Odd', 1, null],
      ['CONV_2D', 1, 1728],
      ['ADD', 1, 0],
    ]);
    expect(view).toMatchObject({ graphs: [{ name: 'main', nodes: 3 }], quantizeRefusal: 'because' });
    expect(view.inspect.inputs[0]!.shape).toEqual(['N', 8, 8, 3]);
  });
});
