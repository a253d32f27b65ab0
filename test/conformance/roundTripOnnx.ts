import { readFileSync } from 'node:fs';
import path from 'node:path';
import { onnxFormat, readOnnxAsStored } from '../../src/core/formats/onnx/onnxFormat';
import { writeOnnx } from '../../src/core/formats/onnx/writeOnnx';
import { ModelError } from '../../src/core/ir/errors';
import type { Model } from '../../src/core/ir/model';
import type { ByteSource } from '../../src/core/ports/byteSource';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { Tree, TreeTable } from '../fixtures/flatbufferTree';
import { firstDifference, treeText } from '../fixtures/flatbufferTree';
import type { ReadSibling } from '../fixtures/onnxTree';
import { onnxTree } from '../fixtures/onnxTree';
import { readBytes } from '../fixtures/sharedFiles';
import type { RoundTripRow } from './roundTripTable';

/** Read, write, and compare the two files by protobuf's wire format alone. */
export function onnxRoundTrip(file: string, name: string): RoundTripRow {
  const bytes = readBytes(file);
  const folder = path.dirname(file);
  let written: Uint8Array;
  try {
    written = writeOnnx(readOnnxAsStored(sourceOf(bytes, name, folder)));
  } catch (error) {
    if (error instanceof ModelError) return { name, verdict: 'refused', detail: error.reason };
    throw error;
  }
  if (Buffer.compare(bytes, written) === 0) return { name, verdict: 'identical', detail: '' };
  const readSibling = siblingReader(folder);
  const [before, after] = [onnxTree(bytes, readSibling), onnxTree(written, readSibling)];
  const strict = firstDifference(before, after);
  const difference = strict && firstDifference(withoutOrder(before), withoutOrder(after));
  if (difference !== null) return { name, verdict: 'wrong', detail: difference };
  const again = writeOnnx(readOnnxAsStored(sourceOf(written, name, folder)));
  const detail = strict === null ? '' : 'operators, out of order in the file, are put into the order ONNX asks for';
  return Buffer.compare(again, written) === 0
    ? { name, verdict: 'same', detail }
    : { name, verdict: 'wrong', detail: 'written again, it changes' };
}

/** A tree whose main graph has its nodes in no order: what is left when a file lists them in one that cannot run. */
function withoutOrder(model: TreeTable): TreeTable {
  const graphs = (model[7] as readonly TreeTable[]).map((graph) => ({
    ...graph,
    1: ((graph[1] ?? []) as readonly Tree[]).map((node) => treeText(node)).sort(),
  }));
  return { ...model, 7: graphs };
}

/**
 * As the editor and the transforms read: QuantizeLinear and DequantizeLinear are properties of tensors. Written and
 * read again it is the same model, operator for operator.
 */
export function foldedRoundTrip(file: string, name: string): RoundTripRow {
  const folder = path.dirname(file);
  try {
    const model = onnxFormat.read(sourceOf(readBytes(file), name, folder));
    const again = onnxFormat.read(sourceOf(writeOnnx(model), name, folder));
    const [before, after] = [meaningOf(model), meaningOf(again)];
    const at = before.findIndex((line, index) => line !== after[index]);
    if (at < 0 && before.length === after.length) return { name, verdict: 'same', detail: '' };
    return { name, verdict: 'wrong', detail: `${before[at] ?? 'nothing'} / ${after[at] ?? 'nothing'}`.slice(0, 200) };
  } catch (error) {
    if (error instanceof ModelError) return { name, verdict: 'refused', detail: error.reason };
    throw error;
  }
}

/** A line for each graph, operator and value that an operator has. */
function meaningOf(model: Model): readonly string[] {
  return model.graphs.flatMap(({ name, tensors, nodes, inputs, outputs }) => {
    const say = (id: number | null): unknown => {
      const tensor = id === null ? null : tensors[id];
      if (!tensor) return null;
      const { dtype, shape, quantization, constant } = tensor;
      return [tensor.name, dtype, shape, quantization, constant ? constant.byteLength : null];
    };
    return [
      text(['graph', name, inputs.map(say), outputs.map(say)]),
      ...nodes.map(({ source, op, inputs: from, outputs: to }) =>
        text([source.op, source.domain, source.name, source.attributes, op, from.map(say), to.map(say)]),
      ),
    ];
  });
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

function siblingReader(folder: string): ReadSibling {
  return (name, offset, length) => {
    const bytes = readFileSync(path.join(folder, name));
    return bytes.subarray(offset, length === null ? bytes.length : offset + length);
  };
}

function sourceOf(bytes: Uint8Array, name: string, folder: string): ByteSource {
  const memory = new MemoryByteSource(bytes, name);
  return {
    size: memory.size,
    generation: memory.generation,
    name,
    read: (offset, length) => memory.read(offset, length),
    sibling: (relative) => {
      try {
        return new MemoryByteSource(readBytes(path.join(folder, relative)), relative);
      } catch {
        throw new ModelError('missing-external-data', `${relative} is missing.`);
      }
    },
  };
}
