import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/core/ir/errors';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { detectFormat, readModel } from '../../../../src/core/formats/readModel';
import { filesUnder, readBytes, sharedPath } from '../../../fixtures/sharedFiles';
import { floatConvDense } from '../../../fixtures/tfliteBuilder';

function source(bytes: Uint8Array | string, name: string): MemoryByteSource {
  return new MemoryByteSource(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes, name);
}

function failure(bytes: Uint8Array | string, name: string): string {
  try {
    readModel(source(bytes, name));
  } catch (error) {
    if (error instanceof ModelError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'opened';
}

/** ModelProto with ir_version 8, a graph named g and opset 13. */
const tinyOnnx = Uint8Array.of(0x08, 8, 0x3a, 3, 0x12, 1, 0x67, 0x42, 2, 0x10, 13);

describe('readModel', () => {
  it('tells formats by their first bytes, then by extension', () => {
    const tflite = floatConvDense().bytes();
    expect(detectFormat(source(tflite, 'a.onnx'))?.id).toBe('tflite');
    expect(detectFormat(source(tinyOnnx, 'a.bin'))?.id).toBe('onnx');
    expect(detectFormat(source('xx', 'A.TFLITE'))?.id).toBe('tflite');
    expect(detectFormat(source('xx', 'a.txt'))).toBeNull();
  });

  it('opens a mislabelled file as what it is, and says so', () => {
    const asOnnx = readModel(source(tinyOnnx, 'net.tflite'));
    expect([asOnnx.format, asOnnx.notes[0]]).toEqual([
      'onnx',
      'net.tflite holds an ONNX model, whatever its name says.',
    ]);
    const asTflite = readModel(source(floatConvDense().bytes(), 'net.onnx'));
    expect(asTflite.notes[0]).toBe('net.onnx holds a TensorFlow Lite model, whatever its name says.');
    expect(readModel(source(floatConvDense().bytes(), 'net.tflite')).notes).toEqual([]);
  });

  it.each([
    ['', 'vww.tflite', 'empty: vww.tflite is empty.'],
    [
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 333288\n',
      'vww.tflite',
      'lfs-pointer: vww.tflite is a Git LFS pointer for a file of 333,288 bytes; run "git lfs pull" to get it.',
    ],
    [
      'PK\x03\x04rest',
      'a.tflite',
      'not-a-model: a.tflite is a zip archive, not a model: unpack it and open the model inside.',
    ],
    [
      '\n<!DOCTYPE html><html>Not found</html>',
      'a.onnx',
      'not-a-model: a.onnx is a web page, not a model: the download gave a page instead of the model; download the file itself.',
    ],
    ['{"model": 1}', 'a.tflite', 'not-a-model: a.tflite is JSON text, not a model: open the model that it describes.'],
    ['hello there, world', 'a.tflite', 'not-a-model: a.tflite is plain text, not a model: open the model itself.'],
    [new Uint8Array(400), 'a.tflite', 'not-a-model: a.tflite holds only zeros where a model begins.'],
    [
      Uint8Array.of(0x93, 0xff, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0xf7),
      'weights',
      'not-a-model: weights is not a TensorFlow Lite or ONNX model: its first bytes are of no format we know.',
    ],
  ])('says what %j is', (bytes, name, expected) => {
    expect(failure(bytes, name)).toBe(expected);
  });

  it('opens a TFLite file without identifier by its extension', () => {
    const bytes = floatConvDense().bytes();
    bytes.fill(0, 4, 8);
    expect(readModel(source(bytes, 'old.tflite')).notes[0]).toContain('TFL3');
  });
});

const pointers = sharedPath('models/bad-input/lfs-pointers');

describe.skipIf(pointers === null)('real Git LFS pointers', () => {
  it('are named as such with the size of the file they stand for', () => {
    const files = pointers === null ? [] : filesUnder(pointers, '.tflite', '.onnx');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(failure(readBytes(file), 'x.tflite')).toMatch(
        /^lfs-pointer: .* for a file of [\d,]+ bytes; run "git lfs pull"/,
      );
    }
  });
});
