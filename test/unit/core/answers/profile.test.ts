import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profile } from '../../../../src/core/answers/profile';
import { readModel } from '../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { boardById } from '../../../../src/core/targets/boards';
import { runtimeById } from '../../../../src/core/targets/runtimes';
import { GraphByHand, modelOf, softmax } from '../memory/graphByHand';

const models = resolve(__dirname, '../../../../../shared/models');
const tflm = runtimeById('tflm')!;
const cmsis = runtimeById('tflm-cmsis-nn')!;
const nano = boardById('nano33ble')!;

const graph = new GraphByHand()
  .tensor('x', [1, 100])
  .tensor('y', [1, 100])
  .node('SOFTMAX', softmax, ['x'], ['y'])
  .graph(['x'], ['y']);

describe('profile', () => {
  it('knows what is planned where no operator asks for scratch, and says what it does not know', () => {
    const answer = profile(modelOf([graph]), { board: nano, runtime: tflm });
    expect(answer).toMatchObject({
      schemaVersion: 1,
      board: 'nano33ble',
      runtime: 'tflm',
      arena: { total: null, planned: 224, scratch: 0, persistent: null, minimum: null },
      lowerBound: 224,
      flash: { weights: 0, model: 1000, code: null },
      fits: { ram: true, flash: true },
      latencyMs: null,
      lint: [],
      estimated: ['fits.ram', 'fits.flash'],
    });
    expect(answer.notes.join(' ')).toMatch(/greedy planner.*Persistent.*Code size.*Latency/s);
  });

  it('calls the plan an estimate for kernels whose scratch is not modelled', () => {
    const answer = profile(modelOf([graph]), { board: null, runtime: cmsis });
    expect(answer.estimated).toEqual(['arena.planned']);
    expect(answer.arena).toMatchObject({ planned: 224, scratch: null });
    expect(answer.fits).toEqual({ ram: null, flash: null, regions: [] });
    expect(answer.notes).toContain('No board is chosen.');
  });

  it('calls it an estimate for a model that brings its own plan, and for ONNX', () => {
    const metadata = [{ name: 'OfflineMemoryAllocation', byteLength: 20, text: null }];
    expect(profile(modelOf([graph], { metadata }), { board: null, runtime: tflm }).estimated).toEqual([
      'arena.planned',
    ]);
    expect(profile(modelOf([graph], { format: 'onnx' }), { board: null, runtime: tflm }).estimated).toEqual([
      'arena.planned',
    ]);
  });

  it('has no figure, and the reason, where a shape is not known', () => {
    const unknown = new GraphByHand()
      .tensor('x', null)
      .tensor('y', [4])
      .node('SOFTMAX', softmax, ['x'], ['y'])
      .graph(['x'], ['y']);
    const answer = profile(modelOf([unknown]), { board: nano, runtime: tflm });
    expect(answer.arena.planned).toBeNull();
    expect(answer.lowerBound).toBeNull();
    expect(answer.fits.ram).toBeNull();
    expect(answer.notes[0]).toContain('"x"');
  });

  it.skipIf(!existsSync(models))('gives TFLM its own figures on the models of MLPerf Tiny', () => {
    const planned = (name: string): number | null => {
      const model = readModel(new MemoryByteSource(readFileSync(resolve(models, 'mlperf-tiny', name)), name));
      const answer = profile(inferShapes(model), { board: nano, runtime: tflm });
      expect(answer.estimated).not.toContain('arena.planned');
      return answer.arena.planned;
    };
    // arena32.planned of the measured interpreter.
    expect(planned('vww_96_int8.tflite')).toBe(73_728);
    expect(planned('pretrainedResnet_quant.tflite')).toBe(49_152);
    expect(planned('kws_ref_model.tflite')).toBe(16_000);
  });
});
