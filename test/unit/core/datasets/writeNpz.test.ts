import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../../../../src/core/datasets/npz';
import { toTensorValue } from '../../../../src/core/datasets/reals';
import { writeNpz } from '../../../../src/core/datasets/writeNpz';

const dtypes = ['float64', 'float32', 'int32', 'int16', 'int8', 'uint8', 'uint16', 'uint32', 'int64'] as const;

describe('writeNpz', () => {
  it('is read back with names, types, shapes and values', () => {
    const tensors = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-zA-Z0-9_/;:. ]{1,20}$/),
        dtype: fc.constantFrom(...dtypes),
        values: fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 20 }),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    );
    fc.assert(
      fc.property(tensors, (given) => {
        const read = readNpz(
          writeNpz(given.map(({ name, dtype, values }) => [name, toTensorValue(dtype, [values.length, 1], values)])),
        );
        const found = Object.entries(read).map(([name, { dtype, shape, values }]) => ({
          name,
          dtype,
          values: [...values],
          shape,
        }));
        const wanted = given.map((each) => ({ ...each, shape: [each.values.length, 1] }));
        const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
        expect(found.sort(byName)).toEqual(wanted.sort(byName));
      }),
    );
  });

  it('widens types that numpy does not have', () => {
    const read = readNpz(
      writeNpz([
        ['nibbles', { dtype: 'int4', shape: [3], data: Uint8Array.of(0xf1, 0x07) }],
        ['brain', { dtype: 'bfloat16', shape: [1], data: Uint8Array.of(0x80, 0x3f) }],
      ]),
    );
    expect(read.nibbles).toEqual({ dtype: 'int8', shape: [3], values: Float64Array.of(1, -1, 7) });
    expect(read.brain).toEqual({ dtype: 'float32', shape: [1], values: Float32Array.of(1) });
  });
});
