import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeNpy } from '../../../src/core/datasets/npy';
import { readModel } from '../../../src/core/formats/readModel';
import { mainGraph } from '../../../src/core/ir/model';
import { MemoryByteSource } from '../../../src/core/ports/memoryByteSource';
import { quantizeFile, pruneFile } from '../../../src/node/transformFile';
import { pseudoRandom, tinyConvNet } from '../../fixtures/onnxModels';
import { readBytes, sharedPath } from '../../fixtures/sharedFiles';
import { floatConvDense, reals } from '../../fixtures/tfliteBuilder';
import { runTfliteOracle } from '../../fixtures/tfliteOracle';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tinyml-transform-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const watch = { report: () => undefined, signal: new AbortController().signal };
const at = (name: string) => path.join(folder, name);

function request(model: string, output: string, data: string) {
  const file = { path: at(model), name: model };
  return { file, output: at(output), data, ranges: 'mse', limit: 64, runtime: 'tflm' } as const;
}

/** A folder of 8x8 colour pictures, two classes, and what does not belong there. */
function pictures(): string {
  for (const name of ['cats', 'dogs']) {
    mkdirSync(at(`data/${name}`), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const data = Uint8Array.from(reals(8 * 8 * 3, i + name.length), (value) => (value + 1) * 127);
      writeFileSync(at(`data/${name}/${i}.png`), encode({ width: 8, height: 8, channels: 3, data }));
    }
  }
  writeFileSync(at('data/broken.png'), 'no picture');
  writeFileSync(at('data/readme.txt'), 'words');
  return at('data');
}

describe('quantizeFile', () => {
  it('writes a .tflite that an interpreter runs, close to the float model', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    const answer = await quantizeFile(request('m.tflite', 'm.int8.tflite', pictures()), watch);
    expect(answer.samples).toBe(12);
    expect(answer.sqnrDb).toBeGreaterThan(20);
    expect(answer.after.fileBytes).toBe(readFileSync(at('m.int8.tflite')).length);
    expect(answer.after.arena).toBeLessThan(answer.before.arena!);
    expect(answer.notes.join(' ')).toMatch(/1 of 13 data files were skipped. broken.png/);
    expect(answer.layers.map((layer) => layer.op)).toEqual(['CONV_2D', 'RESHAPE', 'FULLY_CONNECTED', 'SOFTMAX']);
    expect(answer.estimated).toContain('sqnrDb');
    const ran = runTfliteOracle(readBytes(at('m.int8.tflite')), new Uint8Array(8 * 8 * 3).fill(5));
    expect(ran.outputs.map((output) => output.dtype)).toEqual(['int8']);
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('writes an .onnx with float inputs and outputs', async () => {
    writeFileSync(at('m.onnx'), tinyConvNet());
    const graph = mainGraph(readModel(new MemoryByteSource(tinyConvNet(), 'm.onnx')));
    const shape = graph.tensors[graph.inputs[0]!]!.shape!.map((dim) => (typeof dim === 'number' ? dim : 1));
    const count = shape.reduce((product, dim) => product * dim, 1);
    writeFileSync(at('data.npy'), writeNpy([16, ...shape], pseudoRandom(16 * count)));
    const answer = await quantizeFile(request('m.onnx', 'm.int8.onnx', at('data.npy')), watch);
    expect(answer.samples).toBe(16);
    expect(answer.sqnrDb).toBeGreaterThan(20);
    const after = mainGraph(readModel(new MemoryByteSource(readBytes(at('m.int8.onnx')), 'q.onnx')));
    expect(after.tensors[after.inputs[0]!]!.dtype).toBe('float32');
    expect(after.tensors.some((tensor) => tensor.dtype === 'int8' && tensor.constant)).toBe(true);
  });

  it('never writes onto its input, by whatever name', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    symlinkSync(at('m.tflite'), at('same.tflite'));
    await expect(quantizeFile(request('m.tflite', 'same.tflite', pictures()), watch)).rejects.toThrow(/input itself/);
    expect(readBytes(at('m.tflite'))).toEqual(floatConvDense().bytes());
  });

  it('leaves nothing behind when it is stopped', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    const data = pictures();
    const controller = new AbortController();
    const report = ({ step }: { readonly step: string }) => {
      if (step === 'Measuring') controller.abort(new Error('stopped'));
    };
    const work = quantizeFile(request('m.tflite', 'out.tflite', data), { report, signal: controller.signal });
    await expect(work).rejects.toThrow('stopped');
    expect(readdirSync(folder).sort()).toEqual(['data', 'm.tflite']);
  });

  it('says in a sentence what stands in the way', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    mkdirSync(at('empty'));
    await expect(quantizeFile(request('m.tflite', 'o.tflite', at('empty')), watch)).rejects.toThrow(/holds no data/);
    await expect(quantizeFile(request('m.tflite', 'o.tflite', at('none')), watch)).rejects.toThrow(/does not exist/);
    await expect(quantizeFile(request('m.tflite', 'no/o.tflite', at('empty')), watch)).rejects.toThrow(
      /folder does not exist/,
    );
  });
});

