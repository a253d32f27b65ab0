import type { Attributes } from '../../../ir/attributes';
import type { Node } from '../../../ir/graph';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { broadcastOperand, checkBroadcast, checkTypes, commonOrder } from './broadcasting';
import type { Conversion } from './conversion';

/** Operators on reals, element by element, that TFLite has to be told in several. */
export class Formula {
  readonly #c: Conversion;
  readonly #shape: readonly number[];

  constructor(c: Conversion, like: TensorId) {
    this.#c = c;
    this.#shape = c.draft.shape(like);
  }

  op(name: string, ...inputs: readonly TensorId[]): TensorId {
    return this.#c.emit(name, inputs, { dtype: 'float32', shape: this.#shape });
  }

  compare(name: 'GREATER' | 'LESS', left: TensorId, right: TensorId): TensorId {
    return this.#c.emit(name, [left, right], { dtype: 'bool', shape: this.#shape });
  }

  binary(name: 'ADD' | 'SUB' | 'MUL' | 'DIV', left: TensorId, right: TensorId): TensorId {
    const attributes: Attributes = { fused_activation_function: 'NONE', pot_scale_int16: false };
    const plain: Attributes = { fused_activation_function: 'NONE' };
    const facts = { dtype: 'float32', shape: this.#shape } as const;
    return this.#c.emit(name, [left, right], facts, name === 'ADD' || name === 'SUB' ? attributes : plain);
  }

  real(value: number): TensorId {
    return this.#c.draft.reals(`${value}`, [], Float32Array.of(value));
  }
}

type Rule = (f: Formula, x: TensorId, attributes: Attributes) => TensorId;

const halfOf = (f: Formula, x: TensorId, sign: 'ADD' | 'SUB'): TensorId =>
  f.binary('MUL', f.binary(sign, f.op('EXP', x), f.op('EXP', f.op('NEG', x))), f.real(0.5));

const number = (value: unknown, otherwise: number): number => (value === undefined ? otherwise : Number(value));

/**
 * erf by formula 7.1.26 of Abramowitz and Stegun, Handbook of Mathematical Functions: within 1.5e-7 everywhere, which
 * is float32's own precision.
 */
export function erf(f: Formula, x: TensorId): TensorId {
  const size = f.op('ABS', x);
  const t = f.binary('DIV', f.real(1), f.binary('ADD', f.binary('MUL', size, f.real(0.3275911)), f.real(1)));
  const coefficients = [-1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const sum = coefficients.reduce(
    (made, coefficient) => f.binary('MUL', f.binary('ADD', made, f.real(coefficient)), t),
    f.binary('MUL', t, f.real(1.061405429)),
  );
  const tail = f.binary('MUL', sum, f.op('EXP', f.op('NEG', f.op('SQUARE', size))));
  return f.binary('MUL', f.op('SIGN', x), f.binary('SUB', f.real(1), tail));
}

const RULES: Readonly<Record<string, Rule>> = {
  Swish: (f, x, { alpha }) => f.binary('MUL', x, f.op('LOGISTIC', f.binary('MUL', x, f.real(number(alpha, 1))))),
  QuickGelu: (f, x, { alpha }) =>
    f.binary('MUL', x, f.op('LOGISTIC', f.binary('MUL', x, f.real(number(alpha, 1.702))))),
  Sinh: (f, x) => halfOf(f, x, 'SUB'),
  Cosh: (f, x) => halfOf(f, x, 'ADD'),
  // The kernel does not broadcast: e to the power of nothing is a tensor of ones.
  Atan: (f, x) => f.op('ATAN2', x, f.op('EXP', f.op('ZEROS_LIKE', x))),
  Asin: (f, x) => f.op('ATAN2', x, legOf(f, x)),
  Acos: (f, x) => f.op('ATAN2', legOf(f, x), x),
  ThresholdedRelu: (f, x, { alpha }) =>
    f.op('SELECT_V2', f.compare('GREATER', x, f.real(number(alpha, 1))), x, f.real(0)),
  Shrink: (f, x, { lambd, bias }) => {
    const [limit, shift] = [number(lambd, 0.5), number(bias, 0)];
    const low = f.op('SELECT_V2', f.compare('LESS', x, f.real(-limit)), f.binary('ADD', x, f.real(shift)), f.real(0));
    return f.op('SELECT_V2', f.compare('GREATER', x, f.real(limit)), f.binary('SUB', x, f.real(shift)), low);
  },
};

/** The other leg of a triangle of which x is one and 1 the longest side. */
function legOf(f: Formula, x: TensorId): TensorId {
  return f.op('SQRT', f.binary('SUB', f.real(1), f.op('SQUARE', x)));
}

function convertNamed(rule: Rule): (c: Conversion, node: Node) => void {
  return (c, node) => {
    const x = c.input(node, 0);
    const order = c.order(x);
    const value = c.value(x, order);
    checkTypes(c, value, node.source.op, ['float32']);
    c.define(node.outputs[0]!, rule(new Formula(c, value), value, node.source.attributes), order);
  };
}

/** The mean of several tensors: their sum over their number. */
function convertMean(c: Conversion, node: Node): void {
  const ids = node.inputs.filter((id) => id !== null);
  const output = node.outputs[0]!;
  const order = commonOrder(c, ids, c.rank(output));
  const operands = ids.map((id) => broadcastOperand(c, id, order));
  checkTypes(c, operands[0]!, 'ADD', ['float32']);
  checkBroadcast(c, operands);
  const shapes = new Set(operands.map((id) => c.draft.shape(id).join()));
  if (shapes.size > 1) throw new Refusal('the mean of tensors of different shapes');
  const f = new Formula(c, operands[0]!);
  const sum = operands.slice(1).reduce((left, right) => f.binary('ADD', left, right), operands[0]!);
  c.define(output, f.binary('MUL', sum, f.real(1 / operands.length)), order);
}

export const NAMED_ELEMENTWISE: Readonly<Record<string, (c: Conversion, node: Node) => void>> = {
  ...Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, convertNamed(rule)] as const)),
  Mean: convertMean,
};
