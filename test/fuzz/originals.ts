import { statSync } from 'node:fs';
import path from 'node:path';
import { kerasFile } from '../fixtures/kerasFile';
import { cSource, ggufFile, safetensorsFile, zipOf } from '../fixtures/containerFiles';
import { branchNet, externalDataNet, qdqNet, tinyConvNet } from '../fixtures/onnxModels';
import { filesUnder, readBytes, sharedPath } from '../fixtures/sharedFiles';
import { floatDepthwiseResidual, int8ConvDense } from '../fixtures/tfliteBuilder';

export interface Original {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Cases on large files take their time and find little that small ones do not. */
const SMALL_BYTES = 16 * 1024;
const LARGE_BYTES = 400 * 1024;

/** Of each size, evenly over the collection. */
const MOST_FILES = 400;

/** A file of every format at least, made by code. */
export async function builtFiles(): Promise<readonly Original[]> {
  const tflite = int8ConvDense().bytes();
  const keras = await kerasFile();
  return [
    { name: 'built.tflite', bytes: tflite },
    { name: 'residual.tflite', bytes: floatDepthwiseResidual().bytes() },
    { name: 'attached.tflite', bytes: joined(tflite, zipOf({ 'labels.txt': new TextEncoder().encode('cat\ndog\n') })) },
    { name: 'built.onnx', bytes: tinyConvNet() },
    { name: 'branch.onnx', bytes: branchNet() },
    { name: 'qdq.onnx', bytes: qdqNet() },
    { name: 'external.onnx', bytes: externalDataNet().model },
    { name: 'built.cc', bytes: cSource(tflite) },
    { name: 'built.gguf', bytes: ggufFile() },
    { name: 'built.safetensors', bytes: safetensorsFile() },
    { name: 'built.h5', bytes: keras.h5 },
    { name: 'built.keras', bytes: keras.archive },
  ];
}

/** Files to mutate. */
interface Originals {
  /** One of each format at least, made by code. */
  readonly built: readonly Original[];
  /** Real files; none without the collection. */
  readonly small: readonly Original[];
  readonly large: readonly Original[];
}

export async function originals(): Promise<Originals> {
  const real = realFiles();
  const ofSize = (from: number, to: number): Original[] =>
    real
      .filter(({ size }) => size > from && size <= to)
      .filter((_, index, all) => index % Math.ceil(all.length / MOST_FILES) === 0)
      .map(({ file }) => ({ name: path.basename(file), bytes: readBytes(file) }));
  return { built: await builtFiles(), small: ofSize(0, SMALL_BYTES), large: ofSize(SMALL_BYTES, LARGE_BYTES) };
}

function realFiles(): readonly { readonly file: string; readonly size: number }[] {
  const folder = sharedPath('models');
  if (folder === null) return [];
  return filesUnder(folder, '.tflite', '.onnx').map((file) => ({ file, size: statSync(file).size }));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const start = Math.ceil(first.length / 4) * 4;
  const bytes = new Uint8Array(start + second.length);
  bytes.set(first);
  bytes.set(second, start);
  return bytes;
}
