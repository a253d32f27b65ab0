import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profile } from '../../../../src/core/answers/profile';
import { readModel } from '../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { perTensor } from '../../../../src/core/ir/quantization';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { boardById } from '../../../../src/core/targets/boards';
import { runtimeById } from '../../../../src/core/targets/runtimes';
import { GraphByHand, modelOf, softmax } from '../memory/graphByHand';

const models = resolve(__dirname, '../../../../../shared/models');
const tflm = runtimeById('tflm')!;
const nano = boardById('nano33ble')!;

const graph = new GraphByHand()
  .tensor('x', [1, 100])
  .tensor('y', [1, 100], 'int8', { quantization: perTensor(1 / 256, -128) })
  .node('SOFTMAX', softmax, ['x'], ['y'])
  .graph(['x'], ['y']);

describe('profile', () => {
  it('adds planned and persistent bytes up part by part, and says what it does not know', () => {
    const answer = profile(modelOf([graph]), { board: nano, runtime: tflm });
    expect(answer).toMatchObject({
      schemaVersion: 1,
      board: 'nano33ble',
      runtime: 'tflm',
      arena: { planned: 224, scratch: 0 },
      lowerBound: 224,
      flash: { weights: 0, model: 1000, code: 22_622, total: 23_622, parts: [] },
      fits: { ram: true, flash: true },
      latencyMs: null,
      lint: [{ rule: 'tinyml/resolver', severity: 'info' }],
      estimated: ['fits.flash', 'flash.code', 'flash.total'],
    });
    const { total, planned, persistent, minimum, parts } = answer.arena;
    expect(total).toBe(planned! + persistent!);
    expect(minimum).toBeGreaterThanOrEqual(total!);
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(persistent);
    expect(parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['allocator', 'tensors', 'nodes', 'options', 'kernels', 'inputs and outputs']),
    );
    expect(answer.notes.join(' ')).toMatch(/MicroInterpreter.*Outside the arena.*Code size.*static RAM.*Latency/s);
  });

  it('calls the plan an estimate, without persistent bytes, where an operator is not known', () => {
    const custom = new GraphByHand()
      .tensor('x', [1, 100])
      .tensor('y', [1, 100])
      .node('MysteryOp', { kind: 'Opaque', bodies: [] }, ['x'], ['y'])
      .graph(['x'], ['y']);
    const answer = profile(modelOf([custom]), { board: null, runtime: tflm });
    expect(answer.estimated).toEqual(['arena.planned']);
    expect(answer.arena).toMatchObject({ planned: 224, scratch: null, persistent: null, minimum: null, parts: [] });
    expect(answer.notes[0]).toContain('MysteryOp');
    expect(answer.fits).toEqual({ ram: null, flash: null, regions: [], arena: null, options: [] });
    expect(answer.notes).toContain('No board is chosen.');
  });

  it('calls it an estimate for ONNX', () => {
    expect(profile(modelOf([graph], { format: 'onnx' }), { board: null, runtime: tflm }).estimated).toEqual([
      'arena.planned',
    ]);
  });

  it('follows the plan that a model brings', () => {
    // Version, subgraph, count; x at 512, y left to the planner.
    const offsets = new Uint8Array(Int32Array.of(1, 0, 2, 512, -1).buffer);
    const metadata = [{ name: 'OfflineMemoryAllocation', byteLength: 20, text: null, read: () => offsets }];
    const answer = profile(modelOf([graph], { metadata }), { board: null, runtime: tflm });
    expect(answer.arena.planned).toBe(624);
    expect(answer.estimated).toEqual(['flash.code', 'flash.total']);
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
    const figures = (name: string): readonly (number | null)[] => {
      const model = readModel(new MemoryByteSource(readFileSync(resolve(models, 'mlperf-tiny', name)), name));
      const answer = profile(inferShapes(model), { board: nano, runtime: tflm });
      expect(answer.estimated).not.toContain('arena.planned');
      return [answer.arena.planned, answer.arena.total];
    };
    // arena32.planned and arena32.used of the measured interpreter.
    expect(figures('vww_96_int8.tflite')).toEqual([73_728, 100_660]);
    expect(figures('pretrainedResnet_quant.tflite')).toEqual([49_152, 54_340]);
    expect(figures('kws_ref_model.tflite')).toEqual([16_000, 22_772]);
  });
});
