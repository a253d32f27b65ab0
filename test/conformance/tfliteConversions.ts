import path from 'node:path';
import { writeTflite } from '../../src/core/formats/tflite/writeTflite';
import { readModel } from '../../src/core/formats/readModel';
import { bytesOf } from '../../src/core/ir/dtype';
import { ModelError } from '../../src/core/ir/errors';
import type { Graph } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { bindShape } from '../../src/core/ir/shape';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { TensorValue } from '../../src/core/ports/executor';
import { withMainGraph } from '../../src/core/transforms/fold/dropUnused';
import { preparedGraph } from '../../src/core/transforms/fold/prepare';
import { inlineComposites } from '../../src/core/transforms/lower/inlineComposites';
import { toOnnx } from '../../src/core/transforms/convert/toOnnx/toOnnx';
import { toTflite, type ConvertedModel } from '../../src/core/transforms/convert/toTflite/toTflite';
import { readBytes } from '../fixtures/sharedFiles';
import { reals } from '../fixtures/tfliteBuilder';
import { runTfliteBatch, type BatchCase, type BatchOutcome } from '../fixtures/tfliteBatch';
import { compareValues } from './compareValues';
import { withNarrowPorts } from './narrowPorts';
import { runPlainly } from './plainOnnxruntime';
import { rowAgainstEngine } from './convertSteps';
import { layerByLayer } from './layerByLayer';
import { stateStarts } from './stateStarts';
import { outputsOf } from './batchOutputs';
import type { Row } from './table';

const TOLERANCE = 1e-4;

/** Files that the interpreter answers wrongly, and how. */
const NOT_ITS_OWN: Readonly<Record<string, string>> = {
  'ai-edge-quantizer/partly_quantized_mnist.tflite':
    'not compared: the interpreter takes no scale a channel in a hybrid dense layer, and answers 0.1 for each of ten classes',
};

/** Of hybrid layers: an activation is one of 127 steps in the interpreter, and ten layers add up a few of them. */
const HYBRID_TOLERANCE = 5 / 127;

const NO_ORACLE = 'not compared: neither the interpreter nor the integer engine has its kernels';

interface Converted {
  readonly name: string;
  readonly model: Model;
  readonly made: ConvertedModel;
  readonly onnx: Uint8Array;
  /** As the interpreter is given it: int64 ports narrowed, known custom operators as builtins. */
  readonly original: Uint8Array;
  readonly back: Uint8Array | null;
  readonly backRefusal: string | null;
  readonly inputs: readonly (TensorValue & { readonly name: string })[];
  /** State that the ONNX file takes as inputs, as it is at the first inference. */
  readonly starts: Converted['inputs'];
  readonly isQuantized: boolean;
  /** Activations are quantized at run time, in the interpreter and not in the ONNX file. */
  readonly isRunTime: boolean;
}

const read = (bytes: Uint8Array): Model => readModel(new MemoryByteSource(bytes, 'm.tflite'));

function seededInputs(graph: Graph): Converted['inputs'] {
  return graph.inputs.map((id, index) => {
    const { dtype, shape, ...tensor } = graph.tensors[id]!;
    const name = tensor.name || `tensor_${id}`;
    const bound = bindShape(shape ?? []);
    const count = bound.reduce((product, dim) => product * dim, 1);
    const values = reals(count, 3 + index);
    if (dtype === 'float32') return { name, dtype, shape: bound, data: new Uint8Array(values.buffer) };
    // Integers of activations anywhere in their range; of indices, none that any table lacks.
    const bytes = new Uint8Array(bytesOf(dtype, count));
    if (dtype === 'int8' || dtype === 'uint8')
      values.forEach((value, i) => (bytes[i] = Math.floor((value + 1) * 127.5)));
    return { name, dtype, shape: bound, data: bytes };
  });
}

