import type { TensorValue } from '../../src/core/ports/executor';
import { ModelError } from '../../src/core/ir/errors';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import type { ExecutorId } from '../../src/core/transforms/run/modelSession';
import { openModelSession } from '../../src/core/transforms/run/openModelSession';
import { onnxruntimeExecutor } from '../../src/node/onnxruntimeExecutor';
import { filesUnder, readBytes, sharedPath } from '../fixtures/sharedFiles';
import { runTfliteBatch, type BatchOutcome } from '../fixtures/tfliteBatch';
import { outputsOf } from './batchOutputs';
import { interpreterCase, narrowed, type InterpreterCase } from './interpreterCase';
import { printRows, type Row } from './table';
import { beyondRange } from './withinRange';

/** What the product computes in floating point, held against a TFLite interpreter written by others. */

const onnxruntime = onnxruntimeExecutor();

/** The interpreter's own words without what differs from file to file. */
function whyNot(error: string): string {
  if (error.includes('no multiple of NaN')) return 'excluded: the binding of the interpreter shows no strings';
  const said = error
    .replaceAll('ERROR: ', '')
    .replace(/\s*See instructions: \S+/g, '')
    .replace(/\(?[Nn]ode (number )?\d+ ?/g, '(')
    .split('; ');
  const reason = /the interpreter died/.exec(error)?.[0] ?? said[1] ?? said[0]!;
  return `excluded: the interpreter does not run it (${reason.trim().slice(0, 110)})`;
}

/** TFLM dequantizes a per-channel constant by its first scale (dequantize.cc), which is not what the file means. */
function isMisreadByTflm({ model }: InterpreterCase): boolean {
  return model.graphs.some(({ nodes, tensors }) =>
    nodes.some(({ op, inputs }) => {
      const scales = tensors[inputs[0] ?? -1]?.quantization?.scales.length ?? 0;
      return op.kind === 'Dequantize' && scales > 1;
    }),
  );
}

async function judge(each: InterpreterCase, expected: readonly TensorValue[], executor: ExecutorId): Promise<Row> {
  const { name, model, bytes, inputs } = each;
  if (executor === 'integer' && isMisreadByTflm(each)) {
    const detail = 'excluded: TFLM dequantizes by the first scale alone; equal to it in the table of tflm';
    return { name, verdict: 'refused', detail };
  }
  try {
    const source = new MemoryByteSource(bytes, 'm.tflite');
    const { session } = await openModelSession(model, source, onnxruntime, { executor, observe: [] });
    const { outputs } = await session.run(inputs);
    await session.dispose();
    const shown = outputs.map((value): TensorValue => {
      return value.dtype === 'int64' ? { ...value, dtype: 'int32', data: narrowed(value) } : value;
    });
    const detail = beyondRange(shown, expected);
    return { name, verdict: detail === '' ? 'equal' : 'wrong', detail };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const detail = (error.details[0] ?? error.message)
      .replace(/ \(operator .*?\)/, '')
      .replace(/(The \S+) \S+/, '$1')
      .slice(0, 120);
    return { name, verdict: 'refused', detail };
  }
}

function excluded({ name }: InterpreterCase, outcome: BatchOutcome): Row | null {
  return 'error' in outcome ? { name, verdict: 'refused', detail: whyNot(outcome.error) } : null;
}

const folder = sharedPath('models');
let wrong = 0;
if (folder !== null) {
  const filter = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
  const files = filesUnder(folder, '.tflite', '.lite', '.bin').filter((file) => file.includes(filter));
  const read = files
    .filter((file) => Buffer.from(readBytes(file).subarray(4, 8)).toString('latin1') === 'TFL3')
    .map((file) => interpreterCase(folder, file));
  const unread = read.filter((each): each is Row => 'verdict' in each);
  const cases = read.filter((each): each is InterpreterCase => 'model' in each);
  const outcomes = runTfliteBatch(
    cases.map(({ given, inputs }) => ({ model: given, inputs: Buffer.concat(inputs.map(narrowed)) })),
  );
  const rows: Record<ExecutorId, Row[]> = { onnxruntime: [], integer: [] };
  const notRun: Row[] = [...unread];
  const quantized: string[] = [];
  for (const [i, each] of cases.entries()) {
    const outcome = outcomes[i]!;
    const row = excluded(each, outcome);
    if (row) notRun.push(row);
    else if (each.isQuantized) quantized.push(each.name);
    else if (!('error' in outcome)) {
      for (const executor of ['onnxruntime', 'integer'] as const) {
        rows[executor].push(await judge(each, outputsOf(outcome), executor));
      }
    }
  }
  console.log(`${read.length} .tflite files: ${quantized.length} of integers, in the tables of rounding`);
  printRows('Not compared with the interpreter', notRun);
  wrong += printRows('Float models on ONNX Runtime, 1e-4 of the range', rows.onnxruntime);
  wrong += printRows('Float models on the integer engine, 1e-4 of the range', rows.integer);
}
process.exitCode = wrong > 0 ? 1 : 0;
