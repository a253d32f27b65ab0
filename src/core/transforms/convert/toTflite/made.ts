import { bytesOf, type DType } from '../../../ir/dtype';
import type { Node } from '../../../ir/graph';
import type { TensorId } from '../../../ir/tensor';
import { fillValueOf } from '../../../formats/onnx/fillValue';
import { Refusal } from '../refusal';
import { packNumbers, type Conversion } from './conversion';
import { viewOf } from './nodeViews';
import { convertCast, convertIdentity } from './reshaping';

/** Operators whose results are known before running, or that do nothing when they only infer. */

/** Longest constant that is computed here. */
const MAX_ELEMENTS = 1 << 24;

function defineConstant(
  c: Conversion,
  id: TensorId,
  dtype: DType,
  shape: readonly number[],
  bytes: () => Uint8Array,
): void {
  c.values.constants.set(id, { dtype, shape, quantization: null, bytes });
}

function convertShape(c: Conversion, node: Node): void {
  const shape = c.shape(c.input(node, 0));
  const view = viewOf(c, node);
  const end = view.has('end') ? view.number('end', shape.length) : shape.length;
  const dims = shape.slice(view.number('start', 0), end);
  defineConstant(c, node.outputs[0]!, 'int64', [dims.length], () => packNumbers(dims, 'int64'));
}

function convertSize(c: Conversion, node: Node): void {
  const count = c.shape(c.input(node, 0)).reduce((product, dim) => product * dim, 1);
  defineConstant(c, node.outputs[0]!, 'int64', [], () => packNumbers([count], 'int64'));
}

function convertRange(c: Conversion, node: Node): void {
  const ids = [0, 1, 2].map((index) => c.input(node, index));
  const bounds = ids.map((id) => c.known(id)?.[0] ?? c.reals(id)?.[0]);
  if (bounds.some((bound) => bound === undefined))
    throw new Refusal(
      'how long it is depends on values at run time, and tensors on microcontrollers have one length',
      'make its bounds constants',
    );
  const [start, limit, step] = bounds as [number, number, number];
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= MAX_ELEMENTS)) throw new Refusal(`a range of ${count} elements`);
  const { dtype } = c.constant(ids[0]!) ?? c.tensor(ids[0]!);
  const values = (): readonly number[] => Array.from({ length: count }, (_, i) => start + i * step);
  const type = dtype.startsWith('float') ? 'float32' : dtype;
  defineConstant(c, node.outputs[0]!, type, [count], () => packNumbers(values(), type));
}

function convertFill(c: Conversion, node: Node): void {
  const output = node.outputs[0]!;
  const shape = c.shape(output);
  const count = shape.reduce((product, dim) => product * dim, 1);
  const { dtype, element } = fillValueOf(node);
  if (count > MAX_ELEMENTS) throw new Refusal(`a constant of ${count} elements`);
  const bytes = new Uint8Array(bytesOf(dtype, count)).map((_, i) => element[i % element.length]!);
  defineConstant(c, output, dtype, shape, () => bytes);
}

/** Ones on a diagonal, in the shape and (unless told otherwise) the type of the input. */
function convertEyeLike(c: Conversion, node: Node): void {
  const output = node.outputs[0]!;
  const [rows, columns] = c.shape(c.input(node, 0)) as [number, number];
  const offset = viewOf(c, node).number('k', 0);
  const { dtype } = c.tensor(output);
  const type = dtype === 'unknown' ? 'float32' : dtype;
  if (rows * columns > MAX_ELEMENTS) throw new Refusal('a diagonal of more elements than a file holds');
  const values = Array.from({ length: rows * columns }, (_, i) =>
    (i % columns) - Math.floor(i / columns) === offset ? 1 : 0,
  );
  defineConstant(c, output, type, [rows, columns], () => packNumbers(values, type));
}

/** In inference nothing is dropped: the input, and a mask of which every element is true. */
function convertDropout(c: Conversion, node: Node): void {
  const training = c.optional(node, 2);
  const isTraining = training !== null && (c.known(training)?.[0] ?? c.reals(training)?.[0]) !== 0;
  if (isTraining || (node.source.version < 7 && viewOf(c, node).number('is_test', 0) === 0))
    throw new Refusal('it drops at random, as in training', 'export the model in inference mode');
  convertIdentity(c, { ...node, outputs: node.outputs.slice(0, 1) });
  const mask = node.outputs[1];
  if (mask === undefined || !c.readers[mask]) return;
  const shape = c.shape(c.input(node, 0));
  const count = shape.reduce((product, dim) => product * dim, 1);
  // Before opset 10 the mask has the type of the input.
  const type = node.source.version < 10 ? 'float32' : 'bool';
  defineConstant(c, mask, type, shape, () => packNumbers(new Array<number>(count).fill(1), type));
}

function convertCastLike(c: Conversion, node: Node): void {
  const like = c.input(node, 1);
  const { dtype } = c.constant(like) ?? c.tensor(like);
  convertCast(c, node, { to: dtype });
}

export const NAMED_MADE: Readonly<Record<string, (c: Conversion, node: Node) => void>> = {
  Shape: convertShape,
  Size: convertSize,
  Range: convertRange,
  ConstantOfShape: convertFill,
  EyeLike: convertEyeLike,
  Dropout: convertDropout,
  CastLike: convertCastLike,
};
