import type * as Onnxruntime from 'onnxruntime-node';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import type { DType } from '../core/ir/dtype';
import { ModelError } from '../core/ir/errors';
import type { Executor, ExecutorSession, NamedValues, TensorValue } from '../core/ports/executor';

type Runtime = typeof Onnxruntime;
type TypedArray = Exclude<Tensor.DataType, string[]> & ArrayBufferView;

/** 4 is "fatal only": warnings fill pages, and errors are thrown as well. */
const FATAL_ONLY = 4;

interface ElementType {
  readonly dtype: DType;
  readonly view: (bytes: Uint8Array) => TypedArray;
}

/** onnxruntime's element types that can be fetched. The 4-bit and 2-bit ones abort the process when they are. */
const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  float32: { dtype: 'float32', view: (b) => new Float32Array(aligned(b)) },
  float64: { dtype: 'float64', view: (b) => new Float64Array(aligned(b)) },
  float16: { dtype: 'float16', view: (b) => new Uint16Array(aligned(b)) },
  int64: { dtype: 'int64', view: (b) => new BigInt64Array(aligned(b)) },
  uint64: { dtype: 'uint64', view: (b) => new BigUint64Array(aligned(b)) },
  int32: { dtype: 'int32', view: (b) => new Int32Array(aligned(b)) },
  uint32: { dtype: 'uint32', view: (b) => new Uint32Array(aligned(b)) },
  int16: { dtype: 'int16', view: (b) => new Int16Array(aligned(b)) },
  uint16: { dtype: 'uint16', view: (b) => new Uint16Array(aligned(b)) },
  int8: { dtype: 'int8', view: (b) => new Int8Array(aligned(b)) },
  uint8: { dtype: 'uint8', view: (b) => new Uint8Array(aligned(b)) },
  bool: { dtype: 'bool', view: (b) => new Uint8Array(aligned(b)) },
};

/**
 * Runs ONNX bytes with onnxruntime-node, which blocks the thread it runs on: use it in a child process or in the CLI's
 * own, never where somebody waits for the thread. The native library is loaded with the first model.
 */
export function onnxruntimeExecutor(): Executor {
  let runtime: Promise<Runtime> | null = null;
  return {
    id: 'onnxruntime',
    load: async (onnx, exactSums = false) => {
      runtime ??= import('onnxruntime-node');
      const ort = await runtime;
      return new OnnxruntimeSession(ort, await createSession(ort, onnx, exactSums));
    },
  };
}

async function createSession(ort: Runtime, onnx: Uint8Array, exactSums: boolean): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(onnx, {
      // One thread: two were slower on small models, and processes are what runs side by side here.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: FATAL_ONLY,
      // x64 without VNNI adds pairs of 8-bit products in 16 bits: onnxruntime_session_options_config_keys.h.
      ...(exactSums && { extra: { session: { x64quantprecision: '1' } } }),
    });
  } catch (error) {
    throw loadError(textOf(error));
  }
}

class OnnxruntimeSession implements ExecutorSession {
  readonly #ort: Runtime;
  readonly #session: InferenceSession;
  readonly #types: ReadonlyMap<string, string>;

  constructor(ort: Runtime, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
    this.#types = new Map(
      [...session.inputMetadata, ...session.outputMetadata].map((value) => [
        value.name,
        value.isTensor ? value.type : 'non-tensor',
      ]),
    );
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  async run(inputs: NamedValues, outputs: readonly string[] = this.outputNames): Promise<NamedValues> {
    for (const name of outputs) this.#checkFetchable(name);
    const feeds: Record<string, OnnxValue> = {};
    for (const [name, value] of Object.entries(inputs)) feeds[name] = this.#feed(name, value);
    let results: Awaited<ReturnType<InferenceSession['run']>>;
    try {
      results = await this.#session.run(feeds, [...outputs]);
    } catch (error) {
      throw runError(textOf(error));
    }
    return Object.fromEntries(outputs.map((name) => [name, toValue(results[name]!)]));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #feed(name: string, value: TensorValue): OnnxValue {
    const type = this.#types.get(name);
    const element = ELEMENT_TYPES[value.dtype];
    if (type !== undefined && !(type in ELEMENT_TYPES)) {
      throw new ModelError('unsupported-dtype', `The input ${name} of type ${type} cannot be fed.`);
    }
    if (type === undefined || !element || type !== value.dtype) {
      throw new ModelError('bad-data', `The input ${name} takes ${type ?? 'nothing'}, not ${value.dtype}.`);
    }
    return new this.#ort.Tensor(value.dtype as Tensor.Type, element.view(value.data), value.shape);
  }

  #checkFetchable(name: string): void {
    const type = this.#types.get(name);
    if (type === undefined || !(type in ELEMENT_TYPES)) {
      throw new ModelError('unsupported-dtype', `The output ${name} of type ${type ?? 'unknown'} cannot be fetched.`);
    }
  }
}

function toValue(value: OnnxValue): TensorValue {
  const tensor = value;
  const data = tensor.data as TypedArray;
  return {
    dtype: ELEMENT_TYPES[tensor.type]!.dtype,
    shape: tensor.dims,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** A buffer of its own starting at 0, as typed arrays of wider elements need. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
    ? bytes.buffer
    : bytes.slice().buffer;
}

/** onnxruntime's own words are for its developers: a person gets the operator that failed, the log gets all of them. */
export function runError(text: string): ModelError {
  const operator = /while running (\S+) node/.exec(text)?.[1];
  const input = /Got invalid dimensions for input: (\S+)/.exec(text)?.[1];
  const why =
    operator !== undefined
      ? `could not run the model: ${operator} failed.`
      : input !== undefined
        ? `could not run the model on this data: the input ${input} has another shape.`
        : 'could not run the model on this data.';
  return new ModelError('bad-data', `ONNX Runtime ${why}`, linesOf(text));
}

/** As `runError`, for a model that it does not take at all. */
export function loadError(text: string): ModelError {
  const missing = /Could not find an implementation for (\w+)/.exec(text)?.[1];
  const unknown = /([\w.:]+)(?:\(-?\d+\))? is not a registered function\/op/.exec(text)?.[1];
  const operator = missing ?? unknown;
  const why = operator === undefined ? '.' : `: it has no operator ${operator} for these types or this version.`;
  return new ModelError('unsupported-operator', `ONNX Runtime cannot load this model${why}`, linesOf(text));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of a text that may hold the model's own names, as much as a log wants. */
function linesOf(text: string): readonly string[] {
  return text
    .slice(0, 4000)
    .split('\n')
    .filter((line) => line.trim() !== '');
}
