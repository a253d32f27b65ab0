import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeNpy } from '../../src/core/datasets/npy';
import { quantizeFile } from '../../src/node/transformFile';
import { readBytes, sharedPath } from '../fixtures/sharedFiles';
import { benchFolder } from './benchModels';
import { report } from './figure';

/** ResNet8 to int8, calibrated on CIFAR-10, as the job process and `tinyml quantize` do it. */

const RECORD = 3073; // a label, then 32x32 red, green and blue planes
const PIXELS = 1024;
const ROUNDS = 3;

/** The first `count` pictures as the network's input takes them: 0 to 255, channels last. */
function pictures(records: Uint8Array, count: number): Float32Array {
  return Float32Array.from({ length: count * 3 * PIXELS }, (_, at) => {
    const [picture, pixel, channel] = [Math.floor(at / (3 * PIXELS)), Math.floor((at % (3 * PIXELS)) / 3), at % 3];
    return records[picture * RECORD + 1 + channel * PIXELS + pixel]!;
  });
}

async function quantizeWith(model: string, records: Uint8Array, count: number): Promise<void> {
  const data = path.join(benchFolder, `cifar${count}.npy`);
  writeFileSync(data, writeNpy([count, 32, 32, 3], pictures(records, count)));
  const seconds: number[] = [];
  let sqnrDb: number | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const output = path.join(benchFolder, 'resnet8.int8.tflite');
    rmSync(output, { force: true });
    const answer = await quantizeFile(
      { file: { path: model, name: 'resnet8.tflite' }, output, data, ranges: 'mse', limit: count, runtime: 'tflm' },
      { report: () => undefined, signal: new AbortController().signal },
    );
    seconds.push(answer.seconds);
    ({ sqnrDb } = answer);
  }
  report(`quantize ResNet8, ${count} pictures`, seconds, 's');
  console.log(`  SQNR ${sqnrDb?.toFixed(1) ?? 'not known'} dB`);
}

const model = sharedPath('models/mlperf-tiny/pretrainedResnet.tflite');
const cifar = sharedPath('data/cifar10/cifar10-test-first1000.bin');
if (model !== null && cifar !== null) {
  for (const count of [64, 256]) await quantizeWith(model, readBytes(cifar), count);
}