describe('pruneFile', () => {
  it('zeroes the share asked for and measures what it did', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    const answer = await pruneFile({ ...request('m.tflite', 'p.tflite', pictures()), amount: 0.5 }, watch);
    expect(answer.after.zeroWeights).toBe(54 + 160);
    expect(answer.after.gzipBytes).toBeLessThan(answer.before.gzipBytes);
    expect([answer.after.arena, answer.after.macs]).toEqual([answer.before.arena, answer.before.macs]);
    expect(answer.sqnrDb).toBeGreaterThan(0);
  });

  it('says that nothing was measured without data', async () => {
    writeFileSync(at('m.tflite'), floatConvDense().bytes());
    const answer = await pruneFile({ ...request('m.tflite', 'p.tflite', ''), data: null, amount: 0.3 }, watch);
    expect([answer.sqnrDb, answer.samples]).toEqual([null, 0]);
  });
});

const resnet = sharedPath('models/mlperf-tiny/pretrainedResnet.tflite');
const cifar = sharedPath('data/cifar10/cifar10-test-first1000.bin');

describe.skipIf(resnet === null || cifar === null)('ResNet8 on CIFAR-10', () => {
  /** Records of a label and 3 planes of 32 x 32, as interleaved pixels. */
  function images(from: number, count: number): Float32Array {
    const records = readBytes(cifar!);
    return Float32Array.from({ length: count * 3072 }, (_, i) => {
      const [image, pixel, channel] = [Math.floor(i / 3072), Math.floor((i % 3072) / 3), i % 3];
      return records[(from + image) * 3073 + 1 + channel * 1024 + pixel]!;
    });
  }

  it('keeps 28 dB at its logits, and an interpreter agrees with the simulation', async () => {
    copyFileSync(resnet!, at('m.tflite'));
    writeFileSync(at('data.npy'), writeNpy([64, 32, 32, 3], images(0, 64)));
    const answer = await quantizeFile(request('m.tflite', 'q.tflite', at('data.npy')), watch);
    expect(answer.layers.find((layer) => layer.op === 'FULLY_CONNECTED')!.sqnrDb).toBeGreaterThan(28);
    expect(answer.top1Agreement).toBeGreaterThan(0.95);
    expect([answer.before.arena, answer.after.arena]).toEqual([196_608, 49_152]);
    const file = readBytes(at('q.tflite'));
    const graph = mainGraph(readModel(new MemoryByteSource(file, 'q.tflite')));
    const { scales, zeroPoints } = graph.tensors[graph.inputs[0]!]!.quantization!;
    const tested = images(64, 100);
    const ints = Int8Array.from(tested, (value) =>
      Math.max(-128, Math.min(127, Math.round(value / scales[0]!) + zeroPoints[0]!)),
    );
    const int8 = runTfliteOracle(file, new Uint8Array(ints.buffer));
    const float = runTfliteOracle(readBytes(resnet!), new Uint8Array(tested.buffer));
    const classes = new Float32Array(new Uint8Array(float.bytes).buffer);
    const scores = new Int8Array(new Uint8Array(int8.bytes).buffer);
    const best = (values: ArrayLike<number>, image: number) =>
      Array.from({ length: 10 }, (_, k) => values[image * 10 + k]!).reduce(
        (top, value, k, all) => (value > all[top]! ? k : top),
        0,
      );
    const same = Array.from({ length: 100 }, (_, image) => best(classes, image) === best(scores, image)).filter(
      Boolean,
    );
    expect(same.length).toBeGreaterThanOrEqual(95);
  });
});
