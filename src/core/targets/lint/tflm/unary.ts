import type { DType } from '../../../ir/dtype';
import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelTensor } from './kernelView';
import { byInput, counts, noActivation, oneOf, quantized, rank, sameShape, sameType, zeroPoint } from './rules';

/** Kernels of one operand, activations and conversions of types. */

const ACTIVATIONS: readonly DType[] = ['float32', 'int8', 'int16'];

/**
 * elementwise.cc. Its prepare means to ask for a type as well, but casts the type to a function instead of calling one
 * with it, which is always true: other types are refused by Invoke alone.
 */
function elementwise(dtypes: readonly DType[]): KernelCheck {
  return {
    prepare(node) {
      counts(node, 1, 1);
      sameType(node.input(0), node.output());
    },
    invoke: (node) => oneOf(node.input(0), dtypes),
  };
}

/** elementwise.cc: ABS and RSQRT rescale. */
function rescaling(dtypes: readonly DType[]): KernelCheck {
  return {
    prepare(node) {
      counts(node, 1, 1);
      const [input, output] = [node.input(0), node.output()];
      sameType(input, output);
      if (input.dtype !== 'int8' && !(input.dtype === 'int16' && input.isQuantized)) return;
      quantized(input);
      quantized(output);
      if (input.dtype !== 'int16') return;
      zeroPoint(input, 0);
      zeroPoint(output, 0);
    },
    invoke: (node) => oneOf(node.input(0), dtypes),
  };
}

/** ceil.cc, round.cc, exp.cc */
const floatOfOneShape: KernelCheck = {
  prepare(node) {
    const [input, output] = [node.input(0), node.output()];
    counts(node, 1, 1);
    oneOf(input, ['float32']);
    sameType(output, input);
    sameShape(output, input);
  },
};

/** activations_common.cc */
const relu: KernelCheck = {
  prepare(node) {
    const [input, output] = [node.input(0), node.output()];
    if (input.dtype !== 'int16') return;
    zeroPoint(input, 0);
    zeroPoint(output, 0);
  },
  invoke: (node) => oneOf(node.input(0), ACTIVATIONS),
};

const LOG2_OF_E = 1 / Math.LN2;

/** CheckedLog2 of quantization_util.cc: whether a scale is 2^-15. */
function is15FractionalBits({ scale, role }: KernelTensor): void {
  const log2 = Math.fround(Math.log(scale) * LOG2_OF_E);
  const isPower = Math.abs(log2 + 15) < 1e-3;
  need(isPower, `the scale of ${role} is ${scale.toPrecision(4)} where its kernel needs 2^-15 for int16`);
}

function symmetric16(input: KernelTensor, output: KernelTensor): void {
  if (input.dtype !== 'int16') return;
  zeroPoint(input, 0);
  zeroPoint(output, 0);
  is15FractionalBits(output);
}

/** logistic.cc, logistic_common.cc */
const logistic: KernelCheck = {
  prepare(node) {
    const [input, output] = [node.input(0), node.output()];
    sameType(input, output);
    if (input.dtype === 'int8') zeroPoint(output, -128);
    symmetric16(input, output);
  },
  invoke: (node) => oneOf(node.input(0), ACTIVATIONS),
};

/** tanh.cc */
const tanh: KernelCheck = {
  prepare(node) {
    const input = node.input(0);
    counts(node, 1, 1);
    sameType(input, node.output());
    symmetric16(input, node.output());
  },
  invoke: (node) => oneOf(node.input(0), ACTIVATIONS),
};

/** hard_swish_common.cc: the input may not be much coarser than the output. */
const hardSwish: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    if (input.dtype !== 'int8') return;
    const multiplier = input.scale / 128 / output.scale;
    need(!(multiplier >= 1), 'the scale of its input is 128 times that of its output or more');
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int8']),
};

/** elu.cc, leaky_relu_common.cc */
function sameTypes(dtypes: readonly DType[]): KernelCheck {
  return {
    prepare(node) {
      counts(node, 1, 1);
      sameType(node.input(0), node.output());
    },
    invoke: (node) => oneOf(node.input(0), dtypes),
  };
}

/** prelu.cc, prelu_common.cc */
const parametricRelu: KernelCheck = {
  prepare(node) {
    node.input(0);
    const slopes = node.input(1, 'its slopes');
    if (node.output().dtype === 'int16') oneOf(slopes, ['int8']);
  },
  invoke: (node) => oneOf(node.input(0), ACTIVATIONS),
};

function near({ scale, role }: KernelTensor, wanted: number, what: string): void {
  const isNear = Math.abs(scale - wanted) <= 0.001 * wanted;
  need(isNear, `the scale of ${role} is ${scale.toPrecision(4)} where its kernel needs ${what}`);
}

