import { encode } from 'fast-png';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fitPicture } from '../../../../src/core/datasets/picture';
import { readPng } from '../../../../src/core/datasets/png';
import { readSamples } from '../../../../src/core/datasets/sample';
import { ModelError } from '../../../../src/core/ir/errors';

/** A PNG by hand: chunks without true checksums, which no reader here checks. */
function png(width: number, height: number, depth: number, colorType: number, packed: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, colorType, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, data.length);
    return [...length, ...new TextEncoder().encode(type), ...data, 0, 0, 0, 0];
  };
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return Uint8Array.from([
    ...signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', packed),
    ...chunk('IEND', new Uint8Array()),
  ]);
}

describe('readPng', () => {
  it('reads what an encoder writes', () => {
    const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => i * 5);
    const picture = readPng(encode({ width: 4, height: 3, channels: 3, data }));
    expect([picture.width, picture.height, picture.channels]).toEqual([4, 3, 3]);
    expect(Array.from(picture.samples)).toEqual(Array.from(data));
  });

  it('unpacks one-bit pictures', () => {
    const picture = readPng(png(3, 2, 1, 0, zlibSync(Uint8Array.from([0, 0b10100000, 0, 0b01000000]))));
    expect([picture.maximum, ...Array.from(picture.samples)]).toEqual([1, 1, 0, 1, 0, 1, 0]);
  });

  it('refuses huge dimensions before it takes memory for them', () => {
    expect(() => readPng(png(2 ** 31 - 1, 2 ** 31 - 1, 8, 2, zlibSync(new Uint8Array(8))))).toThrow(/pixels/);
  });

  it('stops at rows that unpack to more than the header says', () => {
    expect(() => readPng(png(2, 2, 8, 0, zlibSync(new Uint8Array(50_000_000))))).toThrow(/more than its size/);
  });

  it('never fails but with a ModelError', () => {
    const good = encode({ width: 4, height: 3, channels: 1, data: new Uint8Array(12) });
    fc.assert(
      fc.property(fc.nat(good.length - 9), fc.integer({ min: 0, max: 255 }), fc.nat(10), (at, value, cut) => {
        const bad = good.slice(0, good.length - cut);
        if (8 + at < bad.length) bad[8 + at] = value;
        try {
          readPng(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
    );
  });
});

describe('fitPicture', () => {
  const grey = { width: 2, height: 2, channels: 1, samples: [0, 255, 255, 0], maximum: 255 };

  it('interpolates between half-pixel centres', () => {
    const values = fitPicture(grey, { width: 4, height: 1, channels: 1, layout: 'NHWC' }, '0..1');
    expect(Array.from(values)).toEqual([0.5, 0.5, 0.5, 0.5]);
    const wide = { width: 2, height: 1, channels: 1, samples: [0, 255], maximum: 255 };
    const row = fitPicture(wide, { width: 4, height: 1, channels: 1, layout: 'NHWC' }, '0..1');
    expect(Array.from(row)).toEqual([0, 0.25, 0.75, 1]);
  });

  it('scales as it is told', () => {
    const shape = { width: 2, height: 2, channels: 1, layout: 'NHWC' } as const;
    expect(Array.from(fitPicture(grey, shape, '-1..1'))).toEqual([-1, 1, 1, -1]);
    expect(Array.from(fitPicture(grey, shape, '0..255'))).toEqual([0, 255, 255, 0]);
  });

  it('puts channels where the layout has them and drops alpha', () => {
    const colour = { width: 2, height: 1, channels: 4, samples: [1, 2, 3, 9, 4, 5, 6, 9], maximum: 255 };
    const shape = { width: 2, height: 1, channels: 3 };
    expect(Array.from(fitPicture(colour, { ...shape, layout: 'NHWC' }, '0..255'))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(fitPicture(colour, { ...shape, layout: 'NCHW' }, '0..255'))).toEqual([1, 4, 2, 5, 3, 6]);
    const luma = fitPicture(colour, { ...shape, channels: 1, layout: 'NHWC' }, '0..255');
    expect(luma[0]).toBeCloseTo(0.299 * 1 + 0.587 * 2 + 0.114 * 3, 5);
  });
});

describe('readSamples', () => {
  const input = { name: 'x', dtype: 'float32', shape: [1, 2, 2, 1], layout: 'NHWC' } as const;

  it('takes bytes as a picture and floats as they are', () => {
    const bytes = readSamples(Uint8Array.of(0, 51, 102, 255), [input], '0..1')[0]!.x!;
    expect(Array.from(new Float32Array(bytes.data.buffer))).toEqual([0, 0.2, 0.4, 1].map(Math.fround));
    const floats = readSamples(new Uint8Array(Float32Array.of(5, 6, 7, 8).buffer), [input], '0..1')[0]!.x!;
    expect(Array.from(new Float32Array(floats.data.buffer))).toEqual([5, 6, 7, 8]);
  });

  it('says what does not fit', () => {
    expect(() => readSamples(new Uint8Array(7), [input], '0..1')).toThrow(/holds 7 bytes/);
    const flat = { ...input, shape: [1, 4] };
    const picture = encode({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
    expect(() => readSamples(picture, [flat], '0..1')).toThrow(/is a picture/);
  });
});
