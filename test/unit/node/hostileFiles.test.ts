import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commandTable';
import { runCli } from '../../../src/cli/runCli';
import { OnnxBuilder, OnnxGraphBuilder } from '../../../src/core/formats/onnx/onnxBuilder';
import { externalDataNet, floatBytes, tinyConvNet } from '../../fixtures/onnxModels';
import { int8ConvDense, TfliteBuilder } from '../../fixtures/tfliteBuilder';
import { askAsEditor, complaintAbout } from './engine/askAsEditor';
import type { Visit } from './engine/askAsEditor';
import { inspectorInMemory } from './engine/inspectorInMemory';

/** Far above what any of these takes; what does not end has hung. */
const HANGS = 120_000;

const MANY = 100_000;
const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-hostile-'));
const inspector = inspectorInMemory();
afterAll(() => {
  inspector.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const onnx = (): OnnxBuilder => new OnnxBuilder({ opset: 17 }).input('x', 'float32', [4]);
const isEven = (index: number): boolean => index % 2 === 0;

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

async function visit(file: string): Promise<Visit> {
  const seen = await askAsEditor(inspector, { path: file, name: path.basename(file) });
  expect(seen.refusals.map(complaintAbout).filter((complaint) => complaint !== null)).toEqual([]);
  return seen;
}

async function tinymlInspect(file: string): Promise<{ readonly code: number; readonly errors: readonly string[] }> {
  const errors: string[] = [];
  const streams = {
    out: () => undefined,
    error: (line: string) => errors.push(line),
    signal: new AbortController().signal,
  };
  return { code: await runCli(['inspect', file], commands, streams), errors };
}

/** `first` is overwritten with `value` as a little-endian uint32. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

function cyclicOnnx(): Uint8Array {
  return onnx().node('Add', ['x', 'b'], ['a']).node('Relu', ['a'], ['b']).output('b', 'float32', [4]).build();
}

function selfFeedingOnnx(): Uint8Array {
  const builder = onnx();
  for (let i = 0; i < 1000; i++) builder.node('Relu', [`v${(i + 999) % 1000}`], [`v${i}`]);
  return builder.output('v0', 'float32', [4]).build();
}

function nestedBodies(depth: number): Uint8Array {
  let body = new OnnxGraphBuilder('innermost').node('Relu', ['x'], ['y']);
  for (let i = 0; i < depth; i++) {
    body = new OnnxGraphBuilder(`depth ${i}`).node('Loop', [], ['y'], { graphs: { body } });
  }
  return onnx().node('Loop', [], ['y'], { graphs: { body } }).output('y', 'float32', [4]).build();
}

/** Two values that claim to be more than any number counts. */
function hugeConstant(): Uint8Array {
  const shape = [Number.MAX_SAFE_INTEGER, 4096];
  return onnx()
    .initializer('w', 'float32', shape, floatBytes([1, 2]))
    .node('Relu', ['w'], ['y'])
    .build();
}

const lfsPointer = text(`version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 123456789\n`);
const tflite = int8ConvDense().bytes();
const onnxNet = tinyConvNet();

/** Files that are no model: name, bytes, the reason of the refusal. */
const refusedFiles: readonly [name: string, bytes: Uint8Array, reason: string][] = [
  ['empty.tflite', new Uint8Array(0), 'empty'],
  ['empty.onnx', new Uint8Array(0), 'empty'],
  ['pointer.tflite', lfsPointer, 'lfs-pointer'],
  ['pointer.onnx', lfsPointer, 'lfs-pointer'],
  ['zeros.tflite', new Uint8Array(4096), 'not-a-model'],
  ['zeros.onnx', new Uint8Array(4096), 'not-a-model'],
  ['page.tflite', text('<!DOCTYPE html><html>404</html>'), 'not-a-model'],
  ['page.onnx', text('<!DOCTYPE html><html>404</html>'), 'not-a-model'],
  ['archive.onnx', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), 'not-a-model'],
  ['one-byte.tflite', Uint8Array.of(0x1c), 'not-a-model'],
  ['one-byte.onnx', Uint8Array.of(0x08), 'not-a-model'],
  ['truncated.tflite', tflite.subarray(0, tflite.length >> 1), 'truncated'],
  ['truncated.onnx', onnxNet.subarray(0, onnxNet.length - 40), 'truncated'],
  ['root-outside.tflite', patched(tflite, 0, 0xfffffff0), 'truncated'],
  ['root-behind-end.tflite', patched(tflite, 0, tflite.length + 4), 'truncated'],
  ['cyclic.onnx', cyclicOnnx(), 'cyclic'],
  ['ring.onnx', selfFeedingOnnx(), 'cyclic'],
  ['huge-constant.onnx', hugeConstant(), 'too-large'],
  ['nested-60.onnx', nestedBodies(60), 'too-deep'],
  ['nested-1500.onnx', nestedBodies(1500), 'too-deep'],
];

describe('a file that is no usable model', () => {
  it.each(refusedFiles)(
    '%s is refused in the editor and ends the CLI with 2',
    async (name, bytes, reason) => {
      const file = write(name, bytes);
      const { opened, refusals } = await visit(file);
      expect({ opened, reasons: refusals.map((refusal) => refusal.reason) }).toEqual({
        opened: false,
        reasons: [reason],
      });
      expect(refusals[0]?.message).toContain(name);
      const { code, errors } = await tinymlInspect(file);
      expect(code).toBe(2);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/^[^\n]+\n$/);
    },
    HANGS,
  );

  it('is a folder, or is not there', async () => {
    mkdirSync(path.join(folder, 'folder.onnx'));
    expect((await visit(path.join(folder, 'folder.onnx'))).refusals[0]?.reason).toBe('not-a-model');
    expect((await visit(path.join(folder, 'nothing.onnx'))).refusals[0]?.reason).toBe('gone');
  });

  it(
    'is every prefix of a model that is refused, with a sentence',
    async () => {
      for (const [name, bytes] of [
        ['prefix.tflite', tflite],
        ['prefix.onnx', onnxNet],
      ] as const) {
        for (let length = 1; length < bytes.length; length += 37) {
          const { opened, refusals } = await visit(write(name, bytes.subarray(0, length)));
          expect(opened || refusals.length === 1, `${name} cut at ${length}`).toBe(true);
        }
      }
    },
    HANGS,
  );

  it(
    'is one whose offsets leave it, wherever that offset is',
    async () => {
      let refused = 0;
      for (let at = 0; at + 4 <= Math.min(tflite.length, 4096); at += 8) {
        for (const value of [0x7ffffff0, 0xfffffffc]) {
          const { opened } = await visit(write('offset.tflite', patched(tflite, at, value)));
          if (!opened) refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(50);
    },
    HANGS,
  );
});

describe('a file named as what it is not', () => {
  it.each([
    ['really-onnx.tflite', onnxNet, 'onnx'],
    ['really-tflite.onnx', tflite, 'tflite'],
  ])('%s opens as what it is and says so', async (name, bytes, format) => {
    const file = write(name, bytes);
    const { inspect } = await inspector.request('overview', { file: { path: file, name } });
    expect(inspect.format).toBe(format);
    expect(inspect.notes[0]).toContain(name);
    expect((await visit(file)).refusals).toEqual([]);
  });
});

/** Big and odd, but models. */
const openedFiles: readonly [name: string, make: () => Uint8Array, nodes: number][] = [
  ['residual.onnx', () => residual(MANY), MANY],
  ['chain.tflite', () => tfliteChain(MANY / 2), MANY / 2],
  ['fan-out.onnx', () => fanOut(MANY / 4), MANY / 4],
  ['fan-in.onnx', () => fanIn(MANY), 1],
  ['long-name.onnx', longNames, 1],
  ['huge-dims.onnx', hugeDims, 4],
];

function residual(count: number): Uint8Array {
  const builder = onnx();
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? 'x' : `v${i - 1}`;
    if (isEven(i)) builder.node('Relu', [before], [`v${i}`]);
    else builder.node('Add', [before, i === 1 ? 'x' : `v${i - 3 < 0 ? 0 : i - 3}`], [`v${i}`]);
  }
  return builder.output(`v${count - 1}`, 'float32', [4]).build();
}

function fanOut(count: number): Uint8Array {
  const builder = onnx();
  for (let i = 0; i < count; i++) builder.node('Relu', ['x'], [`v${i}`]);
  return builder.output('v0', 'float32', [4]).build();
}

function fanIn(count: number): Uint8Array {
  const inputs = Array.from({ length: count }, () => 'x');
  return onnx()
    .node('Concat', inputs, ['y'], { ints: { axis: 0 } })
    .output('y', 'float32', null)
    .build();
}

function tfliteChain(count: number): Uint8Array {
  const builder = new TfliteBuilder();
  let last = builder.input('x', 'float32', [1, 4]);
  for (let i = 0; i < count; i++) {
    const next = builder.activation(`v${i}`, 'float32', [1, 4]);
    builder.node('RELU', [last], [next]);
    last = next;
  }
  return builder.outputs(last).bytes();
}

function longNames(): Uint8Array {
  const name = 'n'.repeat(10_000_000);
  return onnx().node('Relu', ['x'], [name], {}, '', name).output(name, 'float32', [4]).build();
}

/** Shapes whose product no number holds, and results larger than any memory. */
function hugeDims(): Uint8Array {
  const huge = Number.MAX_SAFE_INTEGER;
  return new OnnxBuilder({ opset: 17 })
    .input('x', 'float32', [huge, huge, huge])
    .input('w', 'float32', [huge, 4096])
    .initializer('target', 'int64', [2], new Uint8Array(BigInt64Array.of(2n ** 62n, 2n ** 62n).buffer))
    .node('Relu', ['x'], ['a'])
    .node('MatMul', ['a', 'w'], ['b'])
    .node('Expand', ['x', 'target'], ['c'])
    .node('ConstantOfShape', ['target'], ['d'])
    .output('b', 'float32', null)
    .build();
}

describe('a huge or odd model', () => {
  it.each(openedFiles)(
    '%s opens, tab by tab',
    async (name, make, nodes) => {
      const file = write(name, make());
      const seen = await visit(file);
      console.log(`${name}: all tabs in ${(seen.milliseconds / 1000).toFixed(1)} s`);
      expect(seen.refusals.filter(({ question }) => question !== 'histogram')).toEqual([]);
      expect(seen.opened).toBe(true);
      const overview = await inspector.request('overview', { file: { path: file, name } });
      expect(overview.graphs[0]?.nodes).toBe(nodes);
      expect(await tinymlInspect(file)).toEqual({ code: 0, errors: [] });
    },
    HANGS,
  );
});

describe('external data', () => {
  const outside = ['../secret.bin', '/etc/hostname', 'sub/../../secret.bin', 'C:\\secret.bin', 'link.bin'];

  it.each(outside)('at %s is refused', async (location) => {
    write('secret.bin', new Uint8Array(64).fill(0x42));
    const file = write('model/outside.onnx', externalDataNet(location).model);
    if (location === 'link.bin') symlinkSync(path.join(folder, 'secret.bin'), path.join(folder, 'model', location));
    const { code, errors } = await tinymlInspect(file);
    expect(code).toBe(2);
    expect(errors.join()).toContain('outside');
  });
});
