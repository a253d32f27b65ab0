import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel } from '../../../src/core/formats/readModel';
import { mainGraph } from '../../../src/core/ir/model';
import { MemoryByteSource } from '../../../src/core/ports/memoryByteSource';
import { convertFile } from '../../../src/node/convertFile';
import { floatConvDense } from '../../fixtures/tfliteBuilder';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tinyml-convert-'));
  writeFileSync(path.join(folder, 'net.tflite'), floatConvDense().bytes());
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const watch = { report: () => undefined, signal: new AbortController().signal };
const request = (output: string) => ({ file: { path: at('net.tflite'), name: 'net.tflite' }, output: at(output) });

describe('convertFile', () => {
  it('writes the other format and says what changed', async () => {
    const answer = await convertFile(request('net.onnx'), watch);
    const bytes = new Uint8Array(readFileSync(at('net.onnx')));
    const model = readModel(new MemoryByteSource(bytes, 'net.onnx'));
    expect(model.format).toBe('onnx');
    expect(answer.before).toMatchObject({ format: 'tflite', operators: 4, parameters: 437, macs: 2048 });
    expect(answer.after).toMatchObject({ format: 'onnx', fileBytes: bytes.length, parameters: 437, macs: 2048 });
    expect(answer.after.operators).toBe(mainGraph(model).nodes.length);
    expect(readdirSync(folder).sort()).toEqual(['net.onnx', 'net.tflite']);
  });

  it('binds dimensions and takes the layout of the other format', async () => {
    await convertFile({ ...request('net.onnx'), layout: 'native' }, watch);
    const file = { path: at('net.onnx'), name: 'net.onnx' };
    const { after } = await convertFile({ file, output: at('back.tflite'), layout: 'native' }, watch);
    expect(after).toMatchObject({ format: 'tflite', transposes: 0 });
    const wrong = convertFile({ file, output: at('b.tflite'), shapes: { nothing: [1] } }, watch);
    await expect(wrong).rejects.toMatchObject({ reason: 'bad-data' });
  });

  it('refuses a name of another format, the input itself, and leaves nothing behind when cancelled', async () => {
    await expect(convertFile(request('other.tflite'), watch)).rejects.toThrow(/must end in \.onnx/);
    await expect(convertFile(request('net.tflite'), watch)).rejects.toMatchObject({ reason: 'bad-data' });
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    await expect(convertFile(request('net.onnx'), { ...watch, signal: controller.signal })).rejects.toThrow(
      'cancelled',
    );
    expect(existsSync(at('net.onnx'))).toBe(false);
  });
});
