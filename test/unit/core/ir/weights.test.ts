import { describe, expect, it } from 'vitest';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { countMacs } from '../../../../src/core/ir/macs';
import type { Op } from '../../../../src/core/ir/ops/op';
import { perTensor, type Quantization } from '../../../../src/core/ir/quantization';
import { quantizationSummary } from '../../../../src/core/ir/quantizationSummary';
import { constantFinder, findParameters, nodeParameters } from '../../../../src/core/ir/weights';
import { add, conv, depthwise, DraftGraph, fullyConnected, modelOf, relu } from './draftModel';

const perChannel: Quantization = { scales: Float32Array.of(1, 2), zeroPoints: Int32Array.of(0, 0), axis: 0 };

describe('countMacs', () => {
  const total = (op: Op, inputs: readonly (readonly number[])[], attributes = {}): number | null => {
    const draft = new DraftGraph();
    const names = inputs.map((shape, index) => {
      draft.tensor(`in${index}`, shape);
      return `in${index}`;
    });
    const model = draft.node(op, names, ['out'], { attributes }).model(names, ['out']);
    return countMacs(inferShapes(model))[0]!.total;
  };

  it('counts kernel times channels a group for each output of a convolution', () => {
    expect(
      total(conv({ strides: [2, 2] }), [
        [1, 96, 96, 3],
        [8, 3, 3, 3],
      ]),
    ).toBe(48 * 48 * 8 * 27);
    expect(
      total(conv({ layout: 'NCHW', groups: 2 }), [
        [1, 4, 8, 8],
        [6, 2, 3, 3],
      ]),
    ).toBe(6 * 64 * 18);
    expect(
      total(depthwise(), [
        [1, 8, 8, 4],
        [1, 3, 3, 4],
      ]),
    ).toBe(256 * 9);
  });

  it('counts products of matrices, and 0 for what is elementwise', () => {
    const matMul: Op = { kind: 'MatMul', transposeA: false, transposeB: true, alpha: 1, beta: 1 };
    expect(
      total(fullyConnected, [
        [3, 256],
        [10, 256],
      ]),
    ).toBe(3 * 2560);
    expect(
      total(matMul, [
        [2, 4, 5],
        [2, 6, 5],
      ]),
    ).toBe(2 * 4 * 5 * 6);
    expect(
      total(add, [
        [4, 4],
        [4, 4],
      ]),
    ).toBe(0);
  });

  it('counts recurrent layers by their weights, a step and a sample at a time', () => {
    const lstm: Op = { kind: 'Lstm', hiddenSize: 8, direction: 'forward', timeMajor: true, activation: 'tanh' };
    expect(
      total(
        lstm,
        [
          [10, 2, 3],
          [1, 32, 3],
          [1, 32, 8],
        ],
        { hidden_size: 8 },
      ),
    ).toBe(10 * 2 * 4 * 8 * (3 + 8));
    const svdf: Op = { kind: 'Svdf', rank: 2, activation: 'relu' };
    expect(
      total(svdf, [
        [1, 16],
        [64, 16],
        [64, 8],
      ]),
    ).toBe(64 * 16 + 64 * 8);
  });

  it('does not invent a count for an unknown operator, a loop or an unknown shape', () => {
    expect(total({ kind: 'Opaque', bodies: [] }, [[4]])).toBeNull();
    expect(total(conv(), [[1, 8, 8, 3]])).toBeNull();
    const body = new DraftGraph()
      .tensor('x', [1, 4])
      .weights('w', [5, 4])
      .node(fullyConnected, ['x', 'w'], ['y'])
      .graph(['x'], ['y']);
    const counts = (kind: 'While' | 'Call'): number | null => {
      const outer = new DraftGraph()
        .tensor('x', [1, 4])
        .node({ kind, bodies: [1] }, ['x'], ['y'])
        .graph(['x'], ['y']);
      return countMacs(inferShapes(modelOf([outer, body])))[0]!.total;
    };
    expect(counts('While')).toBeNull();
    expect(counts('Call')).toBe(20);
  });
});

