import type { Node } from '../../../ir/graph';
import type { Attributes } from '../../../ir/attributes';
import type { ActivationFunction, ActivationNode, Softmax } from '../../../ir/ops/activation';
import { perTensor, type Quantization } from '../../../ir/quantization';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { broadcastOperand, checkBroadcast, checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { isQuantized, type ActivationFacts } from './draft';
import { channelsLast, type Permutation } from './permutation';

/** Results with a known range have fixed scales in int8 (TFLite 8-bit quantization specification). */
const ZERO_TO_ONE = perTensor(1 / 256, -128);
const MINUS_ONE_TO_ONE = perTensor(1 / 128, 0);
/** Of int16 all results with a known range have this scale. */
const SIXTEEN_BITS = perTensor(1 / 32768, 0);
const LOG_PROBABILITY = perTensor(16 / 256, 127);

/** A value on its way through an activation made of several operators. */
class Chain {
  readonly #c: Conversion;
  readonly #facts: ActivationFacts;

  constructor(c: Conversion, facts: ActivationFacts) {
    this.#c = c;
    this.#facts = facts;
  }

  get outFacts(): ActivationFacts {
    return this.#facts;
  }

  op(name: string, inputs: readonly TensorId[], attributes: Attributes = {}): TensorId {
    return this.#c.emit(name, inputs, this.#facts, attributes);
  }

  binary(name: 'ADD' | 'SUB' | 'MUL' | 'DIV', left: TensorId, right: TensorId): TensorId {
    return this.op(name, [left, right], { fused_activation_function: 'NONE' });
  }

  real(value: number): TensorId {
    return this.#c.draft.reals(`${value}`, [], Float32Array.of(value));
  }
}

type Formula = (chain: Chain, x: TensorId, op: ActivationNode) => TensorId;

const NATIVE_CLIPS: Readonly<Record<string, string>> = {
  '0,Infinity': 'RELU',
  '0,6': 'RELU6',
  '-1,1': 'RELU_N1_TO_1',
};

const clipped: Formula = (chain, x, { min: low = -Infinity, max: high = Infinity }) => {
  const native = NATIVE_CLIPS[`${low},${high}`];
  if (native !== undefined) return chain.op(native, [x]);
  const raised = low === -Infinity ? x : chain.op('MAXIMUM', [x, chain.real(low)]);
  return high === Infinity ? raised : chain.op('MINIMUM', [raised, chain.real(high)]);
};

/** log(1 + exp(x)), for large |x| without overflow: max(x, 0) + log(1 + exp(-|x|)). */
const softplus: Formula = (chain, x) => {
  const small = chain.op('EXP', [chain.op('NEG', [chain.op('ABS', [x])])]);
  const log = chain.op('LOG', [chain.binary('ADD', small, chain.real(1))]);
  return chain.binary('ADD', chain.op('RELU', [x]), log);
};

/** max(x, 0) + a · (exp(min(x, 0) / b) - 1), the form that ELU, SELU and CELU share. */
function exponential(chain: Chain, x: TensorId, a: number, b: number): TensorId {
  const scaled = chain.binary('MUL', chain.op('MINIMUM', [x, chain.real(0)]), chain.real(1 / b));
  const below = chain.binary('MUL', chain.binary('SUB', chain.op('EXP', [scaled]), chain.real(1)), chain.real(a));
  return chain.binary('ADD', chain.op('RELU', [x]), below);
}

const FORMULAS: Readonly<Partial<Record<ActivationFunction, Formula>>> = {
  relu: (chain, x) => chain.op('RELU', [x]),
  relu6: (chain, x) => chain.op('RELU6', [x]),
  clip: clipped,
  leakyRelu: (chain, x, op) => chain.op('LEAKY_RELU', [x], { alpha: op.alpha ?? 0.01 }),
  elu: (chain, x, op) => ((op.alpha ?? 1) === 1 ? chain.op('ELU', [x]) : exponential(chain, x, op.alpha ?? 1, 1)),
  celu: (chain, x, op) => exponential(chain, x, op.alpha ?? 1, op.alpha ?? 1),
  selu: (chain, x, op) =>
    chain.binary(
      'MUL',
      exponential(chain, x, op.alpha ?? 1.6732632423543772, 1),
      chain.real(op.beta ?? 1.0507009873554805),
    ),
  tanh: (chain, x) => chain.op('TANH', [x]),
  sigmoid: (chain, x) => chain.op('LOGISTIC', [x]),
  hardSwish: (chain, x) => chain.op('HARD_SWISH', [x]),
  hardSigmoid: (chain, x, op) => {
    const line = chain.binary('ADD', chain.binary('MUL', x, chain.real(op.alpha ?? 0.2)), chain.real(op.beta ?? 0.5));
    return chain.op('MINIMUM', [chain.op('MAXIMUM', [line, chain.real(0)]), chain.real(1)]);
  },
  gelu: (chain, x, op) => chain.op('GELU', [x], { approximate: op.approximate ?? false }),
  softplus,
  softsign: (chain, x) => chain.binary('DIV', x, chain.binary('ADD', chain.op('ABS', [x]), chain.real(1))),
  mish: (chain, x, op) => chain.binary('MUL', x, chain.op('TANH', [softplus(chain, x, op)])),
};

/** Activation functions with an int8 kernel, and the scale that the kernel fixes. */
export const INTEGER_ACTIVATIONS: ReadonlyMap<ActivationFunction, Quantization | null> = new Map([
  ['relu', null],
  ['relu6', null],
  ['leakyRelu', null],
  ['hardSwish', null],
  ['prelu', null],
  ['sigmoid', ZERO_TO_ONE],
  ['tanh', MINUS_ONE_TO_ONE],
]);

export function convertActivation(c: Conversion, node: Node, op: ActivationNode): void {
  const x = c.input(node, 0);
  const output = node.outputs[0]!;
  if (op.fn === 'prelu') {
    convertPrelu(c, node);
    return;
  }
  const order = c.order(x);
  const value = c.value(x, order);
  const bounds = op.fn === 'clip' ? clipBounds(c, node, op) : op;
  const formula = FORMULAS[op.fn];
  if (!formula) throw new Refusal(`TFLite has no operator for ${op.fn}`);
  const dtype = c.draft.tensor(value).dtype;
  if (op.fn === 'clip' && dtype !== 'float32' && !c.integer) throw new Refusal(`a Clip of ${dtype}`);
  checkTypes(c, value, node.source.op, ['float32', 'quantized']);
  const facts = c.resultFacts(output, order);
  const known =
    INTEGER_ACTIVATIONS.get(op.fn) && facts.dtype === 'int16' ? SIXTEEN_BITS : INTEGER_ACTIVATIONS.get(op.fn);
  const fixed = c.integer ? (known ?? facts.quantization) : null;
  c.define(output, formula(new Chain(c, fixed ? { ...facts, quantization: fixed } : facts), value, bounds), order);
}

/** Bounds that the reader left open because they come from other nodes. */
function clipBounds(c: Conversion, node: Node, op: ActivationNode): ActivationNode {
  const bound = (index: number): number | undefined => {
    const id = node.source.version < 11 ? null : c.optional(node, index);
    if (id === null) return undefined;
    const known = c.known(id) ?? c.reals(id);
    if (!known) throw new Refusal('its bounds are known only at run time', 'make the bounds constants');
    return known[0];
  };
  const [min, max] = [op.min ?? bound(1), op.max ?? bound(2)];
  return {
    kind: 'Activation',
    fn: 'clip',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** Kernels want one slope a channel; any other form is max(x, 0) + slope · min(x, 0). */
function convertPrelu(c: Conversion, node: Node): void {
  const [x, slope, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const rank = c.rank(x);
  const order = channelsLast(rank);
  const value = c.value(x, order);
  checkTypes(c, value, 'PRELU', ['float32', 'quantized']);
  const channels = rank > 1 ? c.shape(x)[1]! : 1;
  const slopes = channelSlopes(c, node, channels);
  const facts = c.resultFacts(output, order);
  if (slopes && rank > 2) {
    const shape = [...new Array<number>(rank - 2).fill(1), channels];
    const alpha = c.integer ? quantizedSlopes(c, slope, shape) : c.draft.reals(c.tensor(slope).name, shape, slopes);
    c.define(output, c.emit('PRELU', [value, alpha], facts), order);
    return;
  }
  if (c.integer) throw new Refusal('an integer PReLU without one constant slope a channel');
  const factor = broadcastOperand(c, slope, order);
  checkBroadcast(c, [value, factor]);
  const chain = new Chain(c, facts);
  const below = chain.binary('MUL', chain.op('MINIMUM', [value, chain.real(0)]), factor);
  c.define(output, chain.binary('ADD', chain.op('RELU', [value]), below), order);
}

/** One constant slope a channel: [C, 1, ..], a single number, or (before opset 7) a list of C. */
function channelSlopes(c: Conversion, node: Node, channels: number): Float32Array | null {
  const id = c.input(node, 1);
  const values = c.reals(id);
  if (!values) return null;
  if (values.length === 1) return new Float32Array(channels).fill(values[0]!);
  const shape = c.shape(id);
  const at = node.source.version < 7 && shape.length === 1 ? 0 : shape.length - (c.rank(c.input(node, 0)) - 1);
  return values.length === channels && shape[at] === channels ? values : null;
}

function quantizedSlopes(c: Conversion, id: TensorId, shape: readonly number[]): TensorId {
  const stored = c.value(id);
  const { name, dtype, constant, quantization } = c.draft.tensor(stored);
  const count = shape.at(-1)!;
  const bytes = constant!.read();
  const all = bytes.length === count ? bytes : new Uint8Array(count).fill(bytes[0]!);
  return c.draft.constant(name, dtype, shape, all, quantization);
}

export function convertSoftmax(c: Conversion, node: Node, op: Softmax): void {
  const x = c.input(node, 0);
  const output = node.outputs[0]!;
  const shape = c.shape(x);
  if (shape.length === 0) throw new Refusal('a softmax of a scalar');
  const axis = c.axis(op.axis, shape.length);
  const isInteger = isQuantized(c.tensor(x)) && c.integer;
  const fixed = op.kind === 'Softmax' ? ZERO_TO_ONE : LOG_PROBABILITY;
  const name = op.kind === 'Softmax' ? 'SOFTMAX' : 'LOG_SOFTMAX';
  const attributes = op.kind === 'Softmax' ? { beta: op.beta } : {};
  const softmax = (value: TensorId): TensorId => {
    checkTypes(c, value, name, ['float32', 'quantized']);
    const shape = c.draft.shape(value);
    if (!isInteger) return c.emit(name, [value], { dtype: 'float32', shape }, attributes);
    const { dtype } = c.draft.tensor(value);
    const quantization = dtype === 'int16' ? SIXTEEN_BITS : fixed;
    return c.emit(name, [value], { dtype, shape, quantization }, attributes);
  };
  const isWhole = op.flattened && shape.slice(axis + 1).some((dim) => dim !== 1);
  if (!isWhole) {
    const order = lastInOrder(c.order(x), axis);
    c.define(output, softmax(c.value(x, order)), order);
    return;
  }
  // Before opset 13 everything from the axis on is one dimension.
  const inner = shape.slice(axis).reduce((product, dim) => product * dim, 1);
  const outer = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const flat = c.reshape(c.value(x), [outer, inner]);
  c.define(output, c.reshape(softmax(flat), shape));
}

/** The order with one axis moved to the end. */
export function lastInOrder(order: Permutation, axis: number): Permutation {
  return [...order.filter((each) => each !== axis), axis];
}
