import path from 'node:path';
import { readModel } from '../../src/core/formats/readModel';
import { ModelError } from '../../src/core/ir/errors';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import { toTflite, type ConvertedModel } from '../../src/core/transforms/convert/toTflite/toTflite';
import type { DType } from '../../src/core/ir/dtype';
import { bytesOf } from '../../src/core/ir/dtype';
import { elementReader } from '../../src/core/ir/decode';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { bindShape } from '../../src/core/ir/shape';
import { readBytes } from '../fixtures/sharedFiles';
import { reals } from '../fixtures/tfliteBuilder';
import { runTfliteBatch, type BatchCase, type BatchOutcome } from '../fixtures/tfliteBatch';
import { toOnnx } from '../../src/core/transforms/convert/toOnnx/toOnnx';
import { runPlainly } from './plainOnnxruntime';
import { compareValues } from './compareValues';
import { stateStarts } from './stateStarts';
import { withNarrowPorts } from './narrowPorts';
import type { OnnxCase } from './onnxCases';
import type { Row } from './table';

/** Share of the output's range that float answers may differ by. */
const TOLERANCE = 1e-4;

/** A quantized result may be one step off: kernels round twice, or another way at ties. */
const isQuantizedName = (name: string): boolean => /quantize|qlinear/i.test(name);

interface Ready {
  readonly onnx: OnnxCase;
  readonly run: BatchCase;
}

/** All inputs but the first as constants: axes, bounds and weights are what models have as constants too. */
function withConstants(model: Model, onnx: OnnxCase): Model {
  const graph = mainGraph(model);
  const tensors = graph.tensors.map((tensor) => {
    const place = graph.inputs.indexOf(tensor.id);
    const value = onnx.inputs.find((each) => each.name === tensor.name) ?? onnx.inputs[place];
    if (place < 1 || !value) return tensor;
    const { data, shape } = value;
    const constant = { byteLength: data.length, storedBytes: data.length, key: tensor.name, read: () => data };
    return { ...tensor, shape, constant };
  });
  return { ...model, graphs: [{ ...graph, tensors }, ...model.graphs.slice(1)] };
}

function convertOne(onnx: OnnxCase, model: Model): Ready | Row {
  const row = (verdict: Row['verdict'], detail: string): Row => ({ name: onnx.name, verdict, detail });
  try {
    const converted = toTflite(model).bytes;
    const graph = mainGraph(model);
    const fed = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
    const narrow = withNarrowPorts(readModel(new MemoryByteSource(converted, 'converted.tflite')));
    const values = fed.map((id) => {
      const { name } = graph.tensors[id]!;
      return onnx.inputs.find((each) => each.name === name) ?? onnx.inputs[fed.indexOf(id)]!;
    });
    const ports = mainGraph(narrow);
    const inputs = Buffer.concat(values.map((value, i) => asPort(value, ports.tensors[ports.inputs[i]!]!.dtype)));
    return { onnx, run: { model: writeTflite(narrow), inputs } };
  } catch (error) {
    if (!(error instanceof ModelError)) return row('wrong', `threw ${String((error as Error).stack).slice(0, 400)}`);
    const detail =
      error.details[0]?.replace(/^(\S+) .*?: /, '$1: ') ?? error.message.replace(/The input \S+/, 'The input');
    return row('refused', detail);
  }
}

/** Stored int8 results that wrap around where QLinearMatMul saturates: ONNX Runtime does not give them either. */
const WRAPPING: ReadonlySet<string> = new Set(['node/test_qlinearmatmul_3D_int8_float32']);

function convert(onnx: OnnxCase): Ready | Row {
  if (WRAPPING.has(onnx.name)) {
    return {
      name: onnx.name,
      verdict: 'refused',
      detail: 'not compared: the stored output wraps, ONNX Runtime differs too',
    };
  }
  const model = readModel(new MemoryByteSource(readBytes(onnx.file), path.basename(path.dirname(onnx.file))));
  const { inputs, tensors } = mainGraph(model);
  if (onnx.inputs.length < inputs.filter((id) => !tensors[id]!.constant).length) {
    return { name: onnx.name, verdict: 'refused', detail: 'not compared: no inputs are stored with the model' };
  }
  const first = convertOne(onnx, model);
  const isRefused = 'verdict' in first && first.verdict === 'refused' && onnx.inputs.length > 1;
  return isRefused ? convertOne(onnx, withConstants(model, onnx)) : first;
}

