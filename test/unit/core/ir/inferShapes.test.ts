import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import type { Op } from '../../../../src/core/ir/ops/op';
import type { Slice } from '../../../../src/core/ir/ops/rearrange';
import type { Shape } from '../../../../src/core/ir/shape';
import { add, conv, depthwise, DraftGraph, fullyConnected, modelOf, relu, shapeOf } from './draftModel';

function inferred(op: Op, inputs: readonly Shape[], attributes = {}): Shape | null | undefined {
  const draft = new DraftGraph();
  const names = inputs.map((shape, index) => {
    draft.tensor(`in${index}`, shape);
    return `in${index}`;
  });
  draft.node(op, names, ['out'], { attributes });
  return shapeOf(inferShapes(draft.model(names, ['out'])), 'out');
}

describe('inferShapes, operator by operator', () => {
  it('slides convolution windows', () => {
    expect(
      inferred(conv({ strides: [2, 2] }), [
        [1, 97, 96, 3],
        [8, 3, 3, 3],
      ]),
    ).toEqual([1, 49, 48, 8]);
    expect(
      inferred(conv({ padding: { kind: 'valid' } }), [
        [1, 10, 10, 3],
        [8, 3, 5, 3],
      ]),
    ).toEqual([1, 8, 6, 8]);
    const explicit = conv({
      layout: 'NCHW',
      dilations: [2, 2],
      padding: { kind: 'explicit', begin: [1, 0], end: [2, 0] },
    });
    expect(
      inferred(explicit, [
        [2, 3, 10, 10],
        [8, 3, 3, 3],
      ]),
    ).toEqual([2, 8, 9, 6]);
  });

  it('keeps depthwise channels times multiplier in either layout', () => {
    expect(
      inferred(depthwise({ layout: 'NHWC' }), [
        [1, 8, 8, 3],
        [1, 3, 3, 6],
      ]),
    ).toEqual([1, 8, 8, 6]);
    expect(
      inferred(depthwise({ layout: 'NCHW' }), [
        [1, 3, 8, 8],
        [6, 1, 3, 3],
      ]),
    ).toEqual([1, 6, 8, 8]);
  });

  it('turns a transposed convolution round', () => {
    const padding = { kind: 'explicit', begin: [1, 1], end: [1, 1] } as const;
    const op: Op = {
      ...conv({ layout: 'NCHW', strides: [2, 2], padding }),
      kind: 'TransposeConv2d',
      outputPadding: [1, 1],
    };
    expect(
      inferred(op, [
        [1, 4, 5, 5],
        [4, 7, 3, 3],
      ]),
    ).toEqual([1, 7, 10, 10]);
  });

  it('counts a last pooling window that starts inside, with ceil', () => {
    const pool = (ceil: boolean, end: number): Op => ({
      kind: 'Pool',
      mode: 'max',
      layout: 'NCHW',
      window: [3],
      strides: [2],
      dilations: [1],
      padding: { kind: 'explicit', begin: [0], end: [end] },
      ceil,
      countPadding: false,
      activation: 'none',
    });
    expect(inferred(pool(false, 0), [[1, 1, 6]])).toEqual([1, 1, 2]);
    expect(inferred(pool(true, 0), [[1, 1, 6]])).toEqual([1, 1, 3]);
    expect(inferred(pool(true, 2), [[1, 1, 6]])).toEqual([1, 1, 4 - 1]);
  });

  it('multiplies matrices as numpy does', () => {
    const matMul: Op = { kind: 'MatMul', transposeA: false, transposeB: false, alpha: 1, beta: 1 };
    expect(
      inferred(matMul, [
        [7, 2, 3],
        [3, 5],
      ]),
    ).toEqual([7, 2, 5]);
    expect(inferred(matMul, [[3], [4, 3, 5]])).toEqual([4, 5]);
    expect(inferred(matMul, [[2, 3], [3]])).toEqual([2]);
    expect(
      inferred({ ...matMul, transposeB: true }, [
        [2, 3],
        [5, 3],
      ]),
    ).toEqual([2, 5]);
    expect(
      inferred(fullyConnected, [
        [2, 3, 4],
        [10, 12],
      ]),
    ).toEqual([2, 10]);
  });

  it('broadcasts, and keeps what cannot be known unknown', () => {
    expect(
      inferred(add, [
        [4, 1, 3],
        [5, 1],
      ]),
    ).toEqual([4, 5, 3]);
    expect(inferred({ kind: 'Opaque', bodies: [] }, [[4]])).toBeNull();
    expect(
      inferred(add, [
        [4, 2],
        [3, 2],
      ]),
    ).toEqual([null, 2]);
  });

  it('slices as numpy does', () => {
    const slice = (begin: number[], end: number[], strides: number[]): Slice => ({
      kind: 'Slice',
      begin,
      end,
      strides,
      axes: [0],
      shrink: [],
    });
    expect(inferred(slice([2], [-1], [2]), [[10, 3]])).toEqual([4, 3]);
    expect(inferred(slice([-1], [-11], [-1]), [[10, 3]])).toEqual([10, 3]);
    expect(inferred(slice([0], [2 ** 63], [1]), [[10, 3]])).toEqual([10, 3]);
    expect(inferred({ ...slice([1], [2], [1]), shrink: [0] }, [[10, 3]])).toEqual([3]);
  });
});

