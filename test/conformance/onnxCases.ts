import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { TensorValue } from '../../src/core/ports/executor';
import { readTensorFile } from '../fixtures/onnxTensorFile';
import { readBytes, sharedPath } from '../fixtures/sharedFiles';

/** An ONNX model with stored inputs and outputs of one run. */
export interface OnnxCase {
  readonly name: string;
  readonly file: string;
  readonly inputs: readonly (TensorValue & { readonly name: string })[];
  readonly outputs: readonly (TensorValue & { readonly name: string })[];
}

/** Null where a stored value is no tensor (a sequence, an optional). */
function storedValues(folder: string, stem: string): OnnxCase['inputs'] | null {
  const names = readdirSync(folder)
    .filter((name) => name.startsWith(`${stem}_`))
    .sort((a, b) => Number(/\d+/.exec(a)![0]) - Number(/\d+/.exec(b)![0]));
  try {
    return names.map((name) => readTensorFile(readBytes(path.join(folder, name))));
  } catch {
    return null;
  }
}

/** Cases of some of the suites of ONNX's backend tests, those whose stored values are tensors. */
export function backendCases(...suites: readonly string[]): OnnxCase[] {
  const root = sharedPath('models/onnx-backend');
  if (root === null) return [];
  return suites.flatMap((suite) => {
    const folder = path.join(root, suite);
    return readdirSync(folder)
      .sort()
      .flatMap((name): OnnxCase[] => {
        const file = path.join(folder, name, 'model.onnx');
        const data = path.join(folder, name, 'test_data_set_0');
        if (!existsSync(file) || !existsSync(data)) return [];
        const [inputs, outputs] = [storedValues(data, 'input'), storedValues(data, 'output')];
        return inputs && outputs ? [{ name: `${suite}/${name}`, file, inputs, outputs }] : [];
      });
  });
}

/** Whole networks with stored inputs and outputs. */
export function networkCases(): OnnxCase[] {
  const root = sharedPath('models/onnx-model-with-golden');
  if (root === null) return [];
  return readdirSync(root).flatMap((name) => {
    const folder = path.join(root, name);
    const sets = readdirSync(folder).filter((each) => each.startsWith('test_data_set_'));
    return sets.flatMap((set): OnnxCase[] => {
      const data = path.join(folder, set);
      const [inputs, outputs] = [storedValues(data, 'input'), storedValues(data, 'output')];
      return inputs && outputs
        ? [{ name: `${name}/${set}`, file: path.join(folder, 'model.onnx'), inputs, outputs }]
        : [];
    });
  });
}
