import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
import { writeNpy } from '../../../src/core/datasets/npy';
import type { Progress } from '../../../src/core/ports/progress';
import { startJob } from '../../../src/node/engine/job';
import { answerer, caller } from '../../../src/protocol/connection';
import type { JobNotifications, JobRequests } from '../../../src/protocol/engine';
import { floatConvDense, int8ConvDense, reals } from '../../fixtures/tfliteBuilder';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tinyml-job-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A job end and the end that asks it, over two pipes. */
function connected() {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const job = createMessageConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
  const host = createMessageConnection(new StreamMessageReader(back), new StreamMessageWriter(there));
  const progress: Progress[] = [];
  startJob(job);
  answerer<object, JobNotifications>(host).onNotification('progress', (each) => progress.push(each));
  job.listen();
  host.listen();
  const close = () => {
    host.dispose();
    job.dispose();
  };
  return { host: caller<JobRequests, object>(host), progress, close };
}

function request(samples: number) {
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('m.tflite'), floatConvDense().bytes());
  writeFileSync(at('data.npy'), writeNpy([samples, 8, 8, 3], reals(samples * 192, 9)));
  const file = { path: at('m.tflite'), name: 'm.tflite' };
  return {
    file,
    output: at('q.tflite'),
    data: at('data.npy'),
    ranges: 'mse',
    limit: samples,
    runtime: 'tflm',
  } as const;
}

describe('startJob', () => {
  it('quantizes, and says how far it is', async () => {
    const { host, progress, close } = connected();
    const answer = await host.request('quantize', request(40));
    close();
    expect(answer.samples).toBe(40);
    expect(new Set(progress.map(({ step }) => step))).toEqual(
      new Set(['Loading the model', 'Calibrating', 'Quantizing', 'Measuring', 'Writing']),
    );
    const fractions = progress.flatMap(({ fraction }) => (fraction === null ? [] : [fraction]));
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('stops when it is cancelled and leaves no file', async () => {
    const { host, close } = connected();
    const source = new CancellationTokenSource();
    const work = host.request('quantize', request(20_000), source.token);
    setTimeout(() => source.cancel(), 100);
    await expect(work).rejects.toThrow(/cancel/);
    close();
    expect(readdirSync(folder).sort()).toEqual(['data.npy', 'm.tflite']);
  });

  it('keeps the reason of a refusal over the wire', async () => {
    const { host, close } = connected();
    const params = request(4);
    writeFileSync(params.file.path, int8ConvDense().bytes());
    const refusal = { message: 'The model is already quantized (int8).', data: { reason: 'already-quantized' } };
    await expect(host.request('quantize', params)).rejects.toMatchObject(refusal);
    close();
  });
});
