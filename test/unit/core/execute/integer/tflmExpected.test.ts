import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../../../src/core/execute/fnv1a';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { integerModels } from '../../../../fixtures/integerModels';

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../fixtures/tflm-expected.json');
const expected = JSON.parse(readFileSync(file, 'utf8')) as { readonly outputFnv1a: Readonly<Record<string, string>> };

/** A byte of the generator for each byte, from seed 1. */
function seeded(byteLength: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: byteLength }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe('models of one operator, as TensorFlow Lite Micro answers them', () => {
  const models = Object.entries(integerModels());

  it('has an answer for each', () => {
    expect(models.map(([name]) => name).sort()).toEqual(Object.keys(expected.outputFnv1a).sort());
  });

  it.each(models)('%s', (name, bytes) => {
    const model = readTflite(new MemoryByteSource(bytes));
    for (const reference of [true, false]) {
      const session = createIntegerSession(model, { reference });
      const inputs = model.graphs[0]!.inputs.map((id) => {
        const value = session.tensor(id)!;
        return { ...value, data: seeded(value.data.byteLength) };
      });
      const outputs = session.invoke(inputs).map(({ data }) => fnv1a(data));
      expect(outputs).toEqual([expected.outputFnv1a[name]]);
    }
  });
});