/** Float activations with integer weights: the interpreter quantizes activations at run time, which a file cannot say. */
function isHybrid(graph: Graph): boolean {
  const weighted = new Set<string>(['Conv2d', 'DepthwiseConv2d', 'FullyConnected', 'MatMul']);
  return graph.nodes.some(({ op, inputs }) => {
    const [x, w] = [graph.tensors[inputs[0] ?? -1], graph.tensors[inputs[1] ?? -1]];
    return (
      weighted.has(op.kind) &&
      x?.dtype === 'float32' &&
      w !== undefined &&
      w.quantization !== null &&
      w.dtype !== 'float32'
    );
  });
}

function firstReason(error: ModelError): string {
  return error.details[0]?.replace(/^(\S+) .*?: /, '$1: ') ?? error.message.replace(/(The \S+) \S+/, '$1');
}

function convert(file: string): Converted | Row {
  const name = path.relative(path.resolve('../shared/models'), file);
  try {
    const model = inferShapes(inlineComposites(read(readBytes(file))));
    const graph = mainGraph(model);
    const isRunTime = isHybrid(preparedGraph(model));
    const made = toOnnx(model);
    const onnx = made.bytes;
    const original = writeTflite(
      withNarrowPorts(withMainGraph({ ...model, signatures: [] }, preparedGraph(model)).model),
    );
    let back: Uint8Array | null = null;
    let backRefusal: string | null = null;
    try {
      back = writeTflite(withNarrowPorts(read(toTflite(readModel(new MemoryByteSource(onnx, 'm.onnx'))).bytes)));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      backRefusal = firstReason(error);
    }
    const isQuantized = graph.tensors.some(
      (tensor) => !tensor.constant && tensor.quantization && tensor.dtype !== 'float32',
    );
    const starts = stateStarts(made);
    return {
      name,
      model,
      made,
      onnx,
      original,
      back,
      backRefusal,
      inputs: seededInputs(graph),
      starts,
      isQuantized,
      isRunTime,
    };
  } catch (error) {
    if (!(error instanceof ModelError))
      return { name, verdict: 'wrong', detail: `threw ${String((error as Error).stack).slice(0, 300)}` };
    return { name, verdict: 'refused', detail: firstReason(error) };
  }
}

const narrowed = ({ dtype, data }: TensorValue): Uint8Array =>
  dtype === 'int64' ? new Uint8Array(Int32Array.from(new BigInt64Array(data.slice().buffer), Number).buffer) : data;

function judge(
  name: string,
  got: readonly TensorValue[],
  expected: readonly TensorValue[],
  { isQuantized, isRunTime }: Pick<Converted, 'isQuantized' | 'isRunTime'>,
): Row {
  for (const [index, theirs] of expected.entries()) {
    const mine = got[index];
    if (!mine) return { name, verdict: 'wrong', detail: `output ${index} is missing` };
    const value = { ...mine, shape: theirs.shape, data: mine.dtype === 'int64' ? narrowed(mine) : mine.data };
    const { worst, isEqual } = compareValues(
      mine.dtype === 'int64' ? { ...value, dtype: 'int32' } : value,
      theirs,
      isRunTime ? HYBRID_TOLERANCE : TOLERANCE,
      isQuantized ? 1 : 0,
    );
    if (!isEqual)
      return {
        name,
        verdict: 'wrong',
        detail: `output ${index} differs by ${worst.toPrecision(3)} (${theirs.dtype} ${theirs.shape.join('x')})`,
      };
  }
  return { name, verdict: 'equal', detail: '' };
}

/** The interpreter states the shape that the file has, whatever the result is. */
function isCutShort({ dtype, shape, data }: TensorValue): boolean {
  return (
    data.length <
    bytesOf(
      dtype,
      shape.reduce((product, dim) => product * dim, 1),
    )
  );
}

/** A death may be owed to what an earlier model left behind in the process: whoever died is run once more, alone. */
function runEach(cases: readonly BatchCase[]): readonly BatchOutcome[] {
  return runTfliteBatch(cases).map((outcome, i) => {
    const hasDied = 'error' in outcome && outcome.error.startsWith('the interpreter died');
    return hasDied ? (runTfliteBatch([cases[i]!])[0] ?? outcome) : outcome;
  });
}

