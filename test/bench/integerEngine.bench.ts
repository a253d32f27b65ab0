import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createIntegerSession } from '../../src/core/execute/integer/integerSession';
import { readTflite } from '../../src/core/formats/tflite/readTflite';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { readBytes, sharedPath } from '../fixtures/sharedFiles';
import { median, report, timesMs } from './figure';

/**
 * One inference of the four MLPerf Tiny models in the integer engine, exact to TFLM, and in the WebAssembly build of
 * TFLite (XNNPACK, which rounds once) in the same run, turn by turn.
 */

const MODELS = {
  ResNet8: 'pretrainedResnet_quant.tflite',
  VWW: 'vww_96_int8.tflite',
  'DS-CNN': 'kws_ref_model.tflite',
  AD: 'ad01_int8.tflite',
};

const ROUNDS = 41;
const WARM_UP = 300;

interface Runner {
  Infer(): boolean;
}

interface TfliteModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  readonly TFLiteWebModelRunner: {
    CreateFromBufferAndOptions(pointer: number, bytes: number, options: object): { ok(): boolean; value(): Runner };
  };
}

async function loadTflite(): Promise<TfliteModule> {
  const require = createRequire(path.resolve('package.json'));
  const folder = path.join(path.dirname(require.resolve('@tensorflow/tfjs-tflite/package.json')), 'wasm');
  const create = require(path.join(folder, 'tflite_web_api_cc_simd.js')) as (options: object) => Promise<TfliteModule>;
  const wasmBinary = readFileSync(path.join(folder, 'tflite_web_api_cc_simd.wasm'));
  return create({ wasmBinary, print: () => {}, printErr: () => {} });
}

function tfliteRunner(module: TfliteModule, model: Uint8Array): Runner {
  const pointer = module._malloc(model.length);
  module.HEAPU8.set(model, pointer);
  const result = module.TFLiteWebModelRunner.CreateFromBufferAndOptions(pointer, model.length, {
    numThreads: 1,
    enableWebNNDelegate: false,
    webNNDevicePreference: 0,
    enableProfiling: false,
    maxProfilingBufferEntries: 1024,
    wasmModulePath: '',
  });
  if (!result.ok()) throw new Error('the TFLite interpreter does not load the model');
  return result.value();
}

/** Milliseconds a run, from batches long enough for the clock. */
function batches(runs: number, work: () => unknown): number {
  const batch = (): void => {
    for (let i = 0; i < runs; i += 1) work();
  };
  return timesMs(1, batch)[0]! / runs;
}

const folder = sharedPath('models/mlperf-tiny');
if (folder !== null) {
  const module = await loadTflite();
  for (const [name, file] of Object.entries(MODELS)) {
    const bytes = readBytes(path.join(folder, file));
    const model = readTflite(new MemoryByteSource(bytes));
    const session = createIntegerSession(model);
    const inputs = model.graphs[0]!.inputs.map((id) => session.tensor(id));
    const ours = (): unknown => session.invoke(inputs);
    const runner = tfliteRunner(module, bytes);
    const theirs = (): unknown => runner.Infer();
    const [mine, others]: [number[], number[]] = [[], []];
    batches(WARM_UP, ours);
    batches(WARM_UP, theirs);
    for (let round = 0; round < ROUNDS; round += 1) {
      mine.push(batches(40, ours));
      others.push(batches(40, theirs));
    }
    const baseline = median(others);
    report(`integer engine, ${name}`, mine, 'ms', {
      baseline: { name: 'TFLite in WebAssembly', value: baseline },
      target: { atMost: 1.5 * baseline },
    });
  }
}
