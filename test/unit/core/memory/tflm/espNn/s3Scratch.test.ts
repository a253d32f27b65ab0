import { describe, expect, it } from 'vitest';
import { convS3Bytes, depthwiseS3Bytes } from '../../../../../../src/core/memory/tflm/espNn/s3Scratch';

/**
 * What the functions of ESP-NN d45b843c themselves returned: input height width channels, filter height width, output
 * height width channels, stride and padding (height width), channel multiplier; bytes of a convolution, of a depthwise one.
 */
const measured: readonly (readonly [geometry: readonly number[], conv: number, depthwise: number])[] = [
  [[24, 24, 16, 1, 1, 24, 24, 32, 1, 1, 0, 0, 1], 832, 18496],
  [[24, 24, 12, 1, 1, 24, 24, 32, 1, 1, 0, 0, 1], 10048, 27888],
  [[2, 3, 12, 1, 1, 2, 3, 32, 1, 1, 0, 0, 1], 672, 528],
  [[49, 10, 1, 10, 4, 25, 5, 64, 2, 2, 4, 1, 8], 3472, 1652],
  [[20, 20, 24, 3, 3, 18, 18, 8, 1, 1, 0, 0, 1], 4320, 23520],
  [[20, 20, 24, 3, 3, 9, 9, 8, 2, 2, 0, 0, 1], 4320, 15744],
  [[96, 96, 3, 3, 3, 48, 48, 8, 2, 2, 0, 0, 2], 416, 32],
  [[48, 48, 16, 3, 3, 48, 48, 8, 1, 1, 1, 1, 1], 82400, 40160],
  [[20, 20, 16, 3, 3, 20, 20, 8, 1, 1, 1, 1, 1], 17888, 7904],
  [[20, 20, 16, 3, 3, 18, 18, 8, 1, 1, 0, 0, 1], 2400, 160],
  [[10, 10, 8, 3, 3, 10, 10, 8, 1, 1, 1, 1, 1], 4320, 1776],
  [[10, 10, 32, 5, 5, 10, 10, 8, 1, 1, 2, 2, 1], 25440, 8032],
  [[40, 40, 64, 5, 5, 40, 40, 8, 1, 1, 2, 2, 1], 273504, 28832],
  [[10, 10, 5, 3, 3, 10, 10, 8, 1, 1, 1, 1, 1], 560, 2656],
  [[10, 10, 2, 3, 3, 10, 10, 8, 1, 1, 1, 1, 4], 416, 576],
];

describe('scratch of ESP-NN on the ESP32-S3', () => {
  it.each(measured)('%j is what ESP-NN itself returns', (numbers, conv, depthwise) => {
    const at = (index: number) => numbers[index]!;
    const extent = (index: number) => ({ height: at(index), width: at(index + 1) });
    const geometry = {
      batch: 1,
      input: extent(0),
      inputChannels: at(2),
      filter: extent(3),
      filterChannels: at(2),
      output: extent(5),
      outputChannels: at(7),
      stride: extent(8),
      dilation: { height: 1, width: 1 },
      padding: extent(10),
    };
    expect([convS3Bytes(geometry), depthwiseS3Bytes(geometry, at(12))]).toEqual([conv, depthwise]);
  });
});
