import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import { fnv1a } from '../../../../../src/core/execute/fnv1a';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import type { DType } from '../../../../../src/core/ir/dtype';
import { ModelError } from '../../../../../src/core/ir/errors';
import type { Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { readBytes, sharedPath } from '../../../../fixtures/sharedFiles';

interface Truth {
  readonly model: string;
  readonly state: string;
  readonly outputFnv1a: readonly string[];
  readonly cortexM4CmsisNn?: { readonly outputFnv1a?: readonly string[] };
}

/**
 * Computes in floating point; the truth's own builds differ in low bits on many of these, so a difference says nothing
 * about a kernel.
 */
const FLOAT_DIFFERS = new Set(['litert-testdata/rope.tflite']);

/** Models that the engine refuses on purpose. */
const REFUSED = new Map([
  ['tflite-testdata/add_quantized_int8.bin', 'adds int8 to float32, which TFLM reads as if both were int8'],
]);

/** Half a minute in floating point, whose answer would say nothing about a kernel. */
const NOT_RUN = new Set(['litert-testdata/torchaudio_conformer.tflite']);

/** 300 million products: left to the fast kernels, which other tests hold to the plain ones. */
const TOO_SLOW_PLAIN = new Set(['tflite-micro/mobilenet_v2_quantized_1x3x224x224.tflite']);

/** The seeded input of tflm-truth.md: for integers a byte of the generator for each byte, bool as it comes. */
function seeded(dtype: DType, shape: readonly number[], byteLength: number): TensorValue {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  if (dtype !== 'float32') return { dtype, shape, data: Uint8Array.from({ length: byteLength }, next) };
  const values = Float32Array.from({ length: byteLength / 4 }, () => ((next() << 24) >> 24) / 128);
  return { dtype, shape, data: new Uint8Array(values.buffer) };
}

function isFloatModel(model: Model): boolean {
  return model.graphs.some((graph) =>
    graph.nodes.some((node) => node.outputs.some((id) => graph.tensors[id]!.dtype === 'float32')),
  );
}

type Result = 'matched' | 'float, differs' | 'refused' | 'not run';

function hold(truth: Truth, folder: string, reference: boolean): Result {
  const model = readTflite(new MemoryByteSource(readBytes(path.join(folder, truth.model))));
  if (NOT_RUN.has(truth.model) || (reference && TOO_SLOW_PLAIN.has(truth.model))) return 'not run';
  const refusal = REFUSED.get(truth.model);
  if (refusal !== undefined) {
    expect(() => createIntegerSession(model, { reference }), truth.model).toThrow(ModelError);
    return 'refused';
  }
  const session = createIntegerSession(model, { reference });
  const inputs = model.graphs[0]!.inputs.map((id) => {
    const { dtype, shape, data } = session.tensor(id)!;
    return seeded(dtype, shape, data.byteLength);
  });
  const hashes = session.invoke(inputs).map(({ data }) => fnv1a(data));
  // One integer model gives another result on x86 than on Arm: its bools are neither 0 nor 1.
  const accepted = [truth.outputFnv1a, truth.cortexM4CmsisNn?.outputFnv1a ?? []].map((list) => list.join());
  if (accepted.includes(hashes.join())) return 'matched';
  expect(isFloatModel(model) && FLOAT_DIFFERS.has(truth.model), `${truth.model} gives ${hashes.join()}`).toBe(true);
  return 'float, differs';
}

const file = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');

describe.skipIf(file === null || folder === null)('what TensorFlow Lite Micro itself computes', () => {
  const all = file === null ? [] : (JSON.parse(readFileSync(file, 'utf8')) as readonly Truth[]);
  const running = all.filter(({ state }) => state === 'runs');

  it.each([
    ['plain kernels', true],
    ['the kernels a session has', false],
  ])('is what %s compute', { timeout: 120_000 }, (_, reference) => {
    const table = new Map<Result, string[]>();
    for (const truth of running) {
      const result = hold(truth, folder!, reference);
      table.set(result, [...(table.get(result) ?? []), truth.model]);
    }
    const counts = [...table].map(([result, names]) => {
      const which = result === 'matched' ? '' : ` (${names.join(', ')})`;
      return `${names.length} ${result}${which}`;
    });
    console.log(`${running.length} models: ${counts.join('; ')}; 0 wrong`);
    const others = FLOAT_DIFFERS.size + REFUSED.size + NOT_RUN.size + (reference ? TOO_SLOW_PLAIN.size : 0);
    expect(table.get('matched')?.length).toBe(running.length - others);
  });
});
