import { readReals, type RealArray } from '../datasets/reals';
import { tensorDifference } from '../execute/tensorDifference';
import { isFloat } from '../ir/dtype';
import { realsOf } from '../transforms/run/storedValue';
import { operatorName } from './inspect';
import type { RunComparison, RunDifference } from './runAnswer';
import type { ModelRun, NamedTensor, RunRecord } from './runModel';

/** Share of a floating-point tensor's range that two runs may differ by. */
export const FLOAT_TOLERANCE = 1e-4;

type Arrays = Readonly<Record<string, RealArray>>;

/**
 * Compares a run, tensor by tensor in execution order, with arrays of another: integers must be equal and floats within
 * `FLOAT_TOLERANCE` of the other's range, unless a tolerance is given for both. Where the other holds reals for an
 * integer tensor, the reals that the integers stand for are compared.
 */
export function compareRun(
  run: ModelRun,
  record: RunRecord,
  other: Arrays,
  tolerance: number | null,
  against: string,
): RunComparison {
  let compared = 0;
  let differing = 0;
  let first: RunDifference | null = null;
  for (const tensor of record.tensors) {
    if (!Object.hasOwn(other, tensor.name)) continue;
    compared += 1;
    const difference = differenceOf(run, tensor, other[tensor.name]!, tolerance);
    if (!difference) continue;
    differing += 1;
    first ??= difference;
  }
  return { against, compared, differing, first, sentence: sentenceOf(against, compared, differing, first) };
}

/** The tensors of a run as `compareRun` takes them. */
export function arraysOf(record: RunRecord): Arrays {
  return Object.fromEntries(
    record.tensors.map(({ name, value }) => [
      name,
      { dtype: value.dtype, shape: value.shape, values: readReals(value.dtype, value.data) },
    ]),
  );
}

function differenceOf(
  run: ModelRun,
  tensor: NamedTensor,
  other: RealArray,
  tolerance: number | null,
): RunDifference | null {
  const where = {
    node: tensor.node,
    op: tensor.node === null ? null : operatorName(run.graph.nodes[tensor.node]!),
    tensor: tensor.name,
  };
  const values = comparable(run, tensor, other);
  if (values.length !== other.values.length) {
    return { ...where, values: values.length, different: values.length, maxDifference: null, firstIndex: 0 };
  }
  const isReal = isFloat(tensor.value.dtype) || isFloat(other.dtype);
  const found = tensorDifference(values, other.values, tolerance ?? (isReal ? FLOAT_TOLERANCE : 0));
  if (found.firstIndex === null) return null;
  const maxDifference = Number.isFinite(found.maxDifference) ? found.maxDifference : null;
  return { ...where, values: found.count, different: found.different, maxDifference, firstIndex: found.firstIndex };
}

function comparable(run: ModelRun, { tensor, value }: NamedTensor, other: RealArray): Float32Array | Float64Array {
  const quantization = isFloat(other.dtype) ? (run.graph.tensors[tensor]?.quantization ?? null) : null;
  return realsOf(value, quantization);
}

/** "First operator that differs: #7 CONV_2D, 3 of 4,096 values, max difference 1; 9 of 17 tensors differ." */
function sentenceOf(against: string, compared: number, differing: number, first: RunDifference | null): string {
  if (compared === 0) return `Nothing to compare: ${against} has no tensor of the same name.`;
  if (!first) return `No difference to ${against} in ${count(compared, 'tensor')}.`;
  const values =
    first.maxDifference === null
      ? `${count(first.different, 'value')}, of another size or not finite`
      : `${first.different.toLocaleString('en-US')} of ${count(first.values, 'value')}, max difference ${short(first.maxDifference)}`;
  const where =
    first.node === null
      ? `The inputs differ: ${first.tensor}`
      : `First operator that differs: #${first.node} ${first.op ?? ''}`;
  const all = `${differing.toLocaleString('en-US')} of ${count(compared, 'tensor')} ${compared === 1 ? 'differs' : 'differ'}`;
  return `${where}, ${values}; ${all}.`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function count(value: number, what: string): string {
  return `${value.toLocaleString('en-US')} ${what}${value === 1 ? '' : 's'}`;
}