describe('inferShapes over graphs', () => {
  it('binds free dimensions of inputs to 1, or as told', () => {
    const model = new DraftGraph().tensor('x', ['batch', null, 3]).node(relu, ['x'], ['y']).model(['x'], ['y']);
    expect(shapeOf(inferShapes(model), 'y')).toEqual([1, 1, 3]);
    expect(shapeOf(inferShapes(model, { batch: 4 }), 'y')).toEqual([4, 1, 3]);
    expect(shapeOf(model, 'y')).toBeNull();
  });

  it('does not bind a symbol that is a result', () => {
    const draft = new DraftGraph().tensor('x', [4]).tensor('y', ['count'], 'int64');
    const model = draft.node({ kind: 'Opaque', bodies: [] }, ['x'], ['y']).model(['x'], ['y']);
    expect(shapeOf(inferShapes(model), 'y')).toEqual([null]);
  });

  it('keeps what the file states', () => {
    const model = new DraftGraph().tensor('x', [2]).tensor('y', [7]).node(relu, ['x'], ['y']).model(['x'], ['y']);
    expect(shapeOf(inferShapes(model), 'y')).toEqual([7]);
  });

  it('follows Shape, Gather, Unsqueeze, Concat and Reshape', () => {
    const model = new DraftGraph()
      .tensor('x', ['batch', 3, 4, 5])
      .tensor('zero', [], 'int64', { constant: new DraftGraph().list('zero', [0]).tensors[0]!.constant })
      .list('axes', [0])
      .list('rest', [-1])
      .node({ kind: 'Shape' }, ['x'], ['shape'])
      .node({ kind: 'Gather', axis: 0, batchDims: 0 }, ['shape', 'zero'], ['batch'])
      .node({ kind: 'Unsqueeze', axes: null }, ['batch', 'axes'], ['batch1'])
      .node({ kind: 'Concat', axis: 0, activation: 'none' }, ['batch1', 'rest'], ['wanted'])
      .node({ kind: 'Reshape', shape: null, zeroCopies: true }, ['x', 'wanted'], ['y'])
      .model(['x'], ['y']);
    expect(shapeOf(inferShapes(model, { batch: 2 }), 'y')).toEqual([2, 60]);
  });

  it('gives bodies what surrounds them, and an If what its branches agree on', () => {
    const branch = (units: number): ReturnType<DraftGraph['graph']> =>
      new DraftGraph()
        .tensor('x', null, 'unknown', { captured: true })
        .weights('w', [units, 4])
        .node(fullyConnected, ['x', 'w'], ['y'])
        .graph([], ['y']);
    const outer = new DraftGraph().tensor('c', [], 'bool').tensor('x', [3, 4]);
    outer.node({ kind: 'If', bodies: [1, 2] }, ['c'], ['out']).node(relu, ['out'], ['last']);
    const model = inferShapes(modelOf([outer.graph(['c', 'x'], ['last']), branch(5), branch(6)]));
    expect(shapeOf(model, 'last')).toEqual([3, null]);
    expect(model.graphs[2]!.tensors.at(-1)!.shape).toEqual([3, 6]);
  });

  it('survives graphs that run each other, and nests without the call stack', () => {
    const circle = [1, 0].map((body) =>
      new DraftGraph()
        .tensor('x', [1])
        .node({ kind: 'Call', bodies: [body] }, ['x'], ['y'])
        .graph(['x'], ['y']),
    );
    expect(shapeOf(inferShapes(modelOf(circle)), 'y')).toBeNull();
    const deep = Array.from({ length: 5000 }, (_, index) =>
      new DraftGraph()
        .tensor('x', [2])
        .node({ kind: 'Call', bodies: [index + 1] }, ['x'], ['y'])
        .graph(['x'], ['y']),
    );
    expect(inferShapes(modelOf(deep)).graphs).toHaveLength(5000);
  });

  it('walks 100,000 nodes', () => {
    const draft = new DraftGraph().tensor('t0', [1, 8]);
    for (let index = 0; index < 100_000; index += 1) draft.node(relu, [`t${index}`], [`t${index + 1}`]);
    expect(shapeOf(inferShapes(draft.model(['t0'], ['t100000'])), 't100000')).toEqual([1, 8]);
  });
});

