import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../../src/core/ir/inferShapes';
import type { Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { Board } from '../../../../../src/core/targets/board';
import { boardById } from '../../../../../src/core/targets/boards';
import { coreClassOf, cycleRange, latencyResults } from '../../../../../src/core/targets/latency/cyclesPerMac';
import { latencyOf } from '../../../../../src/core/targets/latency/latency';
import { readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

const models = sharedPath('models/mlperf-tiny');
const nano = boardById('nano33ble')!;

function mlperf(name: string): Model {
  return inferShapes(readModel(new MemoryByteSource(readBytes(path.join(models!, name)), name)));
}

/** One dense layer over int8 values. */
function dense(inputs: number, outputs: number, board: Board | null = nano) {
  const b = new TfliteBuilder();
  const quantization = { scales: Float32Array.of(0.1), zeroPoints: Int32Array.of(0), axis: null };
  const x = b.input('x', 'int8', [1, inputs], { quantization });
  const w = b.constant('w', [outputs, inputs], new Int8Array(inputs * outputs), { quantization });
  const y = b.activation('y', 'int8', [1, outputs], { quantization });
  b.node('FULLY_CONNECTED', [x, w, null], [y], { fused_activation_function: 'NONE' });
  return latencyOf(inferShapes(b.outputs(y).model()), 'tflm-cmsis-nn', board);
}

describe('cycleRange', () => {
  it('needs three who submit', () => {
    const one = { ...latencyResults[0]!, family: 'reference' as const, core: 'Cortex-M7' as const };
    const from = (...submitters: string[]) =>
      cycleRange(
        'reference',
        'Cortex-M7',
        one.kind,
        submitters.map((submitter) => ({ ...one, submitter })),
      );
    expect(from('a', 'a', 'a', 'b')).toBeNull();
    expect(from('a', 'b', 'c')).toMatchObject({ results: 3, submitters: 3 });
  });

  it('holds about the middle four fifths of what it was made of, and moves with it', () => {
    const like = latencyResults[0]!;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.3, max: 20, noNaN: true }), { minLength: 3, maxLength: 30 }),
        (cycles) => {
          const results = cycles.map((cyclesPerMac, index) => ({ ...like, cyclesPerMac, submitter: `s${index}` }));
          const { low, high } = cycleRange(like.family, like.core, like.kind, results)!;
          const outside = cycles.filter((each) => each < low || each > high).length;
          expect(outside).toBeLessThanOrEqual(0.2 * cycles.length + 2);
          const twice = results.map((each) => ({ ...each, cyclesPerMac: 2 * each.cyclesPerMac }));
          expect(cycleRange(like.family, like.core, like.kind, twice)!.low).toBeCloseTo(2 * low, 6);
        },
      ),
    );
  });

  it('has no basis for reference kernels, nor for cores that were not measured', () => {
    expect(cycleRange('reference', 'Cortex-M4 or M33', 'separable')).toBeNull();
    expect(['Cortex-M55 (Helium)', 'Xtensa LX7 x2', 'Cortex-M3'].map(coreClassOf)).toEqual([null, null, null]);
    expect(coreClassOf('Cortex-M7F (+M4F 240 MHz)')).toBe('Cortex-M7');
  });
});

describe('latencyOf', () => {
  it('says a range with its source, in proportion to work and clock', () => {
    const { low, high, source } = dense(512, 512).latencyMs!;
    expect(low).toBeLessThan(high);
    expect(source).toContain('Estimate');
    expect(source).toContain('4 submitters');
    expect(dense(512, 1024).latencyMs!.low).toBeCloseTo(2 * low, 6);
    expect(dense(512, 512, { ...nano, clockMHz: 128 }).latencyMs!.high).toBeCloseTo(high / 2, 6);
  });

  it('says why it says nothing', () => {
    expect(dense(512, 512, null).notes.join()).toContain('needs a board');
    expect(dense(512, 512, { ...nano, clockMHz: null }).notes.join()).toContain('no basis');
    expect(dense(512, 512, { ...nano, core: 'Cortex-M55' }).notes.join()).toContain('no basis');
    expect(dense(2, 2)).toMatchObject({ latencyMs: null });
    expect(dense(2, 2).notes.join()).toContain('far smaller or larger');
  });

  it.skipIf(models === null)(
    'knows dense, ordinary and separable models, and that float ones were not measured',
    () => {
      const sourceOf = (name: string) => latencyOf(mlperf(name), 'tflm-cmsis-nn', nano).latencyMs?.source;
      expect(sourceOf('ad01_int8.tflite')).toContain('dense');
      expect(sourceOf('pretrainedResnet_quant.tflite')).toContain('convolution');
      expect(sourceOf('vww_96_int8.tflite')).toContain('separable');
      expect(sourceOf('kws_ref_model.tflite')).toContain('separable');
      expect(sourceOf('vww_96_float.tflite')).toBeUndefined();
      const plain = latencyOf(mlperf('vww_96_int8.tflite'), 'tflm', nano);
      expect(plain.latencyMs).toBeNull();
      expect(plain.notes.join(' ')).toMatch(/no basis.*tuned by their makers/);
    },
  );
});