/** uint8 ports of quantized models are int8 now. */
function asPort({ dtype, data }: TensorValue, port: DType): Uint8Array {
  if (dtype === 'int64') return new Uint8Array(Int32Array.from(bigints(data), Number).buffer);
  if (dtype in FLOAT_STEPS) return singles({ dtype, shape: [], data });
  return dtype === 'uint8' && port === 'int8' ? data.map((byte) => byte ^ 0x80) : data;
}

/** Floats that are float32 after conversion, and how exact their stored results are as a share of the range. */
const FLOAT_STEPS: Readonly<Record<string, number>> = { float64: TOLERANCE, float16: 1e-3, bfloat16: 8e-3 };

function singles({ dtype, data }: TensorValue): Uint8Array {
  const at = elementReader(data, dtype)!;
  return new Uint8Array(Float32Array.from({ length: data.length / bytesOf(dtype, 1) }, (_, i) => at(i)).buffer);
}

/** Stored values in the type that they have after conversion. */
function plain(value: TensorValue): TensorValue {
  return value.dtype in FLOAT_STEPS ? { ...value, dtype: 'float32', data: singles(value) } : value;
}

function bigints(data: Uint8Array): BigInt64Array {
  return new BigInt64Array(data.slice().buffer);
}

function judge({ onnx }: Ready, outcome: BatchOutcome): Row {
  const row = (verdict: Row['verdict'], detail: string): Row => ({ name: onnx.name, verdict, detail });
  if ('error' in outcome) return row('wrong', outcome.error.slice(0, 300));
  let at = 0;
  for (const [index, expected] of onnx.outputs.entries()) {
    const tensor = outcome.outputs[index];
    if (!tensor) return row('wrong', `output ${index} is missing`);
    const dtype = tensor.dtype as DType;
    const size = bytesOf(
      dtype,
      tensor.shape.reduce((product, dim) => product * dim, 1),
    );
    const got = { dtype, shape: tensor.shape, data: outcome.bytes.slice(at, at + size) };
    at += size;
    const problem = difference(onnx.name, got, expected);
    if (problem !== null) return row('wrong', `output ${index} ${problem}`);
  }
  return row('equal', '');
}

/** Types that a port of the converted file has for one of the ONNX file: int64 is narrowed here, uint8 shifted. */
const PORT_FORMS: ReadonlySet<string> = new Set(['int32 for int64', 'int8 for uint8']);

/** Null when both are the same, a shift to int8 allowed for. */
function difference(name: string, got: TensorValue, stored: TensorValue): string | null {
  const expected = plain(stored);
  const tolerance = FLOAT_STEPS[stored.dtype] ?? TOLERANCE;
  if (got.shape.join() !== expected.shape.join()) return `is ${got.shape.join('x')}, not ${expected.shape.join('x')}`;
  const isForm = got.dtype === expected.dtype || PORT_FORMS.has(`${got.dtype} for ${expected.dtype}`);
  if (!isForm) return `is ${got.dtype}, not ${expected.dtype}`;
  const { worst, isEqual } = compareValues(got, expected, tolerance, isQuantizedName(name) ? 1 : 0);
  return isEqual ? null : `differs by ${worst.toPrecision(3)}`;
}

/** Converts each case to TFLite, runs it in an interpreter written by others, and compares with the stored outputs. */
export function onnxToTfliteRows(cases: readonly OnnxCase[]): readonly Row[] {
  const converted = cases.map(convert);
  const ready = converted.filter((each): each is Ready => 'run' in each);
  const outcomes = runTfliteBatch(ready.map(({ run }) => run));
  const judged = new Map(ready.map((each, index) => [each.onnx.name, judge(each, outcomes[index]!)]));
  return converted.map((each) => ('run' in each ? judged.get(each.onnx.name)! : each));
}