const dimension = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constant(null), fc.constant('n'));
const axis = fc.integer({ min: -5, max: 5 });
const axes = fc.option(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 4 }));
const small = fc.array(fc.integer({ min: -3, max: 4 }), { maxLength: 4 });
const layout = fc.constantFrom('NHWC', 'NCHW');
const padding = fc.oneof(
  fc.constant({ kind: 'valid' }),
  fc.constant({ kind: 'same', odd: 'upper' }),
  fc.record({ kind: fc.constant('explicit'), begin: small, end: small }),
);
const spatial = { layout, strides: small, dilations: small, padding, activation: fc.constant('none') };

function kinds(...names: readonly string[]): { kind: fc.Arbitrary<string> } {
  return { kind: fc.constantFrom(...names) };
}

const anyOp = fc.oneof(
  fc.record({
    ...kinds('Conv1d', 'Conv2d', 'DepthwiseConv2d', 'TransposeConv2d'),
    ...spatial,
    groups: axis,
    outputPadding: small,
  }),
  fc.record({ ...kinds('Pool', 'GlobalPool'), ...spatial, window: small, ceil: fc.boolean() }),
  fc.record({ ...kinds('FullyConnected'), weights: fc.constantFrom('OI', 'IO'), keepDims: fc.boolean() }),
  fc.record({ ...kinds('MatMul'), transposeA: fc.boolean(), transposeB: fc.boolean() }),
  fc.record({ ...kinds('Reshape'), shape: axes, zeroCopies: fc.boolean() }),
  fc.record({ ...kinds('Squeeze', 'Unsqueeze', 'Reduce'), axes, keepDims: fc.boolean(), fn: fc.constant('sum') }),
  fc.record({ ...kinds('Transpose'), permutation: axes }),
  fc.record({
    ...kinds('Concat', 'Split', 'Gather', 'Pack', 'Unpack', 'ArgMax', 'LayerNorm', 'Flatten'),
    axis,
    sizes: axes,
    batchDims: fc.nat(3),
    output: fc.constant('int64'),
    keepDims: fc.boolean(),
  }),
  fc.record({ ...kinds('Slice'), begin: axes, end: axes, strides: axes, axes, shrink: small }),
  fc.record({ ...kinds('Pad'), before: axes, after: axes }),
  fc.record({ ...kinds('SpaceToDepth', 'DepthToSpace'), layout, blockSize: axis }),
  fc.record({ ...kinds('Resize'), layout, mode: fc.constant('nearest') }),
  fc.record({
    ...kinds('Lstm', 'Gru', 'Svdf'),
    hiddenSize: axis,
    direction: fc.constant('forward'),
    timeMajor: fc.boolean(),
    rank: axis,
  }),
  fc.record(
    kinds(
      'Shape',
      'Rank',
      'Tile',
      'Expand',
      'GatherNd',
      'ScatterNd',
      'Fill',
      'Range',
      'Where',
      'Add',
      'Select',
      'Softmax',
    ),
  ),
);

describe('any operator', () => {
  it('never throws on operands of any rank, and never answers a negative size', () => {
    const shape = fc.option(fc.array(dimension, { maxLength: 5 }));
    fc.assert(
      fc.property(
        anyOp,
        fc.array(fc.oneof(shape, small), { maxLength: 4 }),
        fc.boolean(),
        (op, operands, constants) => {
          const draft = new DraftGraph();
          const names = operands.map((operand, index) => {
            const counts = (operand ?? []).filter((dim) => typeof dim === 'number');
            if (constants && index > 0 && counts.length === operand?.length) {
              draft.list(`in${index}`, counts);
            } else {
              const shape = operand?.map((dim) => (typeof dim === 'number' ? Math.max(0, dim) : dim)) ?? null;
              draft.tensor(`in${index}`, shape);
            }
            return `in${index}`;
          });
          draft.node(op as unknown as Op, names, ['out', 'out2']);
          const out = shapeOf(inferShapes(draft.model([], ['out'])), 'out');
          expect(out?.filter((dim) => typeof dim === 'number' && (dim < 0 || !Number.isInteger(dim))) ?? []).toEqual(
            [],
          );
        },
      ),
      { numRuns: 3000 },
    );
  });
});
