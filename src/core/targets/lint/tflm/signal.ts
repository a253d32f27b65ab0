import type { DType } from '../../../ir/dtype';
import { flexbufferIntegers } from '../../../ir/flexbuffer';
import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelView } from './kernelView';
import { counts, oneOf, rank } from './rules';

/** TFLM's own operators: signal/micro/kernels and the custom kernels of tensorflow/lite/micro/kernels. */

/** The type and the number of dimensions of each operand; null leaves the dimensions open. */
type Operand = readonly [dtype: DType, rank: number | null];

interface Signature {
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
}

function checkSignature(node: KernelView, { inputs, outputs }: Signature): void {
  counts(node, inputs.length, outputs.length);
  const tensors = [...inputs.map((_, index) => node.input(index)), ...outputs.map((_, index) => node.output(index))];
  for (const [index, [dtype, dims]] of [...inputs, ...outputs].entries()) {
    if (dims !== null) rank(tensors[index]!, dims);
    oneOf(tensors[index]!, [dtype]);
  }
}

function signature(inputs: readonly Operand[], outputs: readonly Operand[]): KernelCheck {
  return { prepare: (node) => checkSignature(node, { inputs, outputs }) };
}

function options(node: KernelView): readonly number[] | null {
  const bytes = node.option('custom_options');
  return bytes instanceof Uint8Array ? flexbufferIntegers(bytes) : null;
}

/** Numbers of the schema's TensorType that the option `T` may name. */
const ELEMENT_TYPES: Readonly<Record<number, DType>> = { 0: 'float32', 2: 'int32', 7: 'int16' };

/** rfft.cc, irfft.cc, overlap_add.cc: the type is an option, and the first in the order of names. */
function typed(dtypes: readonly DType[], rankDifference: number): KernelCheck {
  return {
    prepare(node) {
      const dtype = ELEMENT_TYPES[options(node)?.[0] ?? -1];
      need(dtype !== undefined && dtypes.includes(dtype), `its type is not ${dtypes.join(' or ')}`);
      checkSignature(node, { inputs: [[dtype, null]], outputs: [[dtype, null]] });
      rank(node.input(0), node.output().dims.length + rankDifference);
    },
  };
}

/** framer.cc */
const framer: KernelCheck = {
  prepare(node) {
    checkSignature(node, {
      inputs: [['int16', null]],
      outputs: [
        ['int16', null],
        ['bool', 0],
      ],
    });
    const input = node.input(0);
    rank(node.output(), input.dims.length + 1);
    const step = options(node)?.[1] ?? 1;
    const length = input.dims.at(-1) ?? 0;
    need(length >= step && length % step === 0, `its input of ${length} samples is no multiple of its step of ${step}`);
  },
};

/** window.cc */
const window: KernelCheck = {
  prepare(node) {
    checkSignature(node, {
      inputs: [
        ['int16', null],
        ['int16', 1],
      ],
      outputs: [['int16', null]],
    });
    need(node.input(0).dims.length >= 1, 'its input is a scalar');
    rank(node.output(), node.input(0).dims.length);
  },
};

/** circular_buffer_common.cc, circular_buffer.cc */
const circularBuffer: KernelCheck = {
  prepare(node) {
    const [input, output] = [node.input(0), node.output()];
    const fits = input.dims[1] === 1 && [0, 2, 3].every((axis) => input.dims[axis] === output.dims[axis]);
    need(fits, 'it takes one row at a time, of the size of a row of its output');
    oneOf(output, [input.dtype]);
    oneOf(input, ['int8']);
  },
};

/** detection_postprocess.cc */
const detection: KernelCheck = {
  prepare(node) {
    need(node.inputs === 3, `it has ${node.inputs} inputs where its kernel takes 3`);
    rank(node.input(0, 'its boxes'), 3);
    rank(node.input(1, 'its class scores'), 3);
    rank(node.input(2, 'its anchors'), 2);
    need(node.outputs === 4, `it has ${node.outputs} outputs where its kernel gives 4`);
  },
  invoke(node) {
    const [boxes, scores] = [node.input(0, 'its boxes'), node.input(1, 'its class scores')];
    need(boxes.dims[0] === 1, `its batch is ${boxes.dims[0]!} where its kernel takes 1`);
    need(boxes.dims[2]! >= 4, `its boxes have ${boxes.dims[2]!} numbers`);
    oneOf(boxes, ['float32']);
    need(scores.dims[0] === 1 && scores.dims[1] === boxes.dims[1], 'its boxes and its class scores differ in number');
    oneOf(scores, ['float32']);
  },
  values: () => 'a box of no width or height is an error to its kernel',
};

/** decode.cc */
const decode: KernelCheck = {
  prepare(node) {
    need(node.outputs > 0, 'it has no outputs');
    need(node.inputs === node.outputs * 2, `it has ${node.inputs} inputs for ${node.outputs} outputs`);
    for (let index = 0; index < node.inputs; index += 1) {
      const input = node.input(index);
      need(input.isConstant, `${input.role} is computed at run time`);
    }
  },
};

const vector16: Operand = ['int16', 1];
const vector32: Operand = ['uint32', 1];

export const signalChecks: KernelChecks = {
  SignalDelay: signature([['int16', null]], [['int16', null]]),
  SignalEnergy: signature([vector16], [vector32]),
  SignalFftAutoScale: signature([vector16], [vector16, ['int32', 0]]),
  SignalFilterBank: signature([vector32, vector16, vector16, vector16, vector16, vector16], [['uint64', 1]]),
  SignalFilterBankLog: signature([vector32], [vector16]),
  SignalFilterBankSpectralSubtraction: signature([vector32], [vector32, vector32]),
  SignalFilterBankSquareRoot: signature(
    [
      ['uint64', 1],
      ['int32', 0],
    ],
    [vector32],
  ),
  SignalFramer: framer,
  SignalIrfft: typed(['int16', 'int32', 'float32'], 0),
  SignalOverlapAdd: typed(['int16', 'float32'], 1),
  SignalPCAN: signature([vector32, vector32, vector16], [vector32]),
  SignalRfft: typed(['int16', 'int32', 'float32'], 0),
  SignalStacker: signature([vector16], [vector16, ['bool', 0]]),
  SignalWindow: window,
  CIRCULAR_BUFFER: circularBuffer,
  TFLite_Detection_PostProcess: detection,
  TFLM_DECODE: decode,
};
