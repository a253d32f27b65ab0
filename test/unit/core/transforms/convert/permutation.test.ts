import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transposeBytes } from '../../../../../src/core/transforms/lower/constantLayout';
import {
  collapsed,
  identity,
  mendedOrder,
  permuted,
  reshapedOrder,
  transposition,
} from '../../../../../src/core/transforms/convert/toTflite/permutation';

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
const product = (shape: readonly number[]) => shape.reduce((all, dim) => all * dim, 1);
const orderOf = (rank: number) => fc.shuffledSubarray([...identity(rank)], { minLength: rank, maxLength: rank });
const counted = (count: number) => Uint8Array.from({ length: count }, (_, i) => i & 0xff);

/** A shape of the same number of elements: neighbours joined, or ones put in. */
const reshapes = shapes.chain((from) =>
  fc
    .tuple(fc.constant(from), fc.array(fc.boolean(), { minLength: from.length, maxLength: from.length }))
    .map(([shape, joins]) => {
      const to: number[] = [];
      shape.forEach((dim, i) => {
        if (i > 0 && joins[i]) to[to.length - 1]! *= dim;
        else to.push(dim);
      });
      return [shape, joins[0] ? [...to, 1] : to] as const;
    }),
);

describe('layouts', () => {
  it('a reshape that keeps the stored bytes gives what the file means', () => {
    fc.assert(
      fc.property(
        reshapes.chain(([from, to]) => fc.tuple(fc.constant(from), fc.constant(to), orderOf(from.length))),
        ([from, to, order]) => {
          const file = counted(product(from));
          for (const stored of [order, mendedOrder(from, to, order)]) {
            const kept = reshapedOrder(from, to, stored);
            if (!kept) continue;
            // The same bytes, seen through either shape.
            const before = transposeBytes(file, from, stored, 1);
            const after = transposeBytes(file, to, kept, 1);
            expect([...after]).toEqual([...before]);
            expect([...kept].sort()).toEqual([...identity(to.length)]);
          }
          expect(reshapedOrder(from, to, mendedOrder(from, to, order))).not.toBeNull();
        },
      ),
    );
  });

  it('a transposition over fewer axes moves the same bytes', () => {
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), orderOf(shape.length))),
        ([shape, order]) => {
          const bytes = counted(product(shape));
          const small = collapsed(shape, order);
          expect([...transposeBytes(bytes, small.shape, small.permutation, 1)]).toEqual([
            ...transposeBytes(bytes, shape, order, 1),
          ]);
        },
      ),
    );
  });

  it('goes from one stored order to another', () => {
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), orderOf(shape.length), orderOf(shape.length))),
        ([shape, from, to]) => {
          const file = counted(product(shape));
          const stored = transposeBytes(file, shape, from, 1);
          const moved = transposeBytes(stored, permuted(shape, from), transposition(from, to), 1);
          expect([...moved]).toEqual([...transposeBytes(file, shape, to, 1)]);
        },
      ),
    );
  });
});
