import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../../../src/core/ir/attributes';
import type { DType } from '../../../../../../src/core/ir/dtype';
import type { Tensor } from '../../../../../../src/core/ir/tensor';
import { cmsisNnRules } from '../../../../../../src/core/memory/tflm/cmsisNn/cmsisNnRules';
import type { CmsisNnSet } from '../../../../../../src/core/memory/tflm/cmsisNn/cmsisNnSet';
import { type KernelRequests, persistent, scratch } from '../../../../../../src/core/memory/tflm/kernelRequests';
import { referenceRules } from '../../../../../../src/core/memory/tflm/reference/referenceRules';
import { asksOf, type Operand } from '../../../../../fixtures/kernelAsks';

const stored = { byteLength: 0, storedBytes: 0, read: () => new Uint8Array(0), key: 'weights' };
const constant: Partial<Tensor> = { constant: stored };

function scales(count: number): Partial<Tensor> {
  const quantization = { scales: new Float32Array(count).fill(1), zeroPoints: new Int32Array(count), axis: 0 };
  return { quantization, constant: stored };
}

function asks(set: CmsisNnSet, op: string, operands: readonly Operand[], attributes: Attributes = {}): KernelRequests {
  return asksOf(cmsisNnRules(set), op, operands, attributes);
}

const kept = ({ init, prepare }: KernelRequests) => ({ init, prepare });
const same: Attributes = { padding: 'SAME', stride_w: 1, stride_h: 1, dilation_w_factor: 1, dilation_h_factor: 1 };

