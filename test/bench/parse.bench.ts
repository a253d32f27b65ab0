import { spawnSync } from 'node:child_process';
import { openSync, readFileSync, readSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Type } from 'protobufjs';
import { FileByteSource } from '../../src/node/fileByteSource';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { onnxFormat, readOnnxAsStored } from '../../src/core/formats/onnx/onnxFormat';
import { Parse } from '../../src/core/formats/onnx/parse';
import { parseModel } from '../../src/core/formats/onnx/parseModel';
import { readModel } from '../../src/core/formats/readModel';
import { tfliteFormat } from '../../src/core/formats/tflite/tfliteFormat';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { filesUnder, sharedPath } from '../fixtures/sharedFiles';
import { benchFolder, largeTflite, writeLargeOnnx } from './benchModels';
import { median, report, timesMs } from './figure';

/**
 * Large ONNX files from disk to a laid-out graph, and the memory that takes above an idle process, against a protobuf
 * library that reads the same file. Each measurement is a process of its own; run with a reader's name, this file is it.
 *
 * The first parse of a process is what a user waits for when the inspector has just started: nothing is compiled yet.
 * The later ones are the same file again in the same process, which is what the next model gets.
 */

const ROUNDS = 5;

/** Parses of one process after its first. */
const LATER = 40;

/** Reading 100 MB leaves a garbage collection that would end in the middle of the first parse. */
const SETTLE_MS = 300;

interface Measured {
  readonly milliseconds: number;
  /** Of all threads: what a busy machine does not stretch. */
  readonly cpuMilliseconds: number;
  readonly megabytes: number;
  /** The middle of the later runs of the same process. */
  readonly later: number;
}

/** Starts counting memory once what it needs is loaded, and gives the work to time. */
type Reader = (file: string, start: () => void) => Promise<() => unknown>;

const readers: Readonly<Record<string, Reader>> = {
  ours: (file) =>
    Promise.resolve(() => {
      const [graph] = inferShapes(readModel(new FileByteSource(file))).graphs;
      return graph && buildGraphView(graph);
    }),
  // From the disk to the model; what lies between the weights is all that is read.
  opened: (file) => Promise.resolve(() => readModel(new FileByteSource(file))),
  parsed: inMemory((source) => () => readModel(source)),
  // Parts of the one above.
  told: inMemory((source) => () => [tfliteFormat, onnxFormat].some((format) => format.matches(source))),
  records: inMemory((source) => () => parseModel(new Parse(source))),
  graphs: inMemory((source) => () => readOnnxAsStored(source)),
  // And what the editor asks for next.
  shapes: inMemory((source) => {
    const model = readModel(source);
    return () => inferShapes(model);
  }),
  // Only the fields that a graph is drawn from: it does less than a whole onnx.proto would ask of it.
  protobufjs: async (file) => {
    const model = await protobufModel();
    return () => model.decode(readFileSync(file));
  },
  protobufjsParsed: async (file, start) => {
    const model = await protobufModel();
    start();
    const bytes = readFileSync(file);
    return () => model.decode(bytes);
  },
};

/** Parsing alone: the file is in memory before the clock starts. */
function inMemory(prepare: (source: MemoryByteSource) => () => unknown): Reader {
  return (file) => {
    const bytes = readFileSync(file);
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Promise.resolve(prepare(new MemoryByteSource(view, path.basename(file))));
  };
}

async function protobufModel(): Promise<Type> {
  const { default: protobuf } = await import('protobufjs');
  const { root } = protobuf.parse(`
    syntax = "proto2";
    message Model { optional Graph graph = 7; }
    message Graph { repeated Node node = 1; repeated Tensor initializer = 5; }
    message Node { repeated string input = 1; repeated string output = 2; optional string op_type = 4; }
    message Tensor { repeated int64 dims = 1; optional string name = 8; optional bytes raw_data = 9; }
  `);
  return root.lookupType('Model');
}

