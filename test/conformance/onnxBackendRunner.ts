import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelRun } from '../../src/core/answers/runModel';
import { packTexts } from '../../src/core/formats/onnx/decodeTyped';
import { readModel } from '../../src/core/formats/readModel';
import type { DType } from '../../src/core/ir/dtype';
import { ModelError } from '../../src/core/ir/errors';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import type { PortSource } from '../../src/core/transforms/run/portSource';
import { FileByteSource } from '../../src/node/fileByteSource';
import { onnxruntimeExecutor } from '../../src/node/onnxruntimeExecutor';
import { readBytes } from '../fixtures/sharedFiles';
import { portsOf, storedInputs, storedOutputs, type BackendModel, type StoredValue } from './onnxBackendCases';
import { differenceOf } from './onnxBackendTolerance';
import { unpackedTexts } from './packedTexts';

/**
 * `plain`: onnxruntime-node called on the file as it is. `product`: as `tinyml run` runs a model. `observed`: with every
 * intermediate tensor, as `tinyml run --all` and the editor do.
 */
export type RunMode = 'plain' | 'product' | 'observed';

export interface RunRequest {
  readonly id: number;
  readonly backend: BackendModel;
  readonly mode: RunMode;
}

export interface RunVerdict {
  readonly verdict: 'passed' | 'refused' | 'wrong';
  readonly detail: string;
}

type TypedArray = Exclude<Tensor.DataType, string[]>;

const ARRAYS: Partial<Record<DType, new (buffer: ArrayBuffer) => TypedArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Answers requests until the parent goes. ONNX Runtime may take this process down with it. */
export function serveRuns(): void {
  process.on('message', (request: RunRequest) => {
    void judged(request).then((verdict) => process.send?.({ id: request.id, ...verdict }));
  });
  process.on('disconnect', () => process.exit(0));
}

async function judged({ backend, mode }: RunRequest): Promise<RunVerdict> {
  try {
    const model = readModel(new MemoryByteSource(readBytes(backend.file), backend.name));
    const ports = portsOf(model);
    const inputs = storedInputs(backend, ports);
    const expected = storedOutputs(backend, ports);
    if (expected.length === 0) return { verdict: 'refused', detail: 'no stored outputs' };
    if (inputs.includes(null) || expected.includes(null)) {
      return { verdict: 'refused', detail: 'sequences and optionals: onnxruntime-node hands over tensors only' };
    }
    const values = inputs as readonly TensorValue[];
    const outputs =
      mode === 'plain'
        ? await runPlain(backend, values, ports)
        : await runProduct(backend, values, mode === 'observed');
    return compared(outputs, expected);
  } catch (error) {
    const message = (error as Error).message;
    if (mode === 'plain' || error instanceof ModelError) return { verdict: 'refused', detail: message.slice(0, 1500) };
    return { verdict: 'wrong', detail: `threw ${String((error as Error).stack).slice(0, 400)}` };
  }
}

async function runPlain(
  { file }: BackendModel,
  inputs: readonly TensorValue[],
  ports: ReturnType<typeof portsOf>,
): Promise<readonly TensorValue[]> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const feeds = inputs.map((value, at): [string, Tensor] => [ports.inputs[at]!.name, tensorOf(value)]);
  const results = await session.run(Object.fromEntries(feeds));
  const outputs = ports.outputs.map(({ name }) => valueOf(results[name]!));
  await session.release();
  return outputs;
}

function tensorOf({ dtype, shape, data }: TensorValue): Tensor {
  if (dtype === 'string') return new Tensor('string', [...unpackedTexts(data)], shape);
  const type = ARRAYS[dtype];
  if (!type) throw new Error(`onnxruntime-node has no tensors of ${dtype}`);
  return new Tensor(dtype as Tensor.Type, new type(Uint8Array.from(data).buffer), shape);
}

function valueOf({ type, dims, data }: Tensor): TensorValue {
  if (Array.isArray(data)) return { dtype: 'string', shape: dims, data: packTexts(data) };
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return { dtype: type, shape: dims, data: new Uint8Array(buffer, byteOffset, byteLength).slice() };
}

async function runProduct(
  { file, name }: BackendModel,
  inputs: readonly TensorValue[],
  observe: boolean,
): Promise<readonly TensorValue[]> {
  const source = new FileByteSource(file, name);
  const model = readModel(source);
  const names = portsOf(model).inputs;
  const shapes = Object.fromEntries(inputs.map(({ shape }, at) => [names[at]!.name, shape]));
  const executor = onnxruntimeExecutor();
  const setup = { model, source, onnxruntime: executor, executor: null, signature: null, shapes, observe };
  const run = await ModelRun.open(setup);
  try {
    const sources = inputs.map((value): PortSource => ({ count: 1, notes: [], at: () => value }));
    return (await run.run(sources, 1, () => Promise.resolve())).outputs;
  } finally {
    await run.dispose();
  }
}

function compared(outputs: readonly TensorValue[], expected: readonly StoredValue[]): RunVerdict {
  for (const [at, value] of expected.entries()) {
    const got = outputs[at];
    const difference = value && (got ? differenceOf(got, value) : 'is missing');
    if (difference !== null) return { verdict: 'wrong', detail: `output ${at} ${difference}` };
  }
  return { verdict: 'passed', detail: '' };
}
