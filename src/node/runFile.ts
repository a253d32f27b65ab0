import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ModelRun } from '../core/answers/runModel';
import { readNpz } from '../core/datasets/npz';
import type { RealArray } from '../core/datasets/reals';
import { readModel } from '../core/formats/readModel';
import { ModelError } from '../core/ir/errors';
import type { Model } from '../core/ir/model';
import type { RunPort } from '../core/transforms/run/modelSession';
import {
  constantSource,
  fileSource,
  hasArrayFor,
  isArchive,
  seededSource,
  zeroSource,
} from '../core/transforms/run/portSource';
import type { DataFit, PortSource } from '../core/transforms/run/portSource';
import type { ModelFile } from '../protocol/engine';
import type { RunInput, RunOptions } from '../protocol/run';
import { FileByteSource } from './fileByteSource';
import { onnxruntimeExecutor } from './onnxruntimeExecutor';
import { readerPortsFor } from './readerPorts';

const MAX_FILE_BYTES = 1 << 30;

/** A model file and what is known of it. */
export interface OpenedFile {
  readonly model: Model;
  readonly source: FileByteSource;
}

/** Throws ModelError. */
export async function openModelFile(file: ModelFile): Promise<OpenedFile> {
  const source = new FileByteSource(file.path, file.name);
  return { model: readModel(source, await readerPortsFor(source)), source };
}

/** Loads a model to be run. Throws ModelError. */
export function loadRun({ model, source }: OpenedFile, options: RunOptions): Promise<ModelRun> {
  return ModelRun.open({ model, source, onnxruntime: onnxruntimeExecutor(), ...options });
}

interface ReadInput extends RunInput {
  /** Null for made-up values. */
  readonly bytes: Uint8Array | null;
}

/** What each input of a model is fed, by position; a state that nothing is given for starts from zeros. */
export interface FedInputs {
  readonly sources: readonly PortSource[];
  readonly notes: readonly string[];
}

/** Reads the data files. Throws ModelError `bad-data`: a file that does not fit, an input without a value. */
export function readInputs(run: ModelRun, inputs: readonly RunInput[], fit: DataFit, steps: number): FedInputs {
  const read = inputs.map((input) => ({
    ...input,
    bytes: input.source.kind === 'file' ? bytesOf(input.source.path) : null,
  }));
  refuseUnknown(run, read);
  const sources = run.inputs.map((port, position) => sourceOf(run, port, position, read, fit));
  const most = Math.max(...sources.map(({ count }) => (Number.isFinite(count) ? count : 1)), 1);
  const notes = sources.flatMap(({ notes: done }, position) =>
    done.length > 0 ? [`The file for ${run.inputs[position]!.name}: ${done.join(', ')}.`] : [],
  );
  if (most > steps) {
    notes.push(`The data holds ${most} values; ${steps === 1 ? 'the first' : `the first ${steps}`} ran.`);
  }
  return { sources, notes };
}

/** Arrays of a numpy archive. Throws ModelError `bad-data` that names the file. */
export function readArchive(path: string): Readonly<Record<string, RealArray>> {
  return naming(path, () => readNpz(bytesOf(path)));
}

function sourceOf(
  run: ModelRun,
  port: RunPort,
  position: number,
  inputs: readonly ReadInput[],
  fit: DataFit,
): PortSource {
  const named = inputs.find(({ name }) => name === port.name);
  const given = named ?? inputs.find((input) => input.name === null && suits(run, port, input));
  if (given?.source.kind === 'seed') return seededSource(port, given.source.seed);
  if (given?.source.kind === 'constant') return constantSource(port, given.source.value);
  if (given?.source.kind === 'file') {
    return naming(given.source.path, () => fileSource(port, given.bytes!, fit));
  }
  if (run.carried.has(position)) return zeroSource(port);
  throw new ModelError('bad-data', `The input ${port.name} is given no value.`);
}

/** Whether something given for no input in particular is for this one. */
function suits(run: ModelRun, port: RunPort, { bytes, source }: ReadInput): boolean {
  if (source.kind !== 'file' || bytes === null) return true;
  const fed = run.inputs.filter((_, position) => !run.carried.has(position));
  const isOnly = fed.length === 1 && fed[0] === port;
  if (!isArchive(bytes)) return isOnly || (run.inputs.length === 1 && run.inputs[0] === port);
  return naming(source.path, () => hasArrayFor(port, bytes)) || isOnly;
}

function refuseUnknown(run: ModelRun, inputs: readonly RunInput[]): void {
  const names = run.inputs.map(({ name }) => name);
  const unknown = inputs.find(({ name }) => name !== null && !names.includes(name));
  if (unknown) {
    throw new ModelError('bad-data', `The model has no input ${unknown.name ?? ''}; it has ${names.join(', ')}.`);
  }
}

function bytesOf(path: string): Uint8Array {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new ModelError('bad-data', `${path} is larger than 1 GiB.`);
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError('bad-data', `${path} does not exist or cannot be read.`);
  }
}

/** Messages of readers say "the file": say which. */
function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.reason, error.message.replace(/^The (file|archive)/, basename(path)), error.details);
  }
}