/** Prints what this process measured, as JSON. */
async function measure(reader: string, file: string): Promise<void> {
  let idle = process.memoryUsage.rss();
  const work = await readers[reader]!(file, () => {
    idle = process.memoryUsage.rss();
  });
  await sleep(SETTLE_MS);
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMilliseconds = (user + system) / 1000;
  const peak = 1024 * process.resourceUsage().maxRSS;
  const later = reader === 'ours' || reader === 'protobufjs' ? [] : timesMs(LATER, work);
  const megabytes = Math.max(0, peak - idle) / 1e6;
  const measured: Measured = { milliseconds, cpuMilliseconds, megabytes, later: median(later) };
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
  const both = ['ours', 'protobufjs'].map((reader) => {
    const first = measured(reader, file);
    if (first === null) return [];
    return [first, ...Array.from({ length: rounds - 1 }, () => measured(reader, file)).filter((one) => one !== null)];
  });
  const [ours = [], theirs = []] = both;
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

function all(reader: string, file: string, rounds = ROUNDS): Measured[] {
  return Array.from({ length: rounds }, () => measured(reader, file)).filter((one) => one !== null);
}

/** With the file already read: the first parse of a process and the later ones, and their parts. */
function parseAlone(name: string, file: string): void {
  const [ours, theirs] = [all('parsed', file), all('protobufjsParsed', file)];
  const baseline = (key: keyof Measured) => ({ name: 'protobufjs 8', value: median(theirs.map((one) => one[key])) });
  for (const [what, key, unit, atMost] of [
    ['first parse of a process', 'milliseconds', 'ms', 5],
    ['CPU of it', 'cpuMilliseconds', 'ms', 5],
    ['later parses', 'later', 'ms', 5],
    ['memory of file and first parse above idle', 'megabytes', 'MB', (1.5 * statSync(file).size) / 1e6],
  ] as const) {
    const samples = ours.map((one) => one[key]);
    report(`${what}, ${name}`, samples, unit, { baseline: baseline(key), target: { atMost } });
  }
  for (const [what, part] of [
    ['telling the format', 'told'],
    ['records of the wire format', 'records'],
    ['records and graphs', 'graphs'],
    ['shapes, after parsing', 'shapes'],
  ] as const) {
    const times = all(part, file);
    report(
      `  of these, first: ${what}`,
      times.map((one) => one.milliseconds),
      'ms',
    );
    report(
      `  of these, later: ${what}`,
      times.map((one) => one.later),
      'ms',
    );
  }
}

/** TFLite files in the same terms; there is no other reader of them here to be held against. */
function parseTflite(name: string, file: string): void {
  const ours = all('parsed', file);
  report(
    `first parse of a process, ${name}`,
    ours.map((one) => one.milliseconds),
    'ms',
    { target: { atMost: 5 } },
  );
  report(
    `CPU of it, ${name}`,
    ours.map((one) => one.cpuMilliseconds),
    'ms',
    { target: { atMost: 5 } },
  );
  report(
    `later parses, ${name}`,
    ours.map((one) => one.later),
    'ms',
    { target: { atMost: 5 } },
  );
}

function tfliteFiles(): void {
  const folder = sharedPath('models');
  const [largest] =
    folder === null ? [] : filesUnder(folder, '.tflite').sort((a, b) => statSync(b).size - statSync(a).size);
  if (largest !== undefined) {
    parseTflite(`${path.basename(largest)} (${(statSync(largest).size / 1e6).toFixed(1)} MB)`, largest);
  }
  const file = path.join(benchFolder, 'dense300.tflite');
  writeFileSync(file, largeTflite(150, 416));
  parseTflite('TFLite of 104 MB, 150 operators', file);
  rmSync(file);
}

function main(): void {
  const loads = loadavg().map((load) => load.toFixed(1));
  console.log(`Node ${process.version}, ${cpus().length} cores, load ${loads.join(' ')} before the first measurement`);
  const file = path.join(benchFolder, 'dense300.onnx');
  writeLargeOnnx(file, 150, 416);
  compare('ONNX of 104 MB, 300 operators', file, ROUNDS);
  parseAlone('ONNX of 104 MB, 300 operators', file);
  rmSync(file);
  tfliteFiles();
  const { bavail, bsize } = statfsSync(benchFolder);
  if (bavail * bsize < 4e9) {
    console.log('skipped the ONNX of 1.9 GB: less than 4 GB free on the disk');
    return;
  }
  const huge = path.join(benchFolder, 'dense1900.onnx');
  writeLargeOnnx(huge, 150, 1780);
  compare('ONNX of 1.9 GB, 300 operators', huge, 3);
  const opened = all('opened', huge);
  for (const [what, key] of [
    ['from the disk to the model', 'milliseconds'],
    ['CPU of it', 'cpuMilliseconds'],
  ] as const) {
    const samples = opened.map((one) => one[key]);
    report(`${what}, ONNX of 1.9 GB`, samples, 'ms', { target: { atMost: 50 } });
  }
  rmSync(huge);
}

const [reader, file] = process.argv.slice(2);
if (reader !== undefined && file !== undefined) await measure(reader, file);
else main();
