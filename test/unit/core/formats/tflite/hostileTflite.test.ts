import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../../src/core/ir/errors';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { floatDepthwiseResidual, int8ConvDense, TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

const originals = [int8ConvDense().bytes(), floatDepthwiseResidual().bytes(), everything()];

/** One file with signatures, metadata, a custom operator, strided slices, free dimensions and options of all forms. */
function everything(): Uint8Array {
  const b = new TfliteBuilder();
  const x = b.input('x', 'float32', [null, 6]);
  const bounds = [0, 5, 1].map((value, i) => b.constant(`bound${i}`, [2], Int32Array.of(value, value)));
  const y = b.activation('y', 'float32', null);
  const z = b.activation('z', 'float32', []);
  b.node('STRIDED_SLICE', [x, ...bounds], [y], { begin_mask: 1, end_mask: 2 })
    .node('BUCKETIZE', [y], [z], { boundaries: [0.5, 1.5] })
    .node('STABLEHLO_PAD', [], [], { edge_padding_low: [1, 2], edge_padding_high: [3], interior_padding: null })
    .node('VAR_HANDLE', [], [], { container: 'c', shared_name: 'n' })
    .customNode('Mine', [x], [], Uint8Array.of(1, 2, 3))
    .signature('serve', { x }, { z })
    .metadata('min_runtime_version', new TextEncoder().encode('1.5.0'));
  return b.outputs(z).bytes();
}

/** Reads, then writes what was read; anything but a ModelError is a defect. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    const model = readTflite(new MemoryByteSource(bytes, 'hostile.tflite'));
    writeTflite(model);
    return 'ok';
  } catch (error) {
    if (error instanceof ModelError) return error.reason;
    throw error;
  }
}

const interesting = [0, 1, 4, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

describe('damaged TFLite files', () => {
  it('give a model or a ModelError when bits flip', () => {
    const seen = new Set<string>();
    const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.constantFrom(...originals), flips, (original, changes) => {
        const bytes = original.slice();
        for (const [where, bit] of changes) bytes[Math.floor(where * (bytes.length - 1))]! ^= 1 << bit;
        seen.add(outcomeOf(bytes));
      }),
      { numRuns: 800, seed: 1 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['ok', 'corrupt', 'truncated']));
  });

  it('give a model or a ModelError when lengths and offsets lie', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...interesting)), {
          minLength: 1,
          maxLength: 3,
        }),
        (original, changes) => {
          const bytes = original.slice();
          const view = new DataView(bytes.buffer);
          for (const [where, value] of changes) {
            view.setUint32(4 * Math.floor((where * (bytes.length - 4)) / 4), value, true);
          }
          outcomeOf(bytes);
        },
      ),
      { numRuns: 800, seed: 2 },
    );
  });

  it('give a model or a ModelError when cut anywhere', () => {
    for (const original of originals) {
      const reasons = new Set<string>();
      for (let length = 0; length < original.length; length += 7) reasons.add(outcomeOf(original.subarray(0, length)));
      expect(reasons).toContain('truncated');
      expect([...reasons].filter((reason) => !['truncated', 'corrupt', 'ok'].includes(reason))).toEqual([]);
    }
  });

  it('never read more than a small multiple of the file', () => {
    const original = int8ConvDense().bytes();
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...interesting), (where, value) => {
        const bytes = original.slice();
        new DataView(bytes.buffer).setUint32(4 * Math.floor((where * (bytes.length - 4)) / 4), value, true);
        const memory = new MemoryByteSource(bytes, 'hostile.tflite');
        let total = 0;
        try {
          readTflite({
            size: memory.size,
            generation: 'memory',
            name: memory.name,
            sibling: (name: string) => memory.sibling(name),
            read(offset: number, length: number) {
              total += length;
              return memory.read(offset, length);
            },
          });
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
        expect(total).toBeLessThan(40 * bytes.length + 2 ** 21);
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  it('refuse a list that points a million times to one table', () => {
    const count = 300_000;
    const bytes = new Uint8Array(64 + 4 * count);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 28, true);
    bytes.set(new TextEncoder().encode('TFL3'), 4);
    // A vtable at 8 with version, operator codes and subgraphs; the model at 28; a subgraph that is the model again.
    for (const [i, entry] of [10, 12, 4, 0, 8].entries()) view.setUint16(8 + 2 * i, entry, true);
    view.setInt32(28, 20, true);
    view.setUint32(32, 3, true);
    view.setUint32(36, 60 - 36, true);
    view.setUint32(60, count, true);
    for (let i = 0; i < count; i++) view.setUint32(64 + 4 * i, (28 - (64 + 4 * i)) >>> 0, true);
    expect(['corrupt', 'truncated']).toContain(outcomeOf(bytes));
  });
});
