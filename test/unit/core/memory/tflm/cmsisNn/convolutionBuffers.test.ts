import { describe, expect, it } from 'vitest';
import type { CmsisNnSet } from '../../../../../../src/core/memory/tflm/cmsisNn/cmsisNnSet';
import {
  convolveS16Bytes,
  convolveS8Bytes,
  depthwiseS4Bytes,
  depthwiseS8Bytes,
  transposeConvS8Bytes,
} from '../../../../../../src/core/memory/tflm/cmsisNn/convolutionBuffers';
import type { ConvolutionGeometry } from '../../../../../../src/core/memory/tflm/cmsisNn/convolutionGeometry';
import { UnknownRequests } from '../../../../../../src/core/memory/tflm/kernelRequests';

const sets: readonly CmsisNnSet[] = ['cmsis-nn-c', 'cmsis-nn-dsp', 'cmsis-nn-mve'];

/**
 * What the functions of CMSIS-NN 4ab83cc3 themselves returned, compiled for each set: batch, input height width channels,
 * filter height width channels, output height width channels, stride, dilation and padding (height width) | and for each
 * set: conv int8, conv int16, depthwise int8, depthwise int4, both buffers of a transposed convolution.
 */
const measured = `
1 96 96 3 3 3 3 48 48 8 2 2 1 1 0 0|112 108 0 0 18528 0|112 108 0 0 18528 0|128 256 0 0 18528 0
1 24 24 16 1 1 16 24 24 32 1 1 1 1 0 0|0 64 0 0 3072 0|0 64 0 0 3072 0|0 128 0 0 3072 0
1 24 24 16 1 1 16 12 12 32 2 2 1 1 0 0|0 64 0 0 12288 0|0 64 0 0 12288 0|0 128 0 0 12288 0
1 9 9 24 3 3 24 9 9 24 1 1 1 1 1 1|864 864 0 432 864 5184|864 864 0 432 864 5184|896 1728 4464 4464 896 5184
1 9 9 24 5 3 24 9 9 24 1 1 1 1 2 1|1440 1440 0 720 1440 8640|1440 1440 720 720 1440 8640|1472 2880 7440 7440 1472 8640
2 9 9 24 5 5 24 9 9 24 1 1 1 1 2 2|2400 2400 0 0 2400 14400|2400 2400 0 0 2400 14400|2432 4800 0 0 2432 14400
1 9 9 24 3 3 24 9 9 24 1 1 2 2 2 2|864 864 0 0 864 5184|864 864 0 0 864 5184|896 1728 0 0 896 5184
1 49 10 1 10 4 1 25 5 64 2 2 1 1 4 1|160 160 0 0 56320 0|160 160 0 0 56320 0|192 320 2752 0 56320 0
1 49 40 1 10 8 1 25 20 8 2 2 1 1 4 3|320 320 0 0 27520 0|320 320 0 0 27520 0|320 640 960 0 27520 0
1 12 12 32 4 4 32 24 24 16 2 2 1 1 1 1|2048 2048 0 0 2048 8192|2048 2048 0 0 2048 8192|2048 4096 0 0 2048 8192
1 12 12 32 3 3 32 36 36 16 3 3 1 1 0 0|1152 1152 0 0 6912 0|1152 1152 0 0 6912 0|1152 2304 0 0 6912 0
1 12 12 16 2 5 16 24 24 7 2 1 1 1 0 2|640 640 0 0 896 0|640 640 0 0 896 0|640 1280 0 0 896 0
1 12 12 8 3 3 4 12 12 16 1 1 1 1 1 1|288 288 0 0 2688 0|288 288 0 0 2688 0|320 576 0 0 2688 0
1 1 40 4 1 3 4 1 40 8 1 1 1 1 0 1|48 48 0 0 1344 0|48 48 0 0 1344 0|16 128 0 0 1344 0
1 1 40 4 1 4 4 1 40 8 1 1 1 1 0 1|64 64 0 0 1376 0|64 64 0 0 1376 0|20 128 0 0 1376 0
1 1 40 4 1 5 4 1 20 8 1 2 1 1 0 1|80 80 0 0 2656 0|80 80 0 0 2656 0|24 192 0 0 2656 0
1 1 40 3 1 5 3 1 10 8 1 4 1 1 0 0|64 60 0 0 5152 0|64 60 0 0 5152 0|15 128 0 0 5152 0
1 1 40 3 1 5 3 1 40 8 1 1 1 1 0 2|64 60 0 0 1408 0|64 60 0 0 1408 0|64 128 0 0 1408 0
1 1 4 8 1 5 8 1 4 8 1 1 1 1 0 2|160 160 0 80 256 0|160 160 80 80 256 0|56 320 2480 2480 256 0
1 1 2 8 1 5 8 1 2 8 1 1 1 1 0 2|160 160 0 80 192 0|160 160 80 80 192 0|192 320 2480 2480 192 0`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((part) => part.split(' ').map(Number)));

function geometryOf(numbers: readonly number[]): ConvolutionGeometry & { stride: { height: number; width: number } } {
  const at = (index: number) => numbers[index]!;
  const extent = (index: number) => ({ height: at(index), width: at(index + 1) });
  return {
    batch: at(0),
    input: extent(1),
    inputChannels: at(3),
    filter: extent(4),
    filterChannels: at(6),
    output: extent(7),
    outputChannels: at(9),
    stride: extent(10),
    dilation: extent(12),
    padding: extent(14),
  };
}

describe('scratch of convolutions', () => {
  it.each(sets.map((set, index) => [set, index + 1] as const))('%s: is what CMSIS-NN itself returns', (set, column) => {
    for (const row of measured) {
      const geometry = geometryOf(row[0]!);
      const ours = [
        convolveS8Bytes(set, geometry),
        convolveS16Bytes(set, geometry),
        depthwiseS8Bytes(set, geometry),
        depthwiseS4Bytes(set, geometry),
        ...transposeConvS8Bytes(set, geometry),
      ];
      expect({ case: row[0], bytes: ours }).toEqual({ case: row[0], bytes: row[column] });
    }
    expect(measured).toHaveLength(20);
  });

  it('does not guess where TFLM hands MVE a stride it never set', () => {
    const oneRow = geometryOf([1, 1, 40, 1, 1, 8, 1, 1, 20, 4, 1, 2, 1, 1, 0, 3]);
    expect(() => depthwiseS8Bytes('cmsis-nn-mve', oneRow)).toThrow(UnknownRequests);
    expect(depthwiseS8Bytes('cmsis-nn-dsp', oneRow)).toBe(0);
  });
});