describe('CMSIS-NN kernels', () => {
  it('override operators that TFLM has, and no others', () => {
    const names = [...cmsisNnRules('cmsis-nn-dsp').keys()];
    expect(names).toHaveLength(17);
    expect(names.filter((name) => !referenceRules.has(name))).toEqual([]);
    expect([...cmsisNnRules('cmsis-nn-mve').keys()]).toEqual(names);
  });

  it('convolve with multipliers a channel, then scratch by the activations whatever the weights', () => {
    const conv = (dtype: DType, weights: DType, bias: DType) =>
      kept(
        asks(
          'cmsis-nn-mve',
          'CONV_2D',
          [
            [dtype, [1, 8, 8, 3]],
            [weights, [5, 3, 3, 3]],
            [bias, [5]],
            [dtype, [1, 8, 8, 5]],
          ],
          same,
        ),
      );
    const channels = [persistent(20), persistent(20)];
    expect(conv('int8', 'int8', 'int32')).toEqual({ init: [60], prepare: [...channels, scratch(128)] });
    expect(conv('int8', 'int4', 'int32')).toEqual(conv('int8', 'int8', 'int32'));
    expect(conv('int16', 'int8', 'int64')).toEqual({ init: [60], prepare: [...channels, scratch(256)] });
    expect(conv('int16', 'int8', 'int32')).toEqual(conv('int16', 'int8', 'int64'));
    expect(conv('float32', 'float32', 'float32')).toEqual({ init: [60], prepare: [] });
  });

  it('pad as SAME does: 1 above and below keeps the 3x3 depthwise kernel of DSP without scratch, 2 does not', () => {
    const depthwise = (set: CmsisNnSet, dtype: DType, weights: DType, side: number, dilation = 1) =>
      asks(
        set,
        'DEPTHWISE_CONV_2D',
        [
          [dtype, [1, 8, 8, 4]],
          [weights, [1, side, side, 4]],
          ['int32', [4]],
          [dtype, [1, 8, 8, 4]],
        ],
        { ...same, dilation_w_factor: dilation, dilation_h_factor: dilation },
      ).prepare.slice(2);
    expect(depthwise('cmsis-nn-dsp', 'int8', 'int8', 3)).toEqual([]);
    expect(depthwise('cmsis-nn-dsp', 'int8', 'int8', 5)).toEqual([scratch(200)]);
    expect(depthwise('cmsis-nn-c', 'int8', 'int8', 5)).toEqual([]);
    expect(depthwise('cmsis-nn-c', 'int8', 'int4', 3)).toEqual([scratch(72)]);
    expect(depthwise('cmsis-nn-mve', 'int8', 'int8', 3)).toEqual([scratch(4464)]);
    expect(depthwise('cmsis-nn-mve', 'int8', 'int8', 3, 2)).toEqual([]);
    expect(depthwise('cmsis-nn-mve', 'int16', 'int8', 3)).toEqual([]);
  });

  it('transpose convolutions with a second buffer, which may be of no bytes', () => {
    const operands = (dtype: DType, bias: DType): readonly Operand[] => [
      [dtype, [1, 4, 4, 8]],
      ['int8', [2, 3, 3, 8]],
      [bias, [2]],
      [dtype, [1, 8, 8, 2]],
    ];
    const stride = { padding: 'SAME', stride_w: 2, stride_h: 2 };
    const channels = [persistent(8), persistent(8)];
    expect(kept(asks('cmsis-nn-c', 'TRANSPOSE_CONV', operands('int8', 'int32'), stride))).toEqual({
      init: [76],
      prepare: [...channels, scratch(216), scratch(0)],
    });
    expect(kept(asks('cmsis-nn-c', 'TRANSPOSE_CONV', operands('int16', 'int16'), stride))).toEqual({
      init: [76],
      prepare: [...channels, scratch(1024), scratch(16)],
    });
  });

  it('keep the sums of constant weights for MVE; above two dimensions run as a convolution', () => {
    const dense = (set: CmsisNnSet, dtype: DType, weights: Partial<Tensor>, shape: readonly number[]) =>
      asks(set, 'FULLY_CONNECTED', [[dtype, [1, 8]], ['int8', [6, 8], weights], null, [dtype, shape]]).prepare;
    expect(dense('cmsis-nn-dsp', 'int8', constant, [1, 6])).toEqual([]);
    expect(dense('cmsis-nn-mve', 'int8', constant, [1, 6])).toEqual([persistent(24)]);
    expect(dense('cmsis-nn-mve', 'int8', {}, [1, 6])).toEqual([scratch(24)]);
    expect(dense('cmsis-nn-mve', 'int16', constant, [1, 6])).toEqual([]);
    expect(dense('cmsis-nn-mve', 'int8', scales(6), [1, 6])).toEqual([persistent(24), persistent(24), persistent(24)]);
    expect(dense('cmsis-nn-dsp', 'int8', constant, [1, 1, 6])).toEqual([scratch(48)]);
    expect(dense('cmsis-nn-mve', 'int8', scales(6), [1, 1, 6])).toEqual([persistent(24), persistent(24)]);
  });

  it('multiply batches with the right side transposed first and the multiplier after it', () => {
    const product = (set: CmsisNnSet, dtype: DType, attributes: Attributes) =>
      asks(
        set,
        'BATCH_MATMUL',
        [
          [dtype, [2, 4, 8]],
          [dtype, [2, 8, 5]],
          [dtype, [2, 4, 5]],
        ],
        attributes,
      );
    expect(kept(product('cmsis-nn-mve', 'int8', {}))).toEqual({
      init: [36],
      prepare: [persistent(12), persistent(16), persistent(80), persistent(16), persistent(28), scratch(20)],
    });
    expect(product('cmsis-nn-mve', 'int16', { adj_y: true }).prepare).toEqual([persistent(16), persistent(28)]);
    expect(product('cmsis-nn-dsp', 'float32', { adj_y: true }).prepare).toEqual([persistent(16)]);
  });

  it('sum channels in scratch for averages on DSP alone', () => {
    const average = (set: CmsisNnSet, dtype: DType) =>
      kept(
        asks(set, 'AVERAGE_POOL_2D', [
          [dtype, [1, 4, 4, 12]],
          [dtype, [1, 1, 1, 12]],
        ]),
      );
    expect(average('cmsis-nn-dsp', 'int8')).toEqual({ init: [36], prepare: [scratch(48)] });
    expect(average('cmsis-nn-dsp', 'int16')).toEqual(average('cmsis-nn-dsp', 'int8'));
    expect(average('cmsis-nn-dsp', 'float32').prepare).toEqual([]);
    expect(average('cmsis-nn-c', 'int8').prepare).toEqual([]);
    expect(average('cmsis-nn-mve', 'int8').prepare).toEqual([]);
  });

  it('keep tables for softmax of int16 and sums of weights for SVDF on MVE', () => {
    expect(
      asks('cmsis-nn-c', 'SOFTMAX', [
        ['int16', [1, 4]],
        ['int16', [1, 4]],
      ]).prepare,
    ).toEqual([persistent(1026), persistent(1026)]);
    const svdf = (set: CmsisNnSet, dtype: DType) =>
      asks(
        set,
        'SVDF',
        [[dtype, [1, 10]], [dtype, [8, 10]], [dtype, [8, 3]], null, [dtype, [1, 24]], [dtype, [1, 4]]],
        {
          rank: 2,
        },
      ).prepare;
    expect(svdf('cmsis-nn-dsp', 'int8')).toEqual([scratch(32), scratch(16)]);
    expect(svdf('cmsis-nn-mve', 'int8')).toEqual([scratch(32), scratch(16), persistent(32)]);
    expect(svdf('cmsis-nn-mve', 'float32')).toEqual([scratch(32)]);
  });

  it('keep eight sums for an LSTM of integers and share three buffers of a step; floats have four', () => {
    const lstm = (dtype: DType, cell: DType, weights: Partial<Tensor> = {}) => {
      const operands: Operand[] = Array.from({ length: 24 }, () => null);
      operands[0] = [dtype, [7, 2, 5]];
      for (let gate = 1; gate <= 8; gate++) operands[gate] = [dtype, [6, gate <= 4 ? 5 : 6]];
      operands[1] = [dtype, [6, 5], weights];
      operands[18] = [dtype, [2, 6]];
      operands[19] = [cell, [2, 6]];
      const output: Operand = [dtype, [7, 2, 6]];
      return kept(asks('cmsis-nn-dsp', 'UNIDIRECTIONAL_SEQUENCE_LSTM', [...operands, output], { time_major: true }));
    };
    const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
    expect(lstm('int8', 'int16')).toEqual({
      init: [912],
      prepare: [...times(8, persistent(24)), ...times(3, scratch(24))],
    });
    expect(lstm('int16', 'int16').prepare).toEqual([...times(8, persistent(48)), ...times(3, scratch(24))]);
    expect(lstm('float32', 'float32').prepare).toEqual(times(4, scratch(48)));
    expect(lstm('int8', 'int16', scales(6)).prepare).toEqual([...times(10, persistent(24)), ...times(3, scratch(24))]);
  });
});
