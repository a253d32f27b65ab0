import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReals, storedValues } from '../../../../src/core/ir/decode';
import type { DType } from '../../../../src/core/ir/dtype';
import { ModelError } from '../../../../src/core/ir/errors';
import type { Tensor } from '../../../../src/core/ir/tensor';
import { constantOf } from './draftModel';

function tensorOf(
  dtype: DType,
  bytes: readonly number[] | Uint8Array,
  shape: readonly number[],
  rest: Partial<Tensor> = {},
): Tensor {
  const constant = constantOf(Uint8Array.from(bytes), 'c');
  return { id: 0, name: 'w', dtype, shape, quantization: null, constant, isVariable: false, ...rest };
}

describe('decodeReals', () => {
  it.each<[DType, number[], number[]]>([
    ['int4', [0x7f, 0x08], [-1, 7, -8]],
    ['uint4', [0x7f, 0x08], [15, 7, 8]],
    ['int2', [0b11_10_01_00], [0, 1, -2]],
    ['int8', [0x80, 0xff, 0x7f], [-128, -1, 127]],
    ['float16', [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00], [1, -2, 2 ** -24]],
    ['bfloat16', [0x80, 0x3f, 0x20, 0xc0, 0x00, 0x00], [1, -2.5, 0]],
    ['float8e4m3fn', [0x38, 0x7e, 0x01], [1, 448, 2 ** -9]],
    ['float8e5m2', [0x3c, 0x7b, 0x01], [1, 57344, 2 ** -16]],
    ['float8e4m3fnuz', [0x40, 0x7f, 0x01], [1, 240, 2 ** -10]],
    ['float8e5m2fnuz', [0x40, 0x7f, 0x01], [1, 57344, 2 ** -17]],
    ['float4e2m1', [0x72, 0x09], [1, 6, -0.5]],
    ['bool', [0, 1, 7], [0, 1, 1]],
  ])('reads %s', (dtype, bytes, values) => {
    expect([...decodeReals(tensorOf(dtype, bytes, [3]))]).toEqual(values.map(Math.fround));
  });

  it('reads infinities and NaN of small floats', () => {
    expect([...decodeReals(tensorOf('float16', [0x00, 0x7c, 0x00, 0xfc, 0x01, 0x7c], [3]))]).toEqual([
      Infinity,
      -Infinity,
      NaN,
    ]);
    expect([...decodeReals(tensorOf('float8e5m2', [0x7c, 0x7d], [2]))]).toEqual([Infinity, NaN]);
    expect([...decodeReals(tensorOf('float8e4m3fn', [0x7f], [1]))]).toEqual([NaN]);
    expect([...decodeReals(tensorOf('float8e4m3fnuz', [0x80], [1]))]).toEqual([NaN]);
  });

  it('reads 64-bit integers of either sign', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const { at } = storedValues(tensorOf('int64', new Uint8Array(BigInt64Array.of(value).buffer), [1]));
        expect(at(0)).toBe(Number(value));
      }),
    );
  });

  it('dequantizes per tensor, per channel and per block', () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
    const shape = [2, 4];
    const real = (axis: number | null, scales: number[], zeroPoints: number[], blockSize?: number): number[] => {
      const quantization = {
        scales: Float32Array.from(scales),
        zeroPoints: Int32Array.from(zeroPoints),
        axis,
        ...(blockSize !== undefined && { blockSize }),
      };
      return [...decodeReals(tensorOf('int8', bytes, shape, { quantization }))];
    };
    expect(real(null, [0.5], [1])).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    expect(real(0, [1, 10], [0, 5])).toEqual([1, 2, 3, 4, 0, 10, 20, 30]);
    expect(real(1, [1, 2, 4, 8], [0, 0, 0, 0])).toEqual([1, 4, 12, 32, 5, 12, 28, 64]);
    expect(real(1, [1, 10, 100, 1000], [0, 0, 0, 0], 2)).toEqual([1, 2, 30, 40, 500, 600, 7000, 8000]);
  });

  it('refuses what holds no numbers, is sparse, or is too short for its shape', () => {
    const reasonOf = (tensor: Tensor): string => {
      try {
        decodeReals(tensor);
      } catch (error) {
        if (error instanceof ModelError) return error.reason;
      }
      return 'none';
    };
    expect(reasonOf(tensorOf('string', [1], [1]))).toBe('unsupported-dtype');
    expect(reasonOf(tensorOf('int8', [1], [1], { isSparse: true }))).toBe('unsupported-dtype');
    expect(reasonOf(tensorOf('float32', [1, 2, 3], [1]))).toBe('corrupt');
    expect(reasonOf(tensorOf('float32', [], [1_000_000_000]))).toBe('corrupt');
  });
});
