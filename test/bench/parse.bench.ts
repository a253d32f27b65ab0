import { spawnSync } from 'node:child_process';
import { openSync, readFileSync, readSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileByteSource } from '../../src/node/fileByteSource';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { readModel } from '../../src/core/formats/readModel';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { benchFolder, writeLargeOnnx } from './benchModels';
import { median, report } from './figure';

/**
 * Large ONNX files from disk to a laid-out graph, and the memory that takes above an idle process, against a protobuf
 * library that reads the same file. Each measurement is a process of its own; run with a reader's name, this file is it.
 */

const ROUNDS = 5;

interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
}

const readers: Readonly<Record<string, (file: string) => Promise<() => unknown>>> = {
  ours: (file) =>
    Promise.resolve(() => {
      const [graph] = inferShapes(readModel(new FileByteSource(file))).graphs;
      return graph && buildGraphView(graph);
    }),
  // Parsing alone: the file is in memory before the clock starts, its bytes not counted as ours to save.
  parsed: (file) => {
    const bytes = readFileSync(file);
    const source = new MemoryByteSource(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return Promise.resolve(() => readModel(source));
  },
  // Only the fields that a graph is drawn from: it does less than a whole onnx.proto would ask of it.
  protobufjs: async (file) => {
    const { default: protobuf } = await import('protobufjs');
    const { root } = protobuf.parse(`
      syntax = "proto2";
      message Model { optional Graph graph = 7; }
      message Graph { repeated Node node = 1; repeated Tensor initializer = 5; }
      message Node { repeated string input = 1; repeated string output = 2; optional string op_type = 4; }
      message Tensor { repeated int64 dims = 1; optional string name = 8; optional bytes raw_data = 9; }
    `);
    return () => root.lookupType('Model').decode(readFileSync(file));
  },
};

/** Prints what this process measured, as JSON. */
async function measure(reader: string, file: string): Promise<void> {
  const work = await readers[reader]!(file);
  const idle = process.memoryUsage.rss();
  const start = performance.now();
  work();
  const milliseconds = performance.now() - start;
  const peak = 1024 * process.resourceUsage().maxRSS;
  const measured: Measured = { milliseconds, megabytes: Math.max(0, peak - idle) / 1e6 };
  console.log(JSON.stringify(measured));
}

/** Null when the reader fails, with its reason printed. */
function measured(reader: string, file: string): Measured | null {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), reader, file], {
    encoding: 'utf8',
  });
  if (status === 0) return JSON.parse(stdout) as Measured;
  const reason = /^.*Error.*$/m.exec(stderr)?.[0] ?? `exit code ${status ?? 'none'}`;
  console.log(`${reader} fails on ${path.basename(file)}: ${reason}`);
  return null;
}

/** Reads the file once, so that the first reader does not pay for the disk. */
function warm(file: string): void {
  const descriptor = openSync(file, 'r');
  const buffer = new Uint8Array(1 << 20);
  while (readSync(descriptor, buffer) > 0);
}

function compare(name: string, file: string, rounds: number): void {
  warm(file);
  const all = ['ours', 'protobufjs'].map((reader) => {
    const first = measured(reader, file);
    if (first === null) return [];
    return [first, ...Array.from({ length: rounds - 1 }, () => measured(reader, file)).filter((one) => one !== null)];
  });
  const [ours = [], theirs = []] = all;
  if (ours.length === 0) throw new Error(`${file} could not be read.`);
  for (const [what, unit, key] of [
    ['read and lay out', 'ms', 'milliseconds'],
    ['memory above idle', 'MB', 'megabytes'],
  ] as const) {
    const baseline = { name: 'protobufjs 8', value: median(theirs.map((one) => one[key])) };
    report(
      `${what}, ${name}`,
      ours.map((one) => one[key]),
      unit,
      theirs.length > 0 ? { baseline, target: { atMost: baseline.value } } : {},
    );
  }
}

/** The first parse of a process, with the file already read. */
function parseAlone(name: string, file: string): void {
  const all = Array.from({ length: ROUNDS }, () => measured('parsed', file)).filter((one) => one !== null);
  const milliseconds = all.map((one) => one.milliseconds);
  report(`parse what was read, ${name}`, milliseconds, 'ms', { target: { atMost: 5 } });
}

function main(): void {
  const file = path.join(benchFolder, 'dense300.onnx');
  writeLargeOnnx(file, 150, 416);
  compare('ONNX of 104 MB, 300 operators', file, ROUNDS);
  parseAlone('ONNX of 104 MB, 300 operators', file);
  rmSync(file);
  const { bavail, bsize } = statfsSync(benchFolder);
  if (bavail * bsize < 4e9) {
    console.log('skipped the ONNX of 1.9 GB: less than 4 GB free on the disk');
    return;
  }
  const huge = path.join(benchFolder, 'dense1900.onnx');
  writeLargeOnnx(huge, 150, 1780);
  compare('ONNX of 1.9 GB, 300 operators', huge, 3);
  rmSync(huge);
}

const [reader, file] = process.argv.slice(2);
if (reader !== undefined && file !== undefined) await measure(reader, file);
else main();
