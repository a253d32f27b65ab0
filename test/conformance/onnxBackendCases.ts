import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readModel } from '../../src/core/formats/readModel';
import type { DType } from '../../src/core/ir/dtype';
import { ModelError } from '../../src/core/ir/errors';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { bindShape } from '../../src/core/ir/shape';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import { readTensorFile } from '../fixtures/onnxTensorFile';
import { readBytes, sharedPath } from '../fixtures/sharedFiles';

export const SUITES = ['node', 'simple', 'light', 'pytorch-converted', 'pytorch-operator'] as const;

/** A model of ONNX's backend tests and where the values of its first run are stored. */
export interface BackendModel {
  readonly name: string;
  readonly suite: string;
  readonly file: string;
  /** Stored values in order. Empty inputs of a `light` model are made up, as ONNX's own runner does. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** One stored value. Null where it is no tensor: a sequence or an optional. */
export type StoredValue = TensorValue | null;

function stored(folder: string, stem: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${stem}_`))
    .sort((a, b) => Number(/\d+/.exec(a)![0]) - Number(/\d+/.exec(b)![0]))
    .map((name) => path.join(folder, name));
}

/** All models of a suite, by name. */
export function backendModels(suite: string): readonly BackendModel[] {
  const root = sharedPath(`models/onnx-backend/${suite}`);
  if (root === null) return [];
  const names = readdirSync(root).sort();
  if (suite === 'light') {
    const models = names.filter((name) => name.endsWith('.onnx'));
    return models.map((name) => {
      const output = path.join(root, name.replace('.onnx', '_output_0.pb'));
      return { name, suite, file: path.join(root, name), inputs: [], outputs: existsSync(output) ? [output] : [] };
    });
  }
  return names.flatMap((name): BackendModel[] => {
    const file = path.join(root, name, 'model.onnx');
    if (!existsSync(file)) return [];
    const data = path.join(root, name, 'test_data_set_0');
    return [{ name, suite, file, inputs: stored(data, 'input'), outputs: stored(data, 'output') }];
  });
}

export type Opening = { readonly model: Model } | { readonly refused: string } | { readonly crashed: string };

/** Reads a model's file as the product does. */
export function openBackendModel(name: string, bytes: Uint8Array): Opening {
  try {
    return { model: readModel(new MemoryByteSource(bytes, name)) };
  } catch (error) {
    if (error instanceof ModelError) return { refused: error.message };
    return { crashed: String((error as Error).stack).slice(0, 300) };
  }
}

/** Types of the ports as the file states them: `unknown` for what is no tensor. */
export interface Ports {
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly dtype: DType }[];
}

export function portsOf(model: Model): Ports {
  const graph = mainGraph(model);
  return {
    inputs: graph.inputs
      .map((id) => graph.tensors[id]!)
      .map(({ name, dtype, shape }) => ({ name, dtype, shape: bindShape(shape ?? []) })),
    outputs: graph.outputs.map((id) => graph.tensors[id]!),
  };
}

/** ONNX's runner feeds light models 0, 1/n, 2/n, ... (generate_dummy_data of onnx/backend/test/runner). */
function ramp(shape: readonly number[]): TensorValue {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const values = Float32Array.from({ length: count }, (_, index) => index / count);
  return { dtype: 'float32', shape, data: new Uint8Array(values.buffer) };
}

export function storedInputs({ suite, inputs }: BackendModel, ports: Ports): readonly StoredValue[] {
  if (suite === 'light') return ports.inputs.map(({ shape }) => ramp(shape));
  return inputs.map((file, at) => storedValue(file, ports.inputs[at]?.dtype));
}

export function storedOutputs({ outputs }: BackendModel, ports: Ports): readonly StoredValue[] {
  return outputs.map((file, at) => storedValue(file, ports.outputs[at]?.dtype));
}

function storedValue(file: string, dtype: DType | undefined): StoredValue {
  return dtype === undefined || dtype === 'unknown' ? null : readTensorFile(readBytes(file));
}