/** For each file: TFLite -> ONNX in ONNX Runtime, and -> TFLite again in the interpreter, against the file itself. */
export async function tfliteRows(files: readonly string[]): Promise<Tables> {
  const converted = files.map(convert);
  const ready = converted.filter((each): each is Converted => 'onnx' in each);
  const fed = (each: Converted): Uint8Array => Buffer.concat(each.inputs.map(narrowed));
  const originals = runEach(ready.map((each) => ({ model: each.original, inputs: fed(each) })));
  const signed = (each: Converted): Uint8Array =>
    Buffer.concat([...each.inputs, ...each.starts].map((input, i) => asPort(each, input, i)));
  const backs = runEach(
    ready.map((each) => ({ model: each.back ?? each.original, inputs: each.back ? signed(each) : fed(each) })),
  );
  const rows = {
    toOnnx: converted.filter((each): each is Row => 'verdict' in each),
    roundTrip: [] as Row[],
    quantized: [] as Row[],
    engine: [] as Row[],
    hybrid: [] as Row[],
  };
  for (const [index, each] of ready.entries()) await addRows(rows, each, originals[index]!, backs[index]!);
  return rows;
}

interface Tables {
  readonly toOnnx: Row[];
  readonly roundTrip: Row[];
  readonly quantized: Row[];
  readonly engine: Row[];
  /** Float files with integer weights. */
  readonly hybrid: Row[];
}

async function addRows(rows: Tables, each: Converted, original: BatchOutcome, back: BatchOutcome): Promise<void> {
  const { name } = each;
  const table = each.isRunTime ? rows.hybrid : each.isQuantized ? rows.quantized : rows.toOnnx;
  const byEngine =
    each.isQuantized && !each.isRunTime ? await rowAgainstEngine(name, each.model, each.made, each.inputs) : null;
  if (byEngine) rows.engine.push(byEngine);
  if ('error' in original) {
    if (!byEngine) table.push({ name, verdict: 'refused', detail: NO_ORACLE });
    return;
  }
  const known = NOT_ITS_OWN[name];
  if (known !== undefined) {
    table.push({ name, verdict: 'refused', detail: known });
    return;
  }
  const expected = outputsOf(original);
  if (expected.some(isCutShort)) {
    const detail = 'not compared: how long its result is depends on the values fed';
    table.push({ name, verdict: 'refused', detail });
    return;
  }
  table.push(await forward(each, expected));
  rows.roundTrip.push(returned(each, back, expected));
}

async function forward(each: Converted, expected: readonly TensorValue[]): Promise<Row> {
  const { name, isQuantized } = each;
  const got = await runPlainly(each.onnx, [...each.inputs, ...each.starts]);
  if (typeof got === 'string') return { name, verdict: 'wrong', detail: got };
  const whole = judge(name, got, expected, each);
  const isDeep = whole.verdict === 'wrong' && isQuantized && !each.isRunTime;
  return isDeep ? layerByLayer(name, each.original, Buffer.concat(each.inputs.map(narrowed)), whole.detail) : whole;
}

function returned(each: Converted, back: BatchOutcome, expected: readonly TensorValue[]): Row {
  const { name, backRefusal } = each;
  if (backRefusal !== null) return { name, verdict: 'refused', detail: backRefusal };
  if ('error' in back) return { name, verdict: 'wrong', detail: back.error.slice(0, 300) };
  return judge(name, outputsOf(back), expected, each);
}

/** A uint8 port that went through ONNX is int8 in TFLite again. */
function asPort({ back }: Converted, value: TensorValue, index: number): Uint8Array {
  const graph = mainGraph(read(back!));
  const dtype = graph.tensors[graph.inputs[index]!]!.dtype;
  return value.dtype === 'uint8' && dtype === 'int8' ? value.data.map((byte) => byte ^ 0x80) : narrowed(value);
}
