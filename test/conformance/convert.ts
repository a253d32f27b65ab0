import { backendCases } from './onnxCases';
import { onnxToTfliteRows } from './onnxToTflite';
import { printRows } from './table';

/** Conversions held against engines written by others: a TFLite interpreter, ONNX Runtime, and ONNX's stored outputs. */

let wrong = 0;
for (const suite of ['node', 'pytorch-converted', 'pytorch-operator', 'simple']) {
  wrong += printRows(`ONNX -> TFLite, ${suite}`, onnxToTfliteRows(backendCases(suite)));
}
process.exitCode = wrong > 0 ? 1 : 0;
