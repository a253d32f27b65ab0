import type { Runtime, RuntimeId } from './runtime';

/** Runtimes we know rules of, the default first. */
export const runtimes: readonly Runtime[] = [
  { id: 'tflm', name: 'TFLM · reference', version: 'tflite-micro 90b983c2b (2026-08-20)' },
  { id: 'tflm-cmsis-nn', name: 'TFLM · CMSIS-NN', version: 'tflite-micro 90b983c2b (2026-08-20), CMSIS-NN 4ab83cc3' },
  { id: 'tflm-esp-nn', name: 'TFLM · ESP-NN', version: 'esp-tflite-micro 99f49e14, ESP-NN d45b843c' },
  { id: 'tinyengine', name: 'TinyEngine', version: 'tinyengine 47bb283c' },
  { id: 'c', name: 'Generated C', version: 'TinyML Workbench' },
  { id: 'onnxruntime', name: 'ONNX Runtime', version: 'onnxruntime 1.30.0' },
];

export function runtimeById(id: string): Runtime | null {
  return runtimes.find((runtime) => runtime.id === id) ?? null;
}

/** True for the runtimes that are TensorFlow Lite Micro with one set of kernels or another. */
export function isTflm(id: RuntimeId): boolean {
  return id.startsWith('tflm');
}