describe('findParameters', () => {
  it('counts weights and biases, not shapes, axes and single numbers; shared bytes once', () => {
    const draft = new DraftGraph()
      .tensor('x', [1, 8, 8, 3])
      .weights('w', [4, 3, 3, 3])
      .weights('b', [4])
      .weights('half', []);
    const shared = draft.tensors[1]!.constant;
    const model = draft
      .tensor('again', [4, 3, 3, 3], 'float32', { constant: shared })
      .list('wanted', [1, -1])
      .node(conv(), ['x', 'w', 'b'], ['a'])
      .node(conv(), ['x', 'again'], ['c'])
      .node({ kind: 'Mul', activation: 'none' }, ['a', 'half'], ['d'])
      .node({ kind: 'Reshape', shape: null, zeroCopies: false }, ['d', 'wanted'], ['y'])
      .model(['x'], ['y']);
    expect(findParameters(model)).toMatchObject({ count: 108 + 4, bytes: (108 + 4) * 4 });
  });

  it('sees weights through what moves, casts or dequantizes them, and gives them to the operator that computes', () => {
    const draft = new DraftGraph()
      .tensor('x', [1, 4])
      .weights('half', [5, 4], 'float16')
      .node({ kind: 'Dequantize' }, ['half'], ['full'])
      .node({ kind: 'Transpose', permutation: [1, 0] }, ['full'], ['turned'])
      .node({ kind: 'FullyConnected', weights: 'IO', keepDims: true, activation: 'none' }, ['x', 'turned'], ['y']);
    const model = draft.model(['x'], ['y']);
    const parameters = findParameters(model);
    expect(parameters).toMatchObject({ count: 20, bytes: 40 });
    const owners = model.graphs[0]!.nodes.map(
      (node) => nodeParameters(node, parameters.graphs[0]!, constantFinder(model.graphs[0]!)).length,
    );
    expect(owners).toEqual([0, 0, 1]);
    expect(quantizationSummary(inferShapes(model))).toBe('float16 weights');
  });

  it('finds weights that a body takes from the graph around it', () => {
    const body = new DraftGraph()
      .tensor('x', [1, 4], 'float32', { captured: true })
      .tensor('w', [5, 4], 'float32', { captured: true })
      .node(fullyConnected, ['x', 'w'], ['y'])
      .graph([], ['y']);
    const outer = new DraftGraph().tensor('c', []).tensor('x', [1, 4]).weights('w', [5, 4]);
    outer.node({ kind: 'If', bodies: [1, 1] }, ['c'], ['y']);
    expect(findParameters(modelOf([outer.graph(['c', 'x'], ['y']), body])).count).toBe(20);
  });
});

describe('quantizationSummary', () => {
  const words = (x: Quantization | null, w: Quantization | null, dtypes: [string, string, string]): string => {
    const [ports, activations, weights] = dtypes as ['int8', 'int8', 'int8'];
    const model = new DraftGraph()
      .tensor('in', [1, 4], ports, { quantization: ports.startsWith('float') ? null : x })
      .tensor('x', [1, 4], activations, { quantization: x })
      .weights('w', [2, 4], weights, w)
      .tensor('y', [1, 2], activations, { quantization: x })
      .tensor('out', [1, 2], ports, { quantization: ports.startsWith('float') ? null : x })
      .node({ kind: 'Quantize' }, ['in'], ['x'])
      .node(fullyConnected, ['x', 'w'], ['y'])
      .node({ kind: 'Dequantize' }, ['y'], ['out'])
      .model(['in'], ['out']);
    return quantizationSummary(model);
  };
  const scale = perTensor(0.5, 0);

  it.each([
    [null, null, ['float32', 'float32', 'float32'], 'float32'],
    [null, null, ['float16', 'float16', 'float16'], 'float16'],
    [scale, perChannel, ['int8', 'int8', 'int8'], 'int8 per-channel, int8 in and out'],
    [scale, scale, ['float32', 'int8', 'int8'], 'int8 per-tensor, float in and out'],
    [null, scale, ['float32', 'float32', 'int8'], 'hybrid: int8 weights, float activations'],
    [scale, scale, ['uint8', 'uint8', 'uint8'], 'uint8'],
    [scale, scale, ['float32', 'uint8', 'uint8'], 'uint8, float in and out'],
    [scale, perChannel, ['int16', 'int16', 'int8'], 'int16 activations, int8 weights, int16 in and out'],
  ] as const)('says %#: %s', (x, w, dtypes, expected) => {
    expect(words(x, w, [...dtypes])).toBe(expected);
  });

  it('says what is mixed, and what has no weights', () => {
    const mixed = new DraftGraph()
      .tensor('x', [1, 4], 'int8', { quantization: scale })
      .weights('w', [4, 4], 'int8', perChannel)
      .tensor('y', [1, 4], 'int8', { quantization: scale })
      .weights('f', [4, 4])
      .tensor('real', [1, 4])
      .node(fullyConnected, ['x', 'w'], ['y'])
      .node({ kind: 'Dequantize' }, ['y'], ['real'])
      .node(fullyConnected, ['real', 'f'], ['z'])
      .node(fullyConnected, ['real', 'f'], ['z2']);
    expect(quantizationSummary(mixed.model(['x'], ['z']))).toBe(
      'mixed: int8 per-channel (1 operator), float32 (2 operators)',
    );
    const plain = new DraftGraph().tensor('x', [4], 'float32').tensor('y', [4]).node(relu, ['x'], ['y']);
    expect(quantizationSummary(plain.model(['x'], ['y']))).toBe('float32');
  });
});
