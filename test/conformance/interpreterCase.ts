import path from 'node:path';
import { readModel } from '../../src/core/formats/readModel';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { ModelError } from '../../src/core/ir/errors';
import type { Graph } from '../../src/core/ir/graph';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { mainGraph, type Model } from '../../src/core/ir/model';
import type { Tensor } from '../../src/core/ir/tensor';
import { bindShape } from '../../src/core/ir/shape';
import { bytesOf } from '../../src/core/ir/dtype';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import { readBytes } from '../fixtures/sharedFiles';
import { seededValue } from '../fixtures/tflmTruth';
import { withNarrowPorts } from './narrowPorts';
import type { Row } from './table';

/** A file to be run in the product and in a TFLite interpreter, and what both are given. */
export interface InterpreterCase {
  readonly name: string;
  readonly model: Model;
  readonly bytes: Uint8Array;
  /** As the interpreter is given it: the file itself, or with int32 ports where it has int64 ones. */
  readonly given: Uint8Array;
  readonly inputs: readonly TensorValue[];
  readonly isQuantized: boolean;
}

const WEIGHTED = new Set<string>(['Conv2d', 'DepthwiseConv2d', 'FullyConnected', 'MatMul', 'Lstm', 'Svdf', 'Rnn']);

const isQuantizedInteger = ({ dtype, quantization }: Tensor): boolean =>
  quantization !== null && !dtype.startsWith('float');

/** Float activations with integer weights: the interpreter quantizes the activations at run time. */
function isHybrid({ nodes, tensors }: Graph): boolean {
  return nodes.some(({ op, inputs }) => {
    const [x, w] = inputs.map((id) => (id === null ? undefined : tensors[id]));
    return WEIGHTED.has(op.kind) && x?.dtype === 'float32' && w !== undefined && isQuantizedInteger(w);
  });
}

/** Operators that need integers other than zero. */
const COUNTING = new Set<string>(['FloorMod', 'FloorDiv', 'Div', 'Tile']);

/** Floats and quantized integers from the generator; zeros for indices, which no table lacks, and ones to divide by. */
function inputsOf(graph: Graph): readonly TensorValue[] {
  const least = graph.nodes.some(({ op }) => COUNTING.has(op.kind)) ? 1 : 0;
  return graph.inputs.map((id) => {
    const { dtype, shape, quantization } = graph.tensors[id]!;
    const bound = bindShape(shape ?? []);
    const count = bound.reduce((product, dim) => product * dim, 1);
    const isSeeded = dtype === 'float32' || dtype === 'int8' || dtype === 'uint8' || quantization !== null;
    if (isSeeded) return seededValue(dtype, bound, bytesOf(dtype, count));
    if (dtype !== 'int32') return { dtype, shape: bound, data: new Uint8Array(bytesOf(dtype, count)) };
    return { dtype, shape: bound, data: new Uint8Array(new Int32Array(count).fill(least).buffer) };
  });
}

/** The int64 values of a port as the int32 that the interpreter is given. */
export function narrowed({ dtype, data }: TensorValue): Uint8Array {
  if (dtype !== 'int64') return data;
  return new Uint8Array(Int32Array.from(new BigInt64Array(data.slice().buffer), Number).buffer);
}

/** Reads a file; a row where it cannot be compared. */
export function interpreterCase(folder: string, file: string): InterpreterCase | Row {
  const name = path.relative(folder, file);
  try {
    const bytes = readBytes(file);
    const model = inferShapes(readModel(new MemoryByteSource(bytes, 'm.tflite')));
    const graph = mainGraph(model);
    if (model.graphs.some(isHybrid)) {
      return {
        name,
        verdict: 'refused',
        detail: 'excluded: hybrid, the interpreter quantizes activations at run time',
      };
    }
    const ports = [...graph.inputs, ...graph.outputs].map((id) => graph.tensors[id]!.dtype);
    const given = ports.includes('int64') ? writeTflite(withNarrowPorts({ ...model, signatures: [] })) : bytes;
    const isQuantized = model.graphs.some(({ tensors }) =>
      tensors.some((tensor) => !tensor.constant && isQuantizedInteger(tensor)),
    );
    return { name, model, bytes, given, inputs: inputsOf(graph), isQuantized };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { name, verdict: 'refused', detail: `excluded: the file cannot be read (${error.reason})` };
  }
}
