import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { RunDesk } from '../../../src/node/engine/runDesk';
import { startJob } from '../../../src/node/engine/job';
import { caller } from '../../../src/protocol/connection';
import type { JobRequests } from '../../../src/protocol/engine';
import type { RunParameters } from '../../../src/protocol/run';
import { statefulSum } from '../../fixtures/onnxModels';
import { floatConvDense, int8ConvDense } from '../../fixtures/tfliteBuilder';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tinyml-desk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);
const goOn = () => Promise.resolve();
const seeded: RunParameters = {
  executor: null,
  signature: null,
  shapes: {},
  observe: true,
  inputs: [{ name: null, source: { kind: 'seed', seed: 1 } }],
  scale: '0..1',
  soundRate: null,
  steps: 1,
};

function model(name: string, bytes: Uint8Array) {
  writeFileSync(at(name), bytes);
  return { path: at(name), name };
}

describe('RunDesk', () => {
  it('asks for what a run needs', async () => {
    const desk = new RunDesk();
    const form = await desk.form({ file: model('m.tflite', int8ConvDense().bytes()), signature: null, shapes: {} });
    expect(form).toEqual({
      signatures: [],
      inputs: [{ name: 'x', dtype: 'int8', shape: '1×8×8×3', isState: false, bindAs: null, takesPictures: true }],
      executors: [
        { id: 'integer', refusal: null, details: [] },
        { id: 'onnxruntime', refusal: null, details: [] },
      ],
      chosen: 'integer',
      isStateful: false,
    });
  });

  it('lists what stands in the way of running', async () => {
    const b = floatConvDense();
    const extra = b.activation('extra', 'float32', [1]);
    const bytes = b.customNode('MadeUp', [0], [extra], new Uint8Array(0)).bytes();
    const form = await new RunDesk().form({ file: model('m.tflite', bytes), signature: null, shapes: {} });
    expect(form.chosen).toBeNull();
    for (const { details } of form.executors) expect(details.join()).toContain('MadeUp');
  });

  it('runs, shows values in ranges, exports and compares', async () => {
    const desk = new RunDesk();
    const view = await desk.run({ ...seeded, file: model('m.tflite', int8ConvDense().bytes()) }, goOn);
    expect([...view.tensors.nodes]).toEqual([0, 1, 2, 3]);
    expect(view.outputs[0]!.top).toHaveLength(5);
    expect(view.outputs[0]!.values).toHaveLength(5);
    const tensor = desk.tensor({ index: view.tensors.indices[0]!, offset: 60, length: 10 });
    expect(tensor).toMatchObject({ name: 'conv', count: 64, offset: 60 });
    expect(tensor.stored).toHaveLength(4);
    expect(tensor.reals![0]).toBeCloseTo((6 / 255) * (tensor.stored[0]! + 128));
    await desk.export(at('run.npz'));
    const own = await desk.compare({ kind: 'file', path: at('run.npz') }, goOn);
    expect(own).toMatchObject({ compared: 5, differing: 0 });
    const other = await desk.compare({ kind: 'executor', executor: 'onnxruntime' }, goOn);
    expect(other).toMatchObject({ against: 'ONNX Runtime', compared: 5 });
  });

  it('keeps the state of a stream until it is reset, and repeats it on another executor', async () => {
    const desk = new RunDesk();
    writeFileSync(at('one.bin'), new Uint8Array(Float32Array.of(1).buffer));
    const request = {
      ...seeded,
      file: model('sum.onnx', statefulSum()),
      inputs: [{ name: 'x', source: { kind: 'file', path: at('one.bin') } }] as const,
    };
    const y = async (steps: number) => {
      const view = await desk.run({ ...request, steps }, goOn);
      return [view.outputs[0]!.values[0], view.stepsSinceReset];
    };
    expect(await y(2)).toEqual([2, 2]);
    expect(await y(3)).toEqual([5, 5]);
    expect(await desk.compare({ kind: 'executor', executor: 'onnxruntime' }, goOn)).toMatchObject({ differing: 0 });
    desk.reset();
    expect(await y(1)).toEqual([1, 1]);
  });

  it('loads the model anew when the file changes', async () => {
    const desk = new RunDesk();
    const file = model('m.tflite', int8ConvDense().bytes());
    const first = await desk.run({ ...seeded, file }, goOn);
    model('m.tflite', floatConvDense().bytes());
    const second = await desk.run({ ...seeded, file }, goOn);
    expect([first.executor, second.executor]).toEqual(['integer', 'onnxruntime']);
  });

  it('has nothing to show before a run', () => {
    expect(() => new RunDesk().tensor({ index: 0, offset: 0, length: 1 })).toThrow('run the model again');
  });
});

describe('a job child that runs models', () => {
  it('is cancelled between two steps', async () => {
    const [there, back] = [new PassThrough(), new PassThrough()];
    const job = createMessageConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
    const host = createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
    startJob(job);
    job.listen();
    host.listen();
    const ask = caller<JobRequests, object>(host);
    const source = new CancellationTokenSource();
    const file = model('m.tflite', int8ConvDense().bytes());
    const work = ask.request('run', { ...seeded, file, steps: 1_000_000 }, source.token);
    setTimeout(() => source.cancel(), 200);
    await expect(work).rejects.toThrow(/cancel/);
    expect(existsSync(at('m.tflite'))).toBe(true);
    host.dispose();
    job.dispose();
  });
});
