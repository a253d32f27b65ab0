import { describe, expect, it } from 'vitest';
import type { Op } from '../../../../../src/core/ir/ops/op';
import { planWhatIf } from '../../../../../src/core/memory/whatIf/whatIf';
import { GraphByHand, modelOf } from '../graphByHand';

const shared = {
  layout: 'NHWC',
  strides: [1, 1],
  dilations: [1, 1],
  padding: { kind: 'same', odd: 'upper' },
  activation: 'none',
} as const;
const conv: Op = { ...shared, kind: 'Conv2d', groups: 1 };
const depthwise: Op = { ...shared, kind: 'DepthwiseConv2d', multiplier: 1 };

function graph(dtype: 'int8' | 'float32') {
  return modelOf([
    new GraphByHand()
      .tensor('x', [1, 8, 8, 4], dtype)
      .constant('w1', [16, 3, 3, 4], dtype)
      .tensor('a', [1, 8, 8, 16], dtype)
      .constant('w2', [1, 3, 3, 16], dtype)
      .tensor('y', [1, 8, 8, 16], dtype)
      .node('CONV_2D', conv, ['x', 'w1'], ['a'])
      .node('DEPTHWISE_CONV_2D', depthwise, ['a', 'w2'], ['y'])
      .graph(['x'], ['y']),
  ]);
}

describe("TinyEngine's memory", () => {
  it('has depthwise results in place beside the two buffers of its kernels, by hand', () => {
    const found = planWhatIf(graph('int8'), { kernels: null, isTinyEngine: true }, 'greedy');
    if ('reason' in found) throw new Error(found.reason);
    // x 256 and a (with y over it) 1,024; the larger of two columns 3·3·4·2·2 = 144 and a channel 2·10·10 = 200 → 208;
    // the convolution's weights at 16 bits 3·3·4·16·2 = 1,152.
    expect(found.plan.planned).toBe(256 + 1024 + 208 + 1152);
    expect(found.plan.buffers.map(({ bytes }) => bytes)).toEqual([256, 1024, 1024, 208, 1152]);
  });

  it('has no room for columns, and nothing in place, of a float model', () => {
    const found = planWhatIf(graph('float32'), { kernels: null, isTinyEngine: true }, 'greedy');
    if ('reason' in found) throw new Error(found.reason);
    expect(found.plan.planned).toBe(4096 + 4096 + 1152);
  });
});