/** ONNX -> TFLite -> ONNX in ONNX Runtime against the stored outputs, for what converts to TFLite. */
export async function onnxRoundTripRows(cases: readonly OnnxCase[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const onnx of cases) {
    const first = convert(onnx);
    if ('verdict' in first) continue;
    rows.push(await roundTrip(onnx, first));
  }
  return rows;
}

async function roundTrip(onnx: OnnxCase, { run }: Ready): Promise<Row> {
  const row = (verdict: Row['verdict'], detail: string): Row => ({ name: onnx.name, verdict, detail });
  const tflite = readModel(new MemoryByteSource(run.model, 'converted.tflite'));
  let back: ConvertedModel;
  try {
    back = toOnnx(tflite);
  } catch (error) {
    if (!(error instanceof ModelError)) return row('wrong', String((error as Error).stack).slice(0, 300));
    return row('refused', error.details[0]?.replace(/^(\S+) .*?: /, '$1: ') ?? error.message);
  }
  const graph = mainGraph(tflite);
  let at = 0;
  const inputs = graph.inputs.map((id) => {
    const { name, dtype, shape } = graph.tensors[id]!;
    const dims = bindShape(shape!);
    const size = bytesOf(
      dtype,
      dims.reduce((product, dim) => product * dim, 1),
    );
    return { name, dtype, shape: dims, data: Uint8Array.from(run.inputs.subarray(at, (at += size))) };
  });
  const got = await runPlainly(back.bytes, [...inputs, ...stateStarts(back)]);
  // The operator may be in the standard and its kernel for a type not in the runtime.
  if (typeof got === 'string') {
    const isMissing = got.includes('Could not find an implementation');
    return row(
      isMissing ? 'refused' : 'wrong',
      isMissing ? 'not compared: ONNX Runtime has no kernel' : got.slice(0, 300),
    );
  }
  for (const [index, stored] of onnx.outputs.entries()) {
    const [mine, expected] = [got[index]!, plain(stored)];
    const { worst, isEqual } = compareValues(
      mine,
      expected,
      FLOAT_STEPS[stored.dtype] ?? TOLERANCE,
      isQuantizedName(onnx.name) ? 1 : 0,
    );
    if (!isEqual) return row('wrong', `output ${index} differs by ${worst.toPrecision(3)}`);
  }
  return row('equal', '');
}

/** Networks without stored inputs: converted, and both forms run on the same made-up input. */
export async function networkRows(files: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of files) {
    const name = path.basename(file);
    const onnx = readBytes(file);
    const model = readModel(new MemoryByteSource(onnx, name));
    const { bytes } = toTflite(model);
    const graph = mainGraph(model);
    const given = graph.tensors[graph.inputs.find((id) => !graph.tensors[id]!.constant)!]!;
    const shape = bindShape(given.shape!);
    const values = reals(
      shape.reduce((product, dim) => product * dim, 1),
      1,
    );
    const input = { name: given.name, dtype: given.dtype, shape, data: new Uint8Array(values.buffer) };
    const expected = await runPlainly(onnx, [input]);
    const [outcome] = runTfliteBatch([{ model: bytes, inputs: input.data }]);
    const converted = mainGraph(readModel(new MemoryByteSource(bytes, name)));
    const transposes = converted.nodes.filter((node) => node.op.kind === 'Transpose').length;
    const detail = `${graph.nodes.length} nodes -> ${converted.nodes.length}, ${transposes} TRANSPOSE`;
    if (!outcome || 'error' in outcome || typeof expected === 'string') {
      rows.push({ name, verdict: 'wrong', detail: `${detail}; does not run` });
      continue;
    }
    const got = { dtype: 'float32', shape: expected[0]!.shape, data: outcome.bytes } as const;
    const { worst, isEqual } = compareValues(got, expected[0]!, TOLERANCE);
    rows.push({ name, verdict: isEqual ? 'equal' : 'wrong', detail: `${detail}; differs by ${worst.toPrecision(2)}` });
  }
  return rows;
}