/** softmax_common.cc */
const softmax: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    need(input.dims.length >= 1, 'its input is a scalar');
    if (output.dtype === 'int16') oneOf(input, ['int8', 'int16']);
    else sameType(input, output);
    if (input.dtype === 'int16') {
      zeroPoint(output, 0);
      zeroPoint(input, 0);
      near(output, 1 / 32768, '2^-15');
    } else if (input.dtype === 'int8') {
      eightBitSoftmax(output);
    } else {
      oneOf(input, ACTIVATIONS);
    }
  },
};

function eightBitSoftmax(output: KernelTensor): void {
  if (output.dtype === 'int16') {
    zeroPoint(output, -32768);
    near(output, 1 / 65536, '2^-16');
    return;
  }
  zeroPoint(output, -128);
  need(
    output.scale === 1 / 256,
    `the scale of its output is ${output.scale.toPrecision(4)} where its kernel needs 2^-8`,
  );
}

/** log_softmax.cc */
const logSoftmax: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    sameType(input, output);
    sameShape(input, output);
    if (input.dtype !== 'int8') return;
    need(
      output.scale === 16 / 256,
      `the scale of its output is ${output.scale.toPrecision(4)} where its kernel needs 2^-4`,
    );
    zeroPoint(output, 127);
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int8']),
};

/** l2norm.cc */
const l2Normalization: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    rank(input, 0, 4);
    oneOf(output, ['float32', 'int8']);
    sameType(input, output);
    noActivation(node);
  },
};

const NUMBERS: readonly DType[] = ['int8', 'int16', 'int32', 'uint32', 'float32'];

/** cast.cc */
const cast: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    node.input(0);
    node.output();
  },
  invoke(node) {
    oneOf(node.input(0), [...NUMBERS, 'bool']);
    oneOf(node.output(), NUMBERS);
  },
};

/** quantize_common.cc: what each type becomes. */
const QUANTIZE: Readonly<Partial<Record<DType, readonly DType[]>>> = {
  float32: ['int8', 'int16'],
  int32: ['int8', 'int16'],
  int16: ['int8', 'int16', 'int32'],
  int8: ['int8', 'uint8', 'int16', 'int32'],
  uint8: ['int8'],
};

const quantize: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const [input, output] = [node.input(0), node.output()];
    quantized(output);
    need(output.scales === 1, `its output has ${output.scales} scales where its kernel takes one`);
    oneOf(input, ['float32', 'int32', 'int16', 'int8', 'uint8']);
    oneOf(output, ['int8', 'int16', 'int32', 'uint8']);
  },
  invoke(node) {
    const [input, output] = [node.input(0), node.output()];
    const made = QUANTIZE[input.dtype]?.includes(output.dtype) ?? false;
    need(made, `its kernel makes no ${output.dtype} of ${input.dtype}`);
  },
};

/** dequantize_common.cc */
const dequantize: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    oneOf(node.input(0), ['int8', 'int16', 'uint8']);
    oneOf(node.output(), ['float32']);
  },
};

/** zeros_like.cc */
const zerosLike: KernelCheck = {
  prepare: (node) => counts(node, 1, 1),
  invoke: (node) => oneOf(node.input(0), ['int64', 'int32', 'int8', 'float32']),
};

/** elementwise.cc: a quantized number below its zero point is an error; float ones give NaN. */
const reciprocalRoot: KernelCheck = {
  ...rescaling(['float32', 'int8', 'int16']),
  values: (node) => (node.input(0).dtype === 'float32' ? null : 'a negative number is an error to its kernel'),
};

export const unaryChecks: KernelChecks = {
  ABS: rescaling(ACTIVATIONS),
  RSQRT: reciprocalRoot,
  SIN: elementwise(['float32']),
  COS: elementwise(['float32']),
  LOG: elementwise(['float32']),
  SQRT: elementwise(['float32']),
  SQUARE: elementwise(['float32']),
  LOGICAL_NOT: elementwise(['bool']),
  CEIL: floatOfOneShape,
  ROUND: floatOfOneShape,
  EXP: floatOfOneShape,
  FLOOR: byInput(['float32']),
  RELU: relu,
  RELU6: { prepare: (node) => void node.input(0), invoke: (node) => oneOf(node.input(0), ACTIVATIONS) },
  LOGISTIC: logistic,
  TANH: tanh,
  HARD_SWISH: hardSwish,
  ELU: sameTypes(['float32', 'int8']),
  LEAKY_RELU: sameTypes(ACTIVATIONS),
  PRELU: parametricRelu,
  SOFTMAX: softmax,
  LOG_SOFTMAX: logSoftmax,
  L2_NORMALIZATION: l2Normalization,
  CAST: cast,
  QUANTIZE: quantize,
  DEQUANTIZE: dequantize,
  ZEROS_LIKE: zerosLike,
};
