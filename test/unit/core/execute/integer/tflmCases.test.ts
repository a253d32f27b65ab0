import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../../../src/core/execute/fnv1a';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import { readTflite } from '../../../../../src/core/formats/tflite/readTflite';
import type { DType } from '../../../../../src/core/ir/dtype';
import { ModelError } from '../../../../../src/core/ir/errors';
import type { Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { integerCases } from '../../../../fixtures/integerCases/integerCases';

/** Hashes of what TensorFlow Lite Micro answers; null where it answers nothing. */
interface Expected {
  readonly source: string;
  readonly outputFnv1a: Readonly<Record<string, string | null>>;
}

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../fixtures/tflm-cases.json');
const expected = JSON.parse(readFileSync(file, 'utf8')) as Expected;

/** Operators that only move elements: the engine takes them in every type, TFLM in some. */
const MOVES = new Set(
  (
    'BATCH_TO_SPACE_ND DEPTH_TO_SPACE DYNAMIC_UPDATE_SLICE EXPAND_DIMS FILL GATHER GATHER_ND MIRROR_PAD PACK ' +
    'RESIZE_NEAREST_NEIGHBOR SELECT_V2 SLICE SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V STRIDED_SLICE TRANSPOSE ' +
    'UNPACK ZEROS_LIKE'
  ).split(' '),
);

const WIDTHS: Partial<Readonly<Record<DType, number>>> = { int16: 2, int32: 4, int64: 8 };

/** The smallest or largest value of an element type, or bytes of a generator from a seed. */
type Phase = 'min' | 'max' | number;

function floats(count: number, phase: Phase, next: () => number): Uint8Array {
  const value = (): number => (phase === 'min' ? -1 : phase === 'max' ? 127 / 128 : ((next() << 24) >> 24) / 128);
  return new Uint8Array(Float32Array.from({ length: count }, value).buffer);
}

function inputBytes(dtype: DType, byteLength: number, index: number, phase: Phase): Uint8Array {
  let state = typeof phase === 'number' ? phase + index : 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  if (dtype === 'float32') return floats(byteLength / 4, phase, next);
  const width = WIDTHS[dtype] ?? 1;
  const isSigned = dtype.startsWith('int');
  const byte = (i: number): number => {
    const isTop = isSigned && i % width === width - 1;
    if (phase === 'min') return isTop ? 0x80 : 0;
    if (phase === 'max') return dtype === 'bool' ? 1 : isTop ? 0x7f : 0xff;
    return dtype === 'bool' ? next() & 1 : next();
  };
  return Uint8Array.from({ length: byteLength }, (_, i) => byte(i));
}

/** Three runs, a reset and a fourth run; the hash goes over all outputs. */
function answer(model: Model, reference: boolean): string {
  const session = createIntegerSession(model, { reference });
  const outputs: Uint8Array[] = [];
  for (const phase of [1, 'min', 'max', 101] as const) {
    if (phase === 101) session.reset();
    const inputs = model.graphs[0]!.inputs.map((id, index) => {
      const value = session.tensor(id)!;
      return { ...value, data: inputBytes(value.dtype, value.data.byteLength, index, phase) };
    });
    outputs.push(...session.invoke(inputs).map(({ data }) => data));
  }
  return fnv1a(Buffer.concat(outputs));
}

function read(bytes: Uint8Array): Model {
  return readTflite(new MemoryByteSource(bytes));
}

describe('models of one operator chosen by chance', () => {
  const models = integerCases();
  const answered = Object.entries(expected.outputFnv1a).filter(([, hash]) => hash !== null);
  const refused = Object.entries(expected.outputFnv1a).filter(([, hash]) => hash === null);

  it('all have an entry', () => {
    expect(Object.keys(models).sort()).toEqual(Object.keys(expected.outputFnv1a).sort());
  });

  it.each([
    ['plain', true],
    ['fast', false],
  ])('give what TensorFlow Lite Micro gives, with the %s kernels', { timeout: 60_000 }, (_, reference) => {
    const wrong = answered.filter(([name, hash]) => answer(read(models[name]!), reference) !== hash);
    expect(wrong.map(([name]) => name)).toEqual([]);
    expect(answered.length).toBeGreaterThan(950);
  });

  it.each([
    ['plain', true],
    ['fast', false],
  ])('are refused by the %s kernels where it answers nothing, unless they only move elements', (_, reference) => {
    const ran = refused.filter(([name]) => {
      const model = read(models[name]!);
      if (MOVES.has(model.graphs[0]!.nodes[0]!.source.op)) return false;
      try {
        answer(model, reference);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
        return false;
      }
    });
    expect(ran.map(([name]) => name)).toEqual([]);
  });
});
