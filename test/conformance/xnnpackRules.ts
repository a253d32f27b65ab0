import { quantizedRange } from '../../src/core/execute/integer/activationRange';
import { expSingle } from '../../src/core/execute/integer/singlePrecision';
import {
  clamp,
  multiplyRoundingTwice,
  quantizeMultiplier,
  roundHalfAway,
} from '../../src/core/execute/integer/fixedPoint';
import { slideOf } from '../../src/core/execute/integer/window';
import { constantOperand, Operand } from '../../src/core/execute/integer/operand';
import { mainGraph, type Model } from '../../src/core/ir/model';
import type { Graph, Node } from '../../src/core/ir/graph';
import type { Conv, DepthwiseConv2d } from '../../src/core/ir/ops/convolution';
import type { Values } from './interpreterLayers';

/**
 * The rules by which a TFLite interpreter with XNNPACK rounds where it does not compute in fixed point, worked out here
 * apart from the engine. Sources: XNNPACK src/microparams-init.c and src/qs8-*, TFLite optimized_ops.h.
 */

const fround = Math.fround;

export interface RuleAnswer {
  readonly rule: string;
  readonly output: ArrayLike<number>;
}

/** lrintf(): halves to even. */
function toEven(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

interface Operands {
  readonly inputs: readonly (Operand | null)[];
  readonly output: Operand;
}

function operandsOf(graph: Graph, node: Node, values: Values): Operands {
  const held = (id: number): Operand => {
    const tensor = graph.tensors[id]!;
    if (tensor.constant) return constantOperand(tensor);
    const { buffer } = (values.get(id)?.data ?? new Uint8Array(0)).slice();
    return new Operand(tensor, { buffer, byteLength: buffer.byteLength, address: 0 });
  };
  return { inputs: node.inputs.map((id) => (id === null ? null : held(id))), output: held(node.outputs[0]!) };
}

const FLOAT_RULE = 'XNNPACK rescales sums in float32 and rounds halves to even';

/** The product of scales as XNNPACK computes it, in float32 throughout. */
function floatScale(input: Operand, filterScale: number, output: Operand): number {
  return fround(fround(input.scale * fround(filterScale)) / output.scale);
}

function scalesOf(filter: Operand, channels: number): readonly number[] {
  const { scales = [] } = filter.tensor.quantization ?? {};
  return Array.from({ length: channels }, (_, i) => scales[scales.length > 1 ? i : 0]!);
}

type Rescale = (sum: number, channel: number) => number;

function rescaler(
  node: Node,
  [input, filter]: readonly [Operand, Operand],
  output: Operand,
  channels: number,
): Rescale {
  const activation = 'activation' in node.op ? node.op.activation : 'none';
  const { min, max } = quantizedRange(activation, output);
  const scales = scalesOf(filter, channels).map((scale) => floatScale(input, scale, output));
  return (sum, channel) => clamp(toEven(fround(fround(sum) * scales[channel]!)) + output.zeroPoint, min, max);
}

function dense(node: Node, { inputs, output }: Operands): RuleAnswer {
  const [x, w, bias] = [inputs[0]!, inputs[1]!, inputs[2] ?? null];
  const [depth, channels] = [w.shape.at(-1)!, w.shape[0]!];
  const finish = rescaler(node, [x, w], output, channels);
  const result = Array.from({ length: output.count }, (_, i) => {
    const channel = i % channels;
    let sum = bias?.numbers[channel] ?? 0;
    const from = Math.floor(i / channels) * depth;
    for (let k = 0; k < depth; k += 1) sum += (x.numbers[from + k]! - x.zeroPoint) * w.numbers[channel * depth + k]!;
    return finish(sum, channel);
  });
  return { rule: FLOAT_RULE, output: result };
}

function convolution(node: Node & { readonly op: Conv | DepthwiseConv2d }, { inputs, output }: Operands): RuleAnswer {
  const [x, w, bias] = [inputs[0]!, inputs[1]!, inputs[2] ?? null];
  const { op } = node;
  const isDepthwise = op.kind === 'DepthwiseConv2d';
  const [values, weights] = [x.numbers, w.numbers];
  const [, height, width, channels] = x.shape as number[] as [number, number, number, number];
  const [, rowsOut, columnsOut, outputs] = output.shape as number[] as [number, number, number, number];
  const [vertical, horizontal] = [height, width].map((input, i) => {
    const [stride, dilation] = [op.strides[i] ?? 1, op.dilations[i] ?? 1];
    return slideOf({ input, output: output.shape[i + 1]!, size: w.shape[i + 1]!, stride, dilation }, op.padding, i);
  });
  const depth = isDepthwise ? 1 : w.shape[3]!;
  const finish = rescaler(node, [x, w], output, outputs);
  const sumAt = (y: number, across: number, channel: number, batch: number): number => {
    let sum = bias?.numbers[channel] ?? 0;
    for (let i = 0; i < vertical!.size; i += 1) {
      for (let j = 0; j < horizontal!.size; j += 1) {
        const row = y * vertical!.stride - vertical!.before + i * vertical!.dilation;
        const column = across * horizontal!.stride - horizontal!.before + j * horizontal!.dilation;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const tap = i * horizontal!.size + j;
        const first = isDepthwise ? Math.floor(channel / (outputs / channels)) : 0;
        const from = ((batch * height + row) * width + column) * channels + first;
        const at = isDepthwise ? tap * outputs + channel : (channel * vertical!.size * horizontal!.size + tap) * depth;
        for (let k = 0; k < depth; k += 1) sum += (values[from + k]! - x.zeroPoint) * weights[at + k]!;
      }
    }
    return sum;
  };
  const result = Array.from({ length: output.count }, (_, i) => {
    const pixel = Math.floor(i / outputs);
    const line = Math.floor(pixel / columnsOut);
    const channel = i % outputs;
    const sum = sumAt(line % rowsOut, pixel % columnsOut, channel, Math.floor(line / rowsOut));
    return finish(sum, channel);
  });
  return { rule: FLOAT_RULE, output: result };
}

/** Element of a broadcast operand; XNNPACK's rules here are asked for equal shapes and for scalars only. */
function pairs({ inputs, output }: Operands, map: (a: number, b: number) => number): readonly number[] {
  const [a, b] = [inputs[0]!, inputs[1]!];
  return Array.from({ length: output.count }, (_, i) => map(a.numbers[i % a.count]!, b.numbers[i % b.count]!));
}

function addition(node: Node, operands: Operands): RuleAnswer {
  const [a, b] = [operands.inputs[0]!, operands.inputs[1]!];
  const { output } = operands;
  const { min, max } = quantizedRange('activation' in node.op ? node.op.activation : 'none', output);
  const [toA, toB] = [fround(a.scale / output.scale), fround(b.scale / output.scale)];
  const shift = 20 - Math.floor(Math.log2(Math.max(toA, toB)));
  const [byA, byB] = [toEven(toA * 2 ** shift), (node.op.kind === 'Sub' ? -1 : 1) * toEven(toB * 2 ** shift)];
  const bias = 2 ** (shift - 1) - byA * a.zeroPoint - byB * b.zeroPoint;
  const result = pairs(operands, (x, y) =>
    clamp(Math.floor((bias + x * byA + y * byB) / 2 ** shift) + output.zeroPoint, min, max),
  );
  return { rule: 'XNNPACK adds with multipliers of 21 bits and rounds halves upwards', output: result };
}

/** TFLite's mul.cc takes the product of scales in float32 where TFLM's mul_common.cc takes it in float64. */
function product(node: Node, operands: Operands): RuleAnswer {
  const [a, b] = [operands.inputs[0]!, operands.inputs[1]!];
  const { output } = operands;
  const { min, max } = quantizedRange('activation' in node.op ? node.op.activation : 'none', output);
  const by = quantizeMultiplier(fround(fround(a.scale * b.scale) / output.scale));
  const result = pairs(operands, (x, y) => {
    const value = (x - a.zeroPoint) * (y - b.zeroPoint);
    return clamp(multiplyRoundingTwice(value, by) + output.zeroPoint, min, max);
  });
  return { rule: "TFLite's MUL takes the product of scales in float32 and rounds twice", output: result };
}

/** TFLite's optimized softmax: powers from a table of floats, shares rounded half away. */
function softmax(node: Node, { inputs, output }: Operands): RuleAnswer {
  const x = inputs[0]!;
  const depth = x.shape.at(-1)!;
  const beta = node.op.kind === 'Softmax' ? node.op.beta : 1;
  const scale = fround(-x.scale * fround(beta));
  const result = new Array<number>(output.count);
  for (let from = 0; from < x.count; from += depth) {
    const row = Array.from(x.numbers.slice(from, from + depth));
    const top = Math.max(...row);
    const powers = row.map((value) => expSingle(fround(scale * (top - value))));
    const sum = powers.reduce((total, power) => fround(total + power), 0);
    const inverse = fround(1 / fround(sum * output.scale));
    powers.forEach((power, i) => {
      result[from + i] = clamp(roundHalfAway(fround(power * inverse)) + output.zeroPoint, -128, 127);
    });
  }
  return { rule: "TFLite's softmax takes powers from a table of float32 and rounds shares half away", output: result };
}

/** A float rounded to an integer, halves to even; TFLM's are rounded away. */
function quantize(_: Node, { inputs, output }: Operands): RuleAnswer {
  const inverse = fround(1 / output.scale);
  const x = inputs[0]!;
  const isReal = x.dtype === 'float32';
  const by = fround(x.scale / output.scale);
  const result = Array.from(x.numbers, (value) => {
    const scaled = isReal ? fround(value * inverse) : fround((value - x.zeroPoint) * by);
    return clamp(toEven(scaled) + output.zeroPoint, -128, 127);
  });
  return { rule: 'XNNPACK quantizes with the reciprocal of the scale and rounds halves to even', output: result };
}

/** What XNNPACK or TFLite's own float rule gives for an operator; null where none is known. */
export function interpreterRule(model: Model, node: Node, values: Values): RuleAnswer | null {
  const operands = operandsOf(mainGraph(model), node, values);
  switch (node.op.kind) {
    case 'Conv2d':
    case 'DepthwiseConv2d':
      return convolution({ ...node, op: node.op }, operands);
    case 'FullyConnected':
      return dense(node, operands);
    case 'Add':
    case 'Sub':
      return addition(node, operands);
    case 'Mul':
      return product(node, operands);
    case 'Softmax':
      return softmax(node, operands);
    case 'Quantize':
      return quantize(node, operands);
    default:
      return null;
  }
}
