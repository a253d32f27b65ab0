import path from 'node:path';
import { readModel } from '../../src/core/formats/readModel';
import { ModelError } from '../../src/core/ir/errors';
import type { Graph } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { toOnnx } from '../../src/core/transforms/convert/toOnnx/toOnnx';
import { toTflite } from '../../src/core/transforms/convert/toTflite/toTflite';
import { readBytes } from '../fixtures/sharedFiles';
import type { Row } from './table';

/** Conversions keep every port's shape: one transposition at a port of three dimensions or more is theirs. */

const read = (bytes: Uint8Array, name: string): Model => readModel(new MemoryByteSource(bytes, name));

const transposesOf = ({ nodes }: Graph): number => nodes.filter(({ op }) => op.kind === 'Transpose').length;

function borderOf({ inputs, outputs, tensors }: Graph): number {
  const ports = [...inputs.filter((id) => !tensors[id]!.constant), ...outputs];
  return ports.filter((id) => (tensors[id]!.shape?.length ?? 0) > 2).length;
}

function row(name: string, source: Graph, results: readonly (readonly [what: string, bytes: Uint8Array])[]): Row {
  const own = transposesOf(source);
  const counts = results.map(([what, bytes]) => {
    const made = mainGraph(read(bytes, `m.${what}`));
    // State of a TFLite file is ports of the ONNX file.
    return { what, count: transposesOf(made), ports: Math.max(borderOf(source), borderOf(made)) };
  });
  const isKept = counts.every(({ count, ports }) => count <= own + ports);
  const told = counts.map(({ what, count, ports }) => `${count} in the ${what} of ${ports} ports`).join(', ');
  return { name, verdict: isKept ? 'equal' : 'wrong', detail: `${own} in the source, ${told}` };
}

function guarded(name: string, make: () => Row): Row {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { name, verdict: 'refused', detail: 'not counted: it does not convert' };
  }
}

/** ONNX -> TFLite. */
export function onnxTransposes(files: readonly string[]): readonly Row[] {
  return files.map((file) => {
    const name = path.basename(file) === 'model.onnx' ? path.basename(path.dirname(file)) : path.basename(file);
    return guarded(name, () => {
      const model = read(readBytes(file), name);
      return row(name, mainGraph(model), [['tflite', toTflite(model).bytes]]);
    });
  });
}

/** TFLite -> ONNX, and back to TFLite. */
export function tfliteTransposes(files: readonly string[]): readonly Row[] {
  return files.map((file) => {
    const name = path.basename(file);
    return guarded(name, () => {
      const model = read(readBytes(file), name);
      const onnx = toOnnx(model).bytes;
      const back = toTflite(read(onnx, 'm.onnx')).bytes;
      return row(name, mainGraph(model), [
        ['onnx', onnx],
        ['tflite', back],
      ]);
    });
  });
}
