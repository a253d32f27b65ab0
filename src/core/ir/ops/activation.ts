export type ActivationFunction =
  | 'relu'
  | 'relu6'
  | 'reluN1To1'
  | 'relu0To1'
  | 'leakyRelu'
  | 'prelu'
  | 'elu'
  | 'selu'
  | 'celu'
  | 'gelu'
  | 'tanh'
  | 'sigmoid'
  | 'hardSwish'
  | 'hardSigmoid'
  | 'softplus'
  | 'softsign'
  | 'mish'
  | 'clip';

/** Inputs: x (prelu: x, slope; ONNX Clip from opset 11: x, min?, max?). */
export interface ActivationNode {
  readonly kind: 'Activation';
  readonly fn: ActivationFunction;
  /** leakyRelu, elu, celu, hardSigmoid slope. */
  readonly alpha?: number;
  /** hardSigmoid offset, selu gamma. */
  readonly beta?: number;
  /** clip bounds when they are attributes or constants. */
  readonly min?: number;
  readonly max?: number;
  /** gelu by the tanh formula. */
  readonly approximate?: boolean;
}

export interface Softmax {
  readonly kind: 'Softmax' | 'LogSoftmax';
  readonly axis: number;
  readonly beta: number;
  /** ONNX before opset 13: everything from `axis` on is one flattened dimension. */
  readonly flattened: boolean;
}

export type ActivationOp = ActivationNode | Softmax;
