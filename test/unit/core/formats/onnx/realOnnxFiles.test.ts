import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { onnxFormat } from '../../../../../src/core/formats/onnx/onnxFormat';
import { TensorConstant } from '../../../../../src/core/formats/onnx/tensorConstant';
import { writeOnnx } from '../../../../../src/core/formats/onnx/writeOnnx';
import { mainGraph } from '../../../../../src/core/ir/model';
import { verify } from '../../../../../src/core/ir/verify';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { describeModel } from './describeModel';

const folder = resolve(import.meta.dirname, '../../../../../../shared/models');
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.onnx') && !path.startsWith('bad-input'))
      .map((path) => join(folder, path))
  : [];
if (files.length === 0) console.log('No real ONNX files: ../shared/models is not there, so their tests are skipped.');

/** What the oracle needs of onnx.proto: enough to count and name things independently of our reader. */
const oracle = protobuf
  .parse(
    `
  syntax = "proto2";
  message Model { optional int64 ir_version = 1; optional Graph graph = 7; }
  message Graph { repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5; repeated Value output = 12; }
  message Node { repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4; }
  message Value { optional string name = 1; }
  message Tensor { repeated int64 dims = 1; optional string name = 8; optional bytes raw_data = 9; }
`,
  )
  .root.lookupType('Model');

interface OracleModel {
  readonly graph: {
    readonly node?: readonly { readonly opType?: string; readonly name?: string; readonly input?: readonly string[] }[];
    readonly initializer?: readonly { readonly name?: string; readonly rawData?: string }[];
    readonly output?: readonly { readonly name?: string }[];
  };
}

function sourceOf(path: string): MemoryByteSource {
  const siblings = new Proxy<Record<string, Uint8Array>>(
    {},
    {
      get: (_, name) => {
        const beside = join(dirname(path), String(name));
        return existsSync(beside) ? readFileSync(beside) : undefined;
      },
    },
  );
  return new MemoryByteSource(readFileSync(path), relative(folder, path), siblings);
}

describe.skipIf(files.length === 0)('real ONNX files', () => {
  it('are recognised, open, hold together, and read the same after writing', { timeout: 120_000 }, () => {
    const different: string[] = [];
    const opened = new Set<string>();
    for (const path of files) {
      const source = sourceOf(path);
      expect(onnxFormat.matches(source), source.name).toBe(true);
      const model = onnxFormat.read(source);
      expect(verify(model), source.name).toEqual([]);
      opened.add(path);
      const again = onnxFormat.read(new MemoryByteSource(writeOnnx(model), source.name));
      if (JSON.stringify(describeModel(again), withBigints) !== JSON.stringify(describeModel(model), withBigints)) {
        different.push(source.name);
      }
    }
    expect(different).toEqual([]);
    expect(opened.size).toBe(files.length);
    expect(opened.size).toBeGreaterThan(1000);
  });

  it('have the nodes, outputs and weights that an independent protobuf library finds', { timeout: 120_000 }, () => {
    let compared = 0;
    for (const path of files.filter((_, index) => index % 7 === 0)) {
      const source = sourceOf(path);
      const { graph: expected } = oracle.toObject(oracle.decode(source.read(0, source.size)), {
        bytes: String,
      }) as OracleModel;
      const model = onnxFormat.read(source);
      const graph = mainGraph(model);
      const isFolded = model.notes.some((note) => note.includes('QuantizeLinear'));
      if (isFolded) continue;
      const byIndex = [...graph.nodes].sort((a, b) => a.source.index - b.source.index);
      expect(byIndex.map(({ source: { op, name } }) => [op, name])).toEqual(
        (expected.node ?? []).map(({ opType = '', name = '' }) => [opType, name]),
      );
      expect(graph.outputs.map((id) => graph.tensors[id]!.name)).toEqual(
        (expected.output ?? []).map(({ name }) => name),
      );
      const stored = graph.tensors.filter(({ constant }) => constant instanceof TensorConstant && constant.record.raw);
      const raw = new Map(expected.initializer?.map(({ name = '', rawData }) => [name, rawData]));
      for (const { name, constant } of stored) {
        if (raw.has(name)) expect(Buffer.from(constant!.read()).toString('base64'), name).toBe(raw.get(name));
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});

function withBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
