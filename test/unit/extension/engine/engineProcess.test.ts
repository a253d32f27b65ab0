import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResponseError } from 'vscode-jsonrpc';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OnnxBuilder } from '../../../../src/core/formats/onnx/onnxBuilder';
import { EngineDiedError, EngineProcess } from '../../../../src/extension/engine/engineProcess';
import type { ErrorData, InspectorRequests } from '../../../../src/protocol/engine';
import { bundledEngine } from '../../node/engine/bundledEngine';

type Inspector = EngineProcess<InspectorRequests, object, object>;

function onnxChain(nodes: number): Uint8Array {
  const builder = new OnnxBuilder({ opset: 17 }).input('t0', 'float32', [4]);
  for (let i = 0; i < nodes; i++) builder.node('Relu', [`t${i}`], [`t${i + 1}`]);
  return builder.output(`t${nodes}`, 'float32', [4]).build();
}

describe('EngineProcess with the inspector', () => {
  let engine: { readonly script: string; readonly remove: () => void };
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-models-'));
  const file = (name: string) => ({ path: join(folder, name), name });
  const started: Inspector[] = [];
  const log: string[] = [];

  function start(): Inspector {
    const inspector: Inspector = new EngineProcess({
      script: engine.script,
      role: 'inspector',
      log: (line) => log.push(line),
    });
    started.push(inspector);
    return inspector;
  }

  beforeAll(async () => {
    engine = await bundledEngine();
    writeFileSync(join(folder, 'small.onnx'), onnxChain(3));
    writeFileSync(join(folder, 'large.onnx'), onnxChain(60_000));
    writeFileSync(join(folder, 'broken.onnx'), 'no model at all');
  });

  afterEach(() => {
    for (const inspector of started.splice(0)) inspector.dispose();
  });

  afterAll(() => {
    engine.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('forks on the first request and keeps typed arrays typed', async () => {
    const inspector = start();
    expect(inspector.pid).toBeUndefined();
    const view = await inspector.request('graph', { file: file('small.onnx'), graph: 0 });
    expect(view.labels).toEqual(['Relu', 'Relu', 'Relu', 't0', 't3']);
    expect(view.boxes).toBeInstanceOf(Float32Array);
    expect(view.edges).toEqual(Uint32Array.of(3, 0, 0, 1, 1, 2, 2, 4));
  });

  it('leaves its compiled code to the next one', async () => {
    const codeCache = join(folder, 'code');
    const next = (): Inspector => {
      const inspector: Inspector = new EngineProcess({
        script: engine.script,
        role: 'inspector',
        log: () => undefined,
        codeCache,
      });
      started.push(inspector);
      return inspector;
    };
    const ask = (inspector: Inspector) => inspector.request('overview', { file: file('small.onnx') });
    const first = next();
    const answer = await ask(first);
    await vi.waitFor(() => expect(readdirSync(codeCache)).toHaveLength(1), { timeout: 20_000, interval: 100 });
    first.dispose();
    expect(await ask(next())).toEqual(answer);
  });

  it('answers every question about a model', async () => {
    const inspector = start();
    const small = { file: file('small.onnx'), graph: 0 };
    const [inspected, overview, layers, node, profiled, boards, runtimes] = await Promise.all([
      inspector.request('inspect', small),
      inspector.request('overview', small),
      inspector.request('layers', small),
      inspector.request('node', { ...small, node: 1 }),
      inspector.request('profile', { ...small, board: 'nano33ble', runtime: 'tflm' }),
      inspector.request('boards', null),
      inspector.request('runtimes', null),
    ]);
    expect(inspected).toMatchObject({ format: 'onnx', nodes: 3 });
    expect(overview.inspect).toEqual(inspected);
    expect(layers.ops).toEqual(['Relu', 'Relu', 'Relu']);
    expect(node.op).toBe('Relu');
    expect(profiled.profile).toMatchObject({ board: 'nano33ble', arena: { planned: 32 } });
    expect(profiled.memory?.live).toBeInstanceOf(Float64Array);
    expect(boards).toHaveLength(85);
    expect(runtimes[0]?.id).toBe('tflm');
  });

  it('sees that a file changed, and that it is gone', async () => {
    const inspector = start();
    const path = join(folder, 'changing.onnx');
    writeFileSync(path, onnxChain(1));
    expect((await inspector.request('inspect', { file: file('changing.onnx') })).nodes).toBe(1);
    writeFileSync(path, onnxChain(2));
    expect((await inspector.request('inspect', { file: file('changing.onnx') })).nodes).toBe(2);
    rmSync(path);
    await expect(inspector.request('inspect', { file: file('changing.onnx') })).rejects.toMatchObject({
      data: { reason: 'gone' },
    });
  });

  it('rejects with the reader’s sentence and its reason', async () => {
    const error: unknown = await start()
      .request('overview', { file: file('broken.onnx') })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ResponseError);
    const { message, data } = error as ResponseError<ErrorData>;
    expect(message).toContain('broken.onnx');
    expect(data?.reason).toBe('not-a-model');
    expect(data?.details).toEqual([]);
  });

  it('rejects what was under way when the child is killed, and the next request works', async () => {
    const inspector = start();
    await inspector.request('boards', null);
    const first = inspector.pid!;
    const underWay = inspector.request('graph', { file: file('large.onnx'), graph: 0 });
    process.kill(first, 'SIGKILL');
    await expect(underWay).rejects.toBeInstanceOf(EngineDiedError);
    await expect(underWay).rejects.toMatchObject({
      data: { reason: 'engine-died', details: [] },
      message: expect.stringContaining('SIGKILL') as string,
    });
    expect((await inspector.request('inspect', { file: file('small.onnx') })).nodes).toBe(3);
    expect(inspector.pid).not.toBe(first);
    expect(log.some((line) => line.includes('ended with SIGKILL'))).toBe(true);
  });

  it('starts nothing after dispose', async () => {
    const inspector = start();
    await inspector.request('runtimes', null);
    inspector.dispose();
    await expect(inspector.request('runtimes', null)).rejects.toBeInstanceOf(EngineDiedError);
  });

  it('logs what a child without a role says, and its exit code', async () => {
    const wrong: Inspector = new EngineProcess({
      script: engine.script,
      role: 'no-such-role' as 'inspector',
      log: (line) => log.push(line),
    });
    started.push(wrong);
    await expect(wrong.request('boards', null)).rejects.toMatchObject({
      message: expect.stringContaining('exit code 2') as string,
    });
    expect(log.some((line) => line.startsWith('engine: '))).toBe(true);
  });
});
