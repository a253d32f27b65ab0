import { describe, expect, it } from 'vitest';
import type { DType } from '../../../../../../src/core/ir/dtype';
import { espNnRules } from '../../../../../../src/core/memory/tflm/espNn/espNnRules';
import { espNnSetOf, type EspNnSet } from '../../../../../../src/core/memory/tflm/espNn/espNnSet';
import { persistent, scratch, UnknownRequests } from '../../../../../../src/core/memory/tflm/kernelRequests';
import { asksOf, type Operand } from '../../../../../fixtures/kernelAsks';

const same = { padding: 'SAME', stride_w: 1, stride_h: 1, depth_multiplier: 1 };

function conv(set: EspNnSet, op: string, dtype: DType, weights: DType) {
  const filter: Operand = [weights, op === 'CONV_2D' ? [8, 3, 3, 8] : [1, 3, 3, 8]];
  const { init, prepare } = asksOf(
    espNnRules(set),
    op,
    [[dtype, [1, 10, 10, 8]], filter, ['int32', [8]], [dtype, [1, 10, 10, 8]]],
    same,
  );
  return { init, prepare };
}

describe('ESP-NN kernels', () => {
  const channels = [persistent(32), persistent(32)];

  it('take scratch for int8 on the S3 alone, after an unpacked int4 filter', () => {
    expect(conv('esp-nn-s3', 'CONV_2D', 'int8', 'int8')).toEqual({ init: [60], prepare: [...channels, scratch(4320)] });
    expect(conv('esp-nn-s3', 'CONV_2D', 'int8', 'int4').prepare).toEqual([...channels, scratch(576), scratch(4320)]);
    expect(conv('esp-nn-s3', 'DEPTHWISE_CONV_2D', 'int8', 'int8').prepare).toEqual([...channels, scratch(1776)]);
    expect(conv('esp-nn-s3', 'CONV_2D', 'int16', 'int8')).toEqual({ init: [60], prepare: channels });
    expect(conv('esp-nn-generic', 'CONV_2D', 'int8', 'int8')).toEqual({ init: [60], prepare: channels });
    expect(conv('esp-nn-generic', 'DEPTHWISE_CONV_2D', 'int8', 'int8')).toEqual({ init: [60], prepare: channels });
  });

  it('size softmax by the second dimension, and do not guess where there is none', () => {
    const softmax = (dtype: DType, shape: readonly number[]) =>
      asksOf(espNnRules('esp-nn-generic'), 'SOFTMAX', [
        [dtype, shape],
        [dtype, shape],
      ]);
    expect(softmax('int8', [1, 12])).toEqual({ init: [64], prepare: [scratch(48)] });
    expect(softmax('int8', [1, 5, 12]).prepare).toEqual([scratch(20)]);
    expect(softmax('float32', [1, 12]).prepare).toEqual([]);
    expect(softmax('int16', [1, 12]).prepare).toEqual([persistent(1026), persistent(1026)]);
    expect(() => softmax('int8', [12])).toThrow(UnknownRequests);
  });
});

describe('espNnSetOf', () => {
  it.each([
    ['ESP32-S3', 'esp-nn-s3'],
    ['ESP32', 'esp-nn-generic'],
    ['ESP32-C3', 'esp-nn-generic'],
    ['ESP32-P4', null],
    ['nRF52840', null],
  ])('%s: %s', (mcu, set) => {
    expect(espNnSetOf(mcu)).toBe(set);
  });
});
