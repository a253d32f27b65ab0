import { describe, expect, it } from 'vitest';
import { countMacs } from '../../../../src/core/ir/macs';
import { mainGraph } from '../../../../src/core/ir/model';
import { roleOf } from '../../../../src/core/ir/semantics/registry';
import { modelOf, results, type Case, type Operand } from './oneOperator';

const int8 = (...shape: number[]): Operand => ({ dtype: 'int8', shape });
const uint8 = (...shape: number[]): Operand => ({ dtype: 'uint8', shape });

describe('operators on integers with their own scales', () => {
  const qlinear: Case = {
    op: 'QLinearConv',
    inputs: [
      uint8(1, 4, 7, 7),
      [1],
      uint8(1),
      int8(8, 2, 3, 3),
      [8],
      int8(8),
      [1],
      int8(1),
      { dtype: 'int32', shape: [8] },
    ],
    attributes: { ints: { group: 2 }, intLists: { strides: [2, 2], pads: [1, 1, 1, 1] } },
  };

  it('have the shapes of their float forms and the types of their zero points', () => {
    expect(results(qlinear)).toEqual(['int8 [1,8,4,4]']);
    expect(results({ op: 'ConvInteger', inputs: [uint8(1, 1, 4, 4), uint8(1, 1, 2, 2)] })).toEqual(['int32 [1,1,3,3]']);
    const matMul = [uint8(2, 2, 4), [1], uint8(1), uint8(4, 3), [1], uint8(1), [1], int8(1)] as const;
    expect(results({ op: 'QLinearMatMul', inputs: matMul })).toEqual(['int8 [2,2,3]']);
    expect(results({ op: 'MatMulInteger', inputs: [uint8(4, 3), uint8(3, 2)] })).toEqual(['int32 [4,2]']);
  });

  it('count the products they sum', () => {
    expect(countMacs(modelOf(qlinear))[0]!.total).toBe(8 * 4 * 4 * 2 * 3 * 3);
    expect(countMacs(modelOf({ op: 'MatMulInteger', inputs: [uint8(4, 3), uint8(3, 2)] }))[0]!.total).toBe(4 * 2 * 3);
  });

  it('call their operands what they are', () => {
    const [node] = mainGraph(modelOf(qlinear)).nodes;
    const roles = node!.inputs.map((_, at) => roleOf(node!, at));
    const ofEach = ['quantization', 'zero point'];
    expect(roles).toEqual(['input', ...ofEach, 'weights', ...ofEach, ...ofEach, 'bias']);
  });
});

describe('MACs of operators known by name', () => {
  const macs = (one: Case): number | null => countMacs(modelOf(one))[0]!.total;

  it('count attention as its two products of matrices', () => {
    const attention: Case = {
      op: 'Attention',
      inputs: [
        [2, 3, 4, 8],
        [2, 3, 6, 8],
        [2, 3, 6, 10],
      ],
      opset: 23,
    };
    expect(macs(attention)).toBe(2 * 3 * 4 * 6 * (8 + 10));
  });

  it('count a contraction by all its labels, and no other', () => {
    const einsum = (equation: string, inputs: readonly Operand[]): Case => ({
      op: 'Einsum',
      inputs,
      attributes: { strings: { equation } },
    });
    expect(
      macs(
        einsum('bij,bjk->bik', [
          [5, 2, 3],
          [5, 3, 4],
        ]),
      ),
    ).toBe(5 * 2 * 3 * 4);
    expect(macs(einsum('ij->ji', [[2, 3]]))).toBe(0);
    expect(
      macs(
        einsum('ij,jk,kl->il', [
          [2, 3],
          [3, 4],
          [4, 5],
        ]),
      ),
    ).toBeNull();
  });

  it('count a transposed convolution by its input, and do not count a transform', () => {
    expect(
      macs({
        op: 'ConvTranspose',
        inputs: [
          [1, 4, 5],
          [4, 2, 3],
        ],
      }),
    ).toBe(5 * 4 * 2 * 3);
    expect(macs({ op: 'DFT', inputs: [[1, 10, 1]] })).toBeNull();
    expect(macs({ op: 'NobodyKnowsThis', inputs: [[1, 10, 1]] })).toBeNull();
  });
});
