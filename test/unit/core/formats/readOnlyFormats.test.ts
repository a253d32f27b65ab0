import { describe, expect, it } from 'vitest';
import { inspect } from '../../../../src/core/answers/inspect';
import type { ReaderPorts } from '../../../../src/core/formats/format';
import { readModel } from '../../../../src/core/formats/readModel';
import { writeModel } from '../../../../src/core/formats/writeModel';
import { ModelError } from '../../../../src/core/ir/errors';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { mainGraph } from '../../../../src/core/ir/model';
import type { Model } from '../../../../src/core/ir/model';
import { verify } from '../../../../src/core/ir/verify';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { quantizeRefusal } from '../../../../src/core/transforms/quantize/refusal';
import { buildOverview } from '../../../../src/core/views/buildOverview';
import { cSource, ggufFile, safetensorsFile, zipOf } from '../../../fixtures/containerFiles';
import { int8ConvDense } from '../../../fixtures/tfliteBuilder';

const encoder = new TextEncoder();
const tflite = int8ConvDense().bytes();

function read(bytes: Uint8Array, name: string, ports: ReaderPorts = {}): Model {
  return readModel(new MemoryByteSource(bytes, name), ports);
}

function readText(text: string, name = 'model.cc'): Model {
  return read(encoder.encode(text), name);
}

