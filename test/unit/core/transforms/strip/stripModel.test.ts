import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strip } from '../../../../../src/core/answers/stripModel';
import { readModel } from '../../../../../src/core/formats/readModel';
import { writeModel } from '../../../../../src/core/formats/writeModel';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import { offlineOffsets } from '../../../../../src/core/memory/tflm/offlinePlan';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { toOnnx } from '../../../../../src/core/transforms/convert/toOnnx/toOnnx';
import { withMainGraph } from '../../../../../src/core/transforms/fold/dropUnused';
import { withOfflinePlan } from '../../../../../src/core/transforms/plan/offlineMetadata';
import { pruneMagnitude } from '../../../../../src/core/transforms/prune/pruneMagnitude';
import { graphDifference } from '../../../../../src/core/transforms/strip/sameGraph';
import { readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { TfliteBuilder, reals } from '../../../../fixtures/tfliteBuilder';

const models = sharedPath('models/mlperf-tiny');

function read(bytes: Uint8Array): Model {
  return readModel(new MemoryByteSource(bytes, 'model.tflite'));
}

/** Two dense layers with equal weights, a tensor that nothing refers to between the others, names and metadata. */
function layers(): TfliteBuilder {
  const b = new TfliteBuilder();
  const x = b.input('serving_default_x:0', 'float32', [1, 4]);
  b.activation('left over from a conversion', 'float32', [1, 400]);
  const first = b.constant('model/dense/weights', [4, 4], reals(16, 3));
  const second = b.constant('model/dense_1/weights', [4, 4], reals(16, 3));
  const hidden = b.activation('model/dense/Relu', 'float32', [1, 4]);
  const y = b.activation('StatefulPartitionedCall:0', 'float32', [1, 4]);
  const options = { fused_activation_function: 'RELU' };
  b.node('FULLY_CONNECTED', [x, first, null], [hidden], options);
  b.node('FULLY_CONNECTED', [hidden, second, null], [y], options);
  b.metadata('min_runtime_version', new TextEncoder().encode('1.5.0'));
  b.signature('serving_default', { x }, { y });
  return b.outputs(y);
}

function plannedLayers(offsets: readonly number[]): Model {
  return read(writeModel(withOfflinePlan(read(layers().bytes()), Int32Array.from(offsets))));
}

describe('strip', () => {
  it('keeps what any TFLite runtime needs: names of inputs and outputs, signatures', () => {
    const model = read(layers().bytes());
    const { file, answer } = strip(model, 'tflite');
    const written = read(file);
    const { tensors, inputs, outputs } = mainGraph(written);
    expect(tensors).toHaveLength(mainGraph(model).tensors.length - 1);
    expect(tensors.filter(({ name }) => name !== '').map(({ id }) => id)).toEqual([...inputs, ...outputs]);
    expect(written.signatures).toEqual([{ key: 'serving_default', graph: 0, inputs: { x: 0 }, outputs: { y: 4 } }]);
    expect(written).toMatchObject({ description: '', metadata: [] });
    expect(answer).toMatchObject({ isVerified: true, notes: ['Left out: min_runtime_version.'] });
    expect(answer.after.arena!).toBeLessThanOrEqual(answer.before.arena!);
  });

  it('shares constants with equal bytes', () => {
    const written = read(strip(read(layers().bytes()), 'tflite').file);
    const keys = mainGraph(written).tensors.flatMap(({ constant }) => (constant ? [constant.key] : []));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('leaves no name and no signature for TFLM alone', () => {
    const { file, answer } = strip(read(layers().bytes()), 'tflm');
    expect(read(file).signatures).toEqual([]);
    expect(mainGraph(read(file)).tensors.every(({ name }) => name === '')).toBe(true);
    expect(answer.uses.find(({ name }) => name === 'names')).toMatchObject({ after: 0 });
    expect(answer.notes.join(' ')).not.toContain('refuse');
  });

  it('says what each byte is for, before and after: the parts add up to the files', () => {
    for (const level of ['tflite', 'tflm'] as const) {
      const { answer } = strip(read(layers().bytes()), level);
      expect(answer.uses.reduce((sum, { before }) => sum + before, 0)).toBe(answer.before.fileBytes);
      expect(answer.uses.reduce((sum, { after }) => sum + after, 0)).toBe(answer.after.fileBytes);
    }
  });

  it('moves a memory plan with the tensors it pins', () => {
    const { file, answer } = strip(plannedLayers([64, -1, -1, -1, 0, 128]), 'tflm');
    expect([...offlineOffsets(read(file))!]).toEqual([64, -1, -1, 0, 128]);
    expect(answer.notes.join(' ')).toContain('kept for the tensors that are left');
  });

  it('leaves out a memory plan for another number of tensors', () => {
    const { file, answer } = strip(plannedLayers([64, 0]), 'tflm');
    expect(read(file).metadata).toEqual([]);
    expect(answer.notes.join(' ')).toContain('left out');
  });

  it('refuses what names its tensors by number, and what has nothing to leave out', () => {
    const compressed = layers().metadata('COMPRESSION_METADATA', new Uint8Array(16));
    expect(() => strip(read(compressed.bytes()), 'tflm')).toThrow('compressed for TFLM');
    const { file } = strip(read(layers().bytes()), 'tflm');
    expect(() => strip(read(file), 'tflm')).toThrow('nothing that can be left out');
  });

  it.skipIf(models === null)('takes 11 % off VWW for any TFLite runtime, 25 % for TFLM alone', () => {
    const vww = readBytes(path.join(models!, 'vww_96_int8.tflite'));
    const answers = (['tflite', 'tflm'] as const).map((level) => strip(read(vww), level).answer);
    expect(answers.map(({ after }) => after)).toEqual([
      { fileBytes: 295_408, arena: 100_660 },
      { fileBytes: 251_248, arena: 100_660 },
    ]);
    expect(answers.every(({ isVerified }) => isVerified)).toBe(true);
    expect(answers[1]!.notes.join(' ')).toContain('LiteRT refuse');
  });
});

describe('graphDifference', () => {
  it('finds a changed option, weight or connection', () => {
    const model = read(layers().bytes());
    const graph = mainGraph(model);
    const changed = (change: Partial<typeof graph>): Model => ({ ...model, graphs: [{ ...graph, ...change }] });
    const [first, second] = [graph.nodes[0]!, graph.nodes[1]!];
    const attributes = { ...first.source.attributes, fused_activation_function: 'NONE' };
    const other = { ...first, source: { ...first.source, attributes } };
    const bent = { ...second, inputs: [graph.inputs[0]!, ...second.inputs.slice(1)] };
    const zeros = graph.tensors.map((tensor) =>
      tensor.constant ? { ...tensor, constant: { ...tensor.constant, read: () => new Uint8Array(64) } } : tensor,
    );
    expect(graphDifference(model, model)).toBeNull();
    expect(graphDifference(model, changed({ nodes: [other, second] }))).toContain('operator 0');
    expect(graphDifference(model, changed({ nodes: [first, bent] }))).toContain('tensor of operator 1');
    expect(graphDifference(model, changed({ tensors: zeros }))).toContain('tensor of operator 0');
  });
});

describe('a memory plan', () => {
  const planned = plannedLayers([64, -1, -1, -1, 0, 128]);
  const plansOf = (file: Uint8Array, name: string): readonly string[] =>
    readModel(new MemoryByteSource(file, name)).metadata.map((entry) => entry.name);

  it('stays where tensors stay: pruning changes weights only', () => {
    expect(plansOf(writeModel(pruneMagnitude(planned, 0.5).model), 'model.tflite')).toContain(
      'OfflineMemoryAllocation',
    );
  });

  it('is no part of a converted model', () => {
    expect(plansOf(toOnnx(planned).bytes, 'model.onnx')).not.toContain('OfflineMemoryAllocation');
  });
});

describe('withMainGraph', () => {
  it('leaves out a memory plan, which was made for other tensors', () => {
    const model = plannedLayers([64, -1, -1, -1, 0, 128]);
    expect(withMainGraph(model, mainGraph(model)).model.metadata.map(({ name }) => name)).toEqual([
      'min_runtime_version',
    ]);
  });

  it('keeps what connects tensors, whichever of them are not used', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 12 }), (isUsed) => {
        const b = new TfliteBuilder();
        let last = b.input('x', 'float32', [1, 2]);
        for (const [index, used] of isUsed.entries()) {
          const next = b.activation(`t${index}`, 'float32', [1, 2]);
          if (!used) continue;
          b.node('RELU', [last], [next]);
          last = next;
        }
        const model = b.outputs(last).model();
        const { model: compact, ids } = withMainGraph(model, mainGraph(model));
        expect(ids.size).toBe(1 + isUsed.filter(Boolean).length);
        expect(graphDifference(model, compact)).toBeNull();
      }),
    );
  });
});
