import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../src/core/formats/readModel';
import { ModelError } from '../../../../src/core/ir/errors';
import type { Model } from '../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { boardById } from '../../../../src/core/targets/boards';
import { lint } from '../../../../src/core/targets/lint/lint';
import type { RuntimeId } from '../../../../src/core/targets/runtime';
import { runtimeById } from '../../../../src/core/targets/runtimes';
import { GraphByHand, add, modelOf, softmax } from '../memory/graphByHand';

const shared = resolve(__dirname, '../../../../../shared');
const truthFile = resolve(shared, 'reference/tflm-truth.json');

function findings(
  model: Model,
  { runtime = 'tflm', board = '', arena = 0 }: { runtime?: RuntimeId; board?: string; arena?: number } = {},
) {
  return lint({
    model,
    runtime: runtimeById(runtime)!,
    board: boardById(board),
    need: { arena, flash: model.fileBytes },
  });
}

const plain = new GraphByHand()
  .tensor('x', [16])
  .tensor('y', [16])
  .tensor('z', [16])
  .node('SOFTMAX', softmax, ['x'], ['y'])
  .node('SCATTER_ND', { kind: 'ScatterNd' }, ['y'], ['z'])
  .graph(['x'], ['z']);
const fullyConnected = { kind: 'FullyConnected', weights: 'OI', keepDims: false, activation: 'none' } as const;

describe('lint', () => {
  it('names an operator that TFLM has no kernel for, at its node', () => {
    expect(findings(modelOf([plain]))).toMatchObject([{ rule: 'tinyml/missing-operator', severity: 'error', node: 1 }]);
    expect(findings(modelOf([plain]))[0]?.message).toContain('SCATTER_ND');
  });

  it('holds each runtime against its own list, and one without a list against none', () => {
    expect(findings(modelOf([plain]), { runtime: 'tinyengine' })).toHaveLength(2);
    expect(findings(modelOf([plain]), { runtime: 'onnxruntime' })).toEqual([]);
  });

  it('does not hold ONNX operators against a list of TFLite ones', () => {
    expect(findings(modelOf([plain], { format: 'onnx' }))).toMatchObject([{ rule: 'tinyml/format-not-taken' }]);
  });

  it('warns of an arena above every region and of a model above the flash, and what external memory would do', () => {
    const model = modelOf([new GraphByHand().tensor('x', [16]).graph(['x'], ['x'])], { fileBytes: 3_000_000 });
    const found = findings(model, { board: 'portenta_h7_m7', arena: 600_000 });
    expect(found.map(({ rule }) => rule)).toEqual(['tinyml/arena-above-region', 'tinyml/weights-above-flash']);
    expect(found[0]?.message).toContain('512 KiB. It would fit SDRAM');
    expect(findings(model, { board: 'portenta_h7_m7', arena: 524_288 })).toHaveLength(1);
  });

  it('refuses integer weights on float activations for TFLM only', () => {
    const graph = new GraphByHand()
      .tensor('x', [1, 4], 'float32')
      .constant('w', [2, 4])
      .tensor('y', [1, 2], 'float32')
      .node('FULLY_CONNECTED', fullyConnected, ['x', 'w'], ['y'])
      .graph(['x'], ['y']);
    expect(findings(modelOf([graph]))).toMatchObject([{ rule: 'tinyml/hybrid-quantization', node: 0 }]);
    expect(findings(modelOf([graph]), { runtime: 'onnxruntime' })).toEqual([]);
  });

  it('mentions float inputs and outputs around an integer model', () => {
    const graph = new GraphByHand()
      .tensor('x', [16], 'float32')
      .tensor('q', [16])
      .tensor('y', [16])
      .node('QUANTIZE', { kind: 'Quantize' }, ['x'], ['q'])
      .node('ADD', add, ['q', 'q'], ['y'])
      .graph(['x'], ['y']);
    expect(findings(modelOf([graph]))).toMatchObject([{ rule: 'tinyml/float-border', severity: 'info', node: null }]);
  });

  it.skipIf(!existsSync(truthFile))(
    'says beforehand of every measured model why TFLM will not load it, and of no other',
    () => {
      const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as {
        model: string;
        state: string;
        why?: readonly string[];
      }[];
      let explained = 0;
      for (const { model: path, state, why } of truth) {
        const model = readOrNull(path);
        if (!model) continue;
        const errors = findings(model).filter(({ severity }) => severity === 'error');
        if (state === 'runs') expect({ path, errors }).toEqual({ path, errors: [] });
        const words = why?.join(' ') ?? '';
        if (/Didn't find op for builtin|Hybrid models|FLOAT32 with filter type: INT/.test(words)) {
          explained += 1;
          expect(errors.length, path).toBeGreaterThan(0);
        }
      }
      expect(explained).toBeGreaterThan(20);
    },
  );
});

function readOrNull(path: string): Model | null {
  try {
    return readModel(new MemoryByteSource(readFileSync(resolve(shared, 'models', path)), path));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