function refusalOf(work: () => unknown): ModelError {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function elements(bytes: Uint8Array, write: (byte: number) => string): string {
  return [...bytes].map(write).join(',');
}

describe('a TFLite model in C source', () => {
  const plain = read(tflite, 'model.tflite');

  it.each([
    ['xxd', `unsigned char a[] = {\n${elements(tflite, (byte) => `0x${byte.toString(16).padStart(2, '0')}`)}\n};`],
    ['decimal', `const uint8_t a[${tflite.length}] = {${elements(tflite, String)}};`],
    ['signed', `const signed char a[] = {${elements(tflite, (byte) => `${(byte << 24) >> 24}`)}};`],
    ['octal', `char a[] = {${elements(tflite, (byte) => `0${byte.toString(8)}`)}};`],
    ['casts', `const char a[] = {${elements(tflite, (byte) => `(unsigned char) 0x${byte.toString(16)}u`)}};`],
    ['std::array', `std::array<std::byte, 9> a = {{${elements(tflite, (byte) => `std::byte{${byte}}`)}}};`],
    ['comments', `char a[] /* [x] = {1} */ = { // {\n${elements(tflite, (byte) => `/* } */ ${byte} \\\n`)}};`],
    ['attributes', `__attribute__((aligned(16))) const char a[] DATA_ALIGN = {${elements(tflite, String)},};`],
    ['after other code', `int f(char b[]) { const char a[] = {${elements(tflite, String)}}; return 1; }`],
    ['in a directive', `#if 1\nconst char a[] = {\n#ifdef X\n#endif\n${elements(tflite, String)}};\n#endif`],
  ])('is read as %s', (_form, source) => {
    const model = readText(source);
    expect(mainGraph(model).nodes.map(({ source: { op } }) => op)).toEqual(
      mainGraph(plain).nodes.map(({ source: { op } }) => op),
    );
    expect(model).toMatchObject({ format: 'tflite', fileBytes: tflite.length });
    expect(model.notes[0]).toBe(`The model is the array a of model.cc: ${tflite.length.toLocaleString('en')} bytes.`);
    const constant = (of: Model) =>
      mainGraph(of)
        .tensors.find((tensor) => tensor.constant)
        ?.constant?.read();
    expect(constant(model)).toEqual(constant(plain));
  });

  it('is told from other arrays, and the first of several is shown', () => {
    const one = new TextDecoder().decode(cSource(tflite, 'first'));
    const other = new TextDecoder().decode(cSource(tflite, 'second'));
    const model = readText(`const char labels[] = {1, 2, 3};\nconst float f[] = {1.5f, 2};\n${one}${other}`);
    expect(model.notes.slice(0, 2)).toEqual([
      `The model is the array first of model.cc: ${tflite.length.toLocaleString('en')} bytes.`,
      'The file holds other models too, which are not shown: second.',
    ]);
  });

  it.each([
    ['int main() { return 0; }', 'it holds no array of bytes'],
    ['const char a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};', 'none of its arrays of bytes begins as a TensorFlow Lite model'],
    ['const char a[] = {0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 300};', 'it holds no array of bytes'],
    ['const char a[] = {0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33', 'it holds no array of bytes'],
  ])('is missed in %s', (source, why) => {
    expect(refusalOf(() => readText(source))).toMatchObject({ reason: 'not-a-model' });
    expect(refusalOf(() => readText(source)).message).toContain(why);
  });

  it('is neither quantized nor written', () => {
    const model = inferShapes(read(cSource(tflite), 'model.h'));
    expect(quantizeRefusal(model)).toBe('model.h opens for reading only: save the array as a .tflite file first.');
  });
});

describe('a GGUF file', () => {
  const model = read(ggufFile(), 'tiny.gguf');

  it('gives its tensors outermost dimension first, and their bytes', () => {
    expect(mainGraph(model).tensors).toMatchObject([
      { name: 'token_embd.weight', dtype: 'float32', shape: [2, 3], constant: { byteLength: 24 } },
      { name: 'blk.0.ffn.weight', dtype: 'unknown', shape: [64], constant: { byteLength: 36 } },
    ]);
    const bytes = mainGraph(model).tensors[0]!.constant!.read();
    expect([...new Float32Array(bytes.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(verify(model)).toEqual([]);
  });

  it('gives its metadata as text', () => {
    expect(model.formatVersion).toBe('GGUF 3 llama');
    expect(Object.fromEntries(model.metadata.map(({ name, text }) => [name, text]))).toEqual({
      'general.architecture': 'llama',
      'llama.block_count': '22',
      'llama.sizes': '[0, 1, 2, 3, 4, 5, 6, 7, … (12 in all)]',
      'tokenizer.tokens': '[<s>, </s>]',
      nested: '[[1, 2, 3]]',
    });
  });

  it('shows as a store of tensors: counted as parameters, without operators', () => {
    const answer = inspect(model);
    expect(answer).toMatchObject({ parameters: 70, weightBytes: 60, nodes: 0, tensors: 2, macs: 0 });
    expect(answer.notes).toContain('Tensors by type: 1 F32, 1 Q4_0.');
    const overview = buildOverview(model, model, quantizeRefusal(model));
    expect(overview.storedTensors.map(({ name }) => name)).toEqual(['token_embd.weight', 'blk.0.ffn.weight']);
    expect(overview.readOnly).toContain('tiny.gguf');
    expect(refusalOf(() => writeModel(model)).reason).toBe('read-only');
  });

  it('is refused when counts or places lie', () => {
    const bytes = ggufFile();
    const huge = bytes.slice();
    huge.fill(0xff, 8, 16);
    expect(refusalOf(() => read(huge, 'a.gguf')).reason).toBe('corrupt');
    expect(refusalOf(() => read(bytes.subarray(0, bytes.length - 1), 'a.gguf')).reason).toBe('truncated');
  });
});

describe('a safetensors file', () => {
  it('gives tensors, their bytes and metadata', () => {
    const model = read(safetensorsFile(), 'tiny.safetensors');
    expect(mainGraph(model).tensors).toMatchObject([
      { name: 'layer.weight', dtype: 'float32', shape: [2, 2], constant: { byteLength: 16 } },
      { name: 'layer.scale', dtype: 'int8', shape: [5], constant: { byteLength: 5 } },
    ]);
    expect([...mainGraph(model).tensors[1]!.constant!.read()]).toEqual([1, 2, 3, 4, 5]);
    expect(model.metadata).toEqual([{ name: 'format', byteLength: 2, text: 'pt' }]);
    expect(inspect(model)).toMatchObject({ parameters: 9, weightBytes: 21, quantization: 'float32, int8' });
  });

  it.each([
    ['{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 'corrupt'],
    ['{"w":{"dtype":"I8","shape":[4],"data_offsets":[0,4000]}}', 'truncated'],
    ['{"w":{"dtype":"I8","shape":[-1],"data_offsets":[0,4]}}', 'corrupt'],
    ['{"w":{"dtype":"I8","shape":[4],"data_offsets":[4,0]}}', 'corrupt'],
    ['{"w":', 'corrupt'],
  ])('with the header %s is %s', (header, reason) => {
    const text = encoder.encode(header);
    const bytes = new Uint8Array(8 + text.length + 4);
    bytes[0] = text.length;
    bytes.set(text, 8);
    expect(refusalOf(() => read(bytes, 'a.safetensors')).reason).toBe(reason);
  });
});

describe('files attached to a TFLite model', () => {
  it('are listed with their first lines, and stay attached when the model is written', () => {
    const labels = `${'cat\ndog\n'.repeat(60)}last`;
    const archive = zipOf({ 'labels.txt': encoder.encode(labels), 'table.bin': Uint8Array.of(0, 1, 2) });
    const padded = Math.ceil(tflite.length / 4) * 4;
    const bytes = new Uint8Array(padded + archive.length);
    bytes.set(tflite);
    bytes.set(archive, padded);
    const model = read(bytes, 'attached.tflite');
    const attached = model.metadata.filter(({ isAttached }) => isAttached);
    expect(attached).toMatchObject([
      { name: 'labels.txt', byteLength: labels.length },
      { name: 'table.bin', byteLength: 3, text: null },
    ]);
    expect(attached[0]?.text).toBe(`${labels.slice(0, 256)}…`);
    const again = read(writeModel(model), 'again.tflite');
    expect(again.metadata).toEqual(
      model.metadata.map((entry) => expect.objectContaining({ name: entry.name }) as unknown),
    );
  });
});

describe('a Keras file', () => {
  it('says what to do where the HDF5 library is not loaded', () => {
    const hdf5 = new Uint8Array(64);
    hdf5.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(refusalOf(() => read(hdf5, 'model.h5'))).toMatchObject({
      reason: 'read-only',
      message: 'model.h5 is a Keras model: convert it to .tflite or .onnx first.',
    });
  });
});
