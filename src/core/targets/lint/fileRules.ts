import { bitsOf } from '../../ir/dtype';
import type { Graph } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { isTflm } from '../runtimes';
import type { LintSubject, RuleFinding } from './finding';

/** schema.fbs asks 16 of a buffer (force_align); a word is what plain code reads at once. */
const WORD = 4;

/**
 * Constants that do not lie where their elements, or whole words of them, may be read: TFLM uses them in place, and a
 * Cortex-M0+ faults where an element is split.
 */
export function misalignedBuffers({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const placed = [...constantsOf(model).values()];
  const off = placed.filter(({ position, bytes }) => position % Math.max(WORD, bytes) !== 0);
  if (off.length === 0) return [];
  const split = off.filter(({ position, bytes }) => position % bytes !== 0).length;
  const count = `${off.length} of ${placed.length} constants ${off.length === 1 ? 'does' : 'do'} not lie on a word of the file`;
  const message =
    split > 0 ? `${count}, ${split} with split elements: a Cortex-M0+ faults when it reads one.` : `${count}.`;
  return [{ rule: 'tinyml/misaligned-buffer', severity: split > 0 ? 'warning' : 'info', node: null, message }];
}

interface Constant {
  readonly position: number;
  /** Of an element. */
  readonly bytes: number;
}

function constantsOf(model: Model): ReadonlyMap<string, Constant> {
  const found = new Map<string, Constant>();
  for (const { constant, dtype } of model.graphs.flatMap(({ tensors }) => tensors)) {
    if (constant?.position === undefined || constant.byteLength === 0) continue;
    found.set(constant.key, { position: constant.position, bytes: Math.max(1, bitsOf(dtype) / 8) });
  }
  return found;
}

/** Constants that no node reads and that are no result: converters and editors leave them behind. */
export function unusedWeights({ model }: LintSubject): readonly RuleFinding[] {
  const used = new Set(model.graphs.flatMap(readKeys));
  const unused = new Map<string, number>();
  for (const { constant } of model.graphs.flatMap(({ tensors }) => tensors)) {
    if (constant && !used.has(constant.key)) unused.set(constant.key, constant.storedBytes);
  }
  const bytes = [...unused.values()].reduce((sum, size) => sum + size, 0);
  if (bytes === 0) return [];
  const what = unused.size === 1 ? 'A constant is' : `${unused.size} constants are`;
  const message = `${what} read by no operator: ${bytes.toLocaleString('en')} bytes of flash for nothing.`;
  return [{ rule: 'tinyml/unused-weights', severity: bytes >= 1024 ? 'warning' : 'info', node: null, message }];
}

/** Keys of the constants that a graph reads, gives back, or keeps scales in. */
function readKeys({ nodes, tensors, outputs }: Graph): readonly string[] {
  const read = new Set<number | null | undefined>([...nodes.flatMap(({ inputs }) => inputs), ...outputs]);
  for (const { quantization, captured, id } of tensors) {
    read.add(quantization?.scaleTensor).add(quantization?.zeroPointTensor);
    if (captured) read.add(id);
  }
  return tensors.flatMap(({ id, constant }) => (constant && read.has(id) ? [constant.key] : []));
}
