import path from 'node:path';
import { filesUnder, sharedPath } from '../fixtures/sharedFiles';
import { backendCases, networkCases } from './onnxCases';
import { networkRows, onnxRoundTripRows, onnxToTfliteRows } from './onnxToTflite';
import { onnxTransposes, tfliteTransposes } from './convertTransposes';
import { printRows } from './table';
import { tfliteRows } from './tfliteConversions';

/** Conversions held against engines written by others: a TFLite interpreter, ONNX Runtime, and ONNX's stored outputs. */

let wrong = 0;
const models = sharedPath('models');
if (models !== null && !process.argv.includes('--onnx-only')) {
  const { toOnnx, quantized, engine, hybrid, roundTrip } = await tfliteRows(filesUnder(models, '.tflite'));
  wrong += printRows('TFLite -> ONNX in ONNX Runtime, float (1e-4 of the range)', toOnnx);
  wrong += printRows('TFLite -> ONNX in ONNX Runtime, quantized (one step)', quantized);
  wrong += printRows('TFLite -> ONNX, quantized, against the integer engine step by step', engine);
  wrong += printRows('TFLite -> ONNX, hybrid (5 / 127 of the largest value)', hybrid);
  wrong += printRows('TFLite -> ONNX -> TFLite', roundTrip);
}
const isTfliteOnly = process.argv.includes('--tflite-only');
for (const suite of isTfliteOnly ? [] : ['node', 'pytorch-converted', 'pytorch-operator', 'simple']) {
  const cases = backendCases(suite);
  wrong += printRows(`ONNX -> TFLite, ${suite}`, onnxToTfliteRows(cases));
  wrong += printRows(`ONNX -> TFLite -> ONNX, ${suite}`, await onnxRoundTripRows(cases));
}
const networks = isTfliteOnly ? [] : networkCases();
wrong += printRows('ONNX -> TFLite, networks', onnxToTfliteRows(networks));
wrong += printRows('ONNX -> TFLite -> ONNX, networks', await onnxRoundTripRows(networks));
// Networks whose weights fit into an interpreter's 32-bit memory together with their file.
const light = ['squeezenet', 'shufflenet', 'densenet121', 'inception_v1', 'inception_v2'];
if (models !== null && !isTfliteOnly) {
  const files = light.map((name) => path.join(models, 'onnx-backend/light', `light_${name}.onnx`));
  wrong += printRows('ONNX -> TFLite, networks of constant weights', await networkRows(files));
}
if (models !== null) {
  const named = (folder: string) => filesUnder(path.join(models, 'onnx-backend', folder), 'model.onnx');
  const onnx = [
    ...filesUnder(path.join(models, 'onnx-model-with-golden'), '.onnx'),
    ...light.map((name) => path.join(models, 'onnx-backend/light', `light_${name}.onnx`)),
  ];
  wrong += printRows('Transposes, ONNX -> TFLite, networks', onnxTransposes(onnx));
  const pieces = [...named('pytorch-converted'), ...named('pytorch-operator')];
  wrong += printRows('Transposes, ONNX -> TFLite, PyTorch', onnxTransposes(pieces));
  const folders = ['mlperf-tiny', 'micro-wake-word'];
  const tflite = folders.flatMap((folder) => filesUnder(path.join(models, folder), '.tflite'));
  wrong += printRows('Transposes, TFLite -> ONNX -> TFLite', tfliteTransposes(tflite));
}
process.exitCode = wrong > 0 ? 1 : 0;
