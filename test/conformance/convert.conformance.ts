import path from 'node:path';
import { filesUnder, sharedPath } from '../fixtures/sharedFiles';
import { backendCases, networkCases } from './onnxCases';
import { networkRows, onnxRoundTripRows, onnxToTfliteRows } from './onnxToTflite';
import { printRows } from './table';
import { tfliteRows } from './tfliteConversions';

/** Conversions held against engines written by others: a TFLite interpreter, ONNX Runtime, and ONNX's stored outputs. */

let wrong = 0;
const models = sharedPath('models');
if (models !== null) {
  const { toOnnx, quantized, roundTrip } = await tfliteRows(filesUnder(models, '.tflite'));
  wrong += printRows('TFLite -> ONNX in ONNX Runtime, float (1e-4 of the range)', toOnnx);
  wrong += printRows('TFLite -> ONNX in ONNX Runtime, quantized (one step)', quantized);
  wrong += printRows('TFLite -> ONNX -> TFLite', roundTrip);
}
for (const suite of process.argv.includes('--tflite-only')
  ? []
  : ['node', 'pytorch-converted', 'pytorch-operator', 'simple']) {
  const cases = backendCases(suite);
  wrong += printRows(`ONNX -> TFLite, ${suite}`, onnxToTfliteRows(cases));
  wrong += printRows(`ONNX -> TFLite -> ONNX, ${suite}`, await onnxRoundTripRows(cases));
}
const networks = networkCases();
wrong += printRows('ONNX -> TFLite, networks', onnxToTfliteRows(networks));
wrong += printRows('ONNX -> TFLite -> ONNX, networks', await onnxRoundTripRows(networks));
// Networks whose weights fit into an interpreter's 32-bit memory together with their file.
const light = ['squeezenet', 'shufflenet', 'densenet121', 'inception_v1', 'inception_v2'];
if (models !== null) {
  const files = light.map((name) => path.join(models, 'onnx-backend/light', `light_${name}.onnx`));
  wrong += printRows('ONNX -> TFLite, networks of constant weights', await networkRows(files));
}
process.exitCode = wrong > 0 ? 1 : 0;
