import { beforeAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../../src/core/answers/inspect';
import { readModel } from '../../../../src/core/formats/readModel';
import { ModelError } from '../../../../src/core/ir/errors';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { mainGraph } from '../../../../src/core/ir/model';
import type { Model } from '../../../../src/core/ir/model';
import { verify } from '../../../../src/core/ir/verify';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import type { VisitHdf5 } from '../../../../src/core/ports/hdf5';
import { FileByteSource } from '../../../../src/node/fileByteSource';
import { loadHdf5 } from '../../../../src/node/hdf5/loadHdf5';
import { kerasFile } from '../../../fixtures/kerasFile';
import { sharedPath } from '../../../fixtures/sharedFiles';

let hdf5: VisitHdf5;
let files: { readonly h5: Uint8Array; readonly archive: Uint8Array };
beforeAll(async () => {
  hdf5 = await loadHdf5();
  files = await kerasFile();
});

function read(bytes: Uint8Array, name: string): Model {
  return readModel(new MemoryByteSource(bytes, name), { hdf5 });
}

describe('a Keras model', () => {
  it.each([
    ['.h5', 'Keras 2.4.0', 'Keras HDF5, Sequential'],
    ['.keras', 'Keras 3.4.1', 'Keras archive, Sequential'],
  ] as const)('opens from %s with shapes, weights and work', (extension, producer, formatVersion) => {
    const model = read(extension === '.h5' ? files.h5 : files.archive, `tiny${extension}`);
    expect(model).toMatchObject({ format: 'keras', producer, formatVersion });
    expect(verify(model)).toEqual([]);
    const graph = mainGraph(inferShapes(model));
    expect(graph.nodes.map(({ source: { op }, outputs }) => [op, graph.tensors[outputs[0]!]!.shape])).toEqual([
      ['Conv2D', [1, 4, 4, 4]],
      ['BatchNormalization', [1, 4, 4, 4]],
      ['GlobalAveragePooling2D', [1, 4]],
      ['Dense', [1, 5]],
    ]);
    // 3·3·3·4 + 4, 3 times 4 without a scale, 4·5 + 5; the convolution makes 4·4 pixels.
    expect(inspect(model).parameters).toBe(112 + 12 + 25);
    expect(graph.nodes[1]?.inputs[1]).toBeNull();
    const kernel = graph.tensors[graph.nodes[3]!.inputs[1]!]!;
    expect([...new Float32Array(kernel.constant!.read().slice().buffer)]).toEqual([
      ...Float32Array.from({ length: 20 }, (_, index) => index / 20),
    ]);
  });

  it('refuses damaged files with one sentence, and reads on', () => {
    for (let cut = 100; cut < files.h5.length; cut += 997) {
      try {
        read(files.h5.subarray(0, cut), 'cut.h5');
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }
    expect(read(files.h5, 'tiny.h5').graphs).toHaveLength(1);
  });

  it('refuses a heap that the library would walk without end', () => {
    const bytes = files.h5.slice();
    const at = Buffer.from(bytes).indexOf('GCOL');
    expect(at).toBeGreaterThan(0);
    bytes.fill(0, at + 16, at + 32);
    expect(() => read(bytes, 'heap.h5')).toThrow(ModelError);
  });
});

const folder = sharedPath('models/mlperf-tiny');

describe.skipIf(folder === null)('the Keras models of MLPerf Tiny', () => {
  // Parameters as Keras counts them; MACs are those published for the same models as .tflite.
  it.each([
    ['ad01.h5', 269_992, 264_192],
    ['pretrainedResnet.h5', 78_666, 12_501_632],
    ['vww_96.h5', 221_794, 7_489_664],
  ])('%s has its parameters and MACs', (name, parameters, macs) => {
    const model = readModel(new FileByteSource(`${folder ?? ''}/${name}`), { hdf5 });
    expect(inspect(model)).toMatchObject({ parameters, macs, format: 'keras' });
  });
});
