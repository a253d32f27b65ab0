import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../../../src/core/datasets/npy';
import { readNpz } from '../../../../src/core/datasets/npz';
import { ModelError } from '../../../../src/core/ir/errors';

function npy(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...data,
  ]);
}

describe('npy', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), fc.integer(), (shape, seed) => {
        const count = shape.reduce((product, dim) => product * dim, 1);
        const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i + seed));
        const array = readNpy(writeNpy(shape, values));
        expect(array.shape).toEqual(shape);
        expect(Array.from(array.values)).toEqual(Array.from(values));
      }),
    );
  });

  it('reads big-endian and Fortran order', () => {
    const bytes = Uint8Array.from([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6]);
    const array = readNpy(npy("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", bytes));
    expect(Array.from(array.values)).toEqual([1, 3, 5, 2, 4, 6]);
  });

  it.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }", 'announces'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", 'impossible shape'],
    ["{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", 'not supported'],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", 'not supported'],
    ["{'descr': '<f4', 'fortran_order': False}", 'no shape'],
  ])('refuses %s', (header, why) => {
    expect(() => readNpy(npy(header, new Uint8Array(4)))).toThrow(new RegExp(why));
  });

  it('never fails but with a ModelError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(60), (noise, cut) => {
        const file = writeNpy([2, 3], new Float32Array(6));
        file.set(noise.subarray(0, 20), 10 + (cut % 40));
        try {
          readNpy(file.subarray(0, file.length - cut));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
    );
  });
});

describe('npz', () => {
  it('reads arrays by name', () => {
    const file = zipSync({ 'a.npy': writeNpy([2], Float32Array.of(1, 2)), 'readme.txt': new Uint8Array(3) });
    expect(Object.keys(readNpz(file))).toEqual(['a']);
  });

  it('refuses damage in one sentence', () => {
    expect(() => readNpz(Uint8Array.from([0x50, 0x4b, 3, 4, 9, 9]))).toThrow(ModelError);
  });
});
