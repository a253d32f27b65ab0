import type { Activation } from './common';

/** Inputs: a, b with numpy broadcasting (Min, Max, Add and the like may have more in ONNX). */
export interface Binary {
  readonly kind:
    'Add' | 'Sub' | 'Mul' | 'Div' | 'Minimum' | 'Maximum' | 'Pow' | 'FloorDiv' | 'FloorMod' | 'SquaredDifference';
  readonly activation: Activation;
}

/** Inputs: a, b. Output: bool. */
export interface Compare {
  readonly kind: 'Compare';
  readonly fn: 'equal' | 'notEqual' | 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'and' | 'or' | 'xor';
}

export type UnaryFunction =
  | 'abs'
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'square'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'sign'
  | 'not'
  | 'erf'
  | 'isNaN'
  | 'isInf';

export interface Unary {
  readonly kind: 'Unary';
  readonly fn: UnaryFunction;
}

/** Inputs: condition, a, b. */
export interface Select {
  readonly kind: 'Select';
}

export type ElementwiseOp = Binary | Compare | Unary | Select;
