import type { Svdf } from '../../../ir/ops/recurrent';
import { storedRange, realRange } from '../activationRange';
import { clamp, quantizeMultiplier } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { biasNumbers } from '../rescaling';

/** SVDF, with its state in a variable tensor. Source: TFLM svdf_common.cc. */

interface SvdfParts {
  readonly input: Operand;
  readonly feature: Operand;
  readonly time: Operand;
  readonly bias: Operand | null;
  readonly state: Operand;
  readonly output: Operand;
  readonly batches: number;
  readonly inputs: number;
  readonly filters: number;
  readonly units: number;
  readonly memory: number;
}

/** What differs between the integer and the float kernel. */
interface Arithmetic {
  readonly feature: (sum: number, value: number, weight: number) => number;
  readonly store: (sum: number) => number;
  readonly time: (sum: number, weight: number, state: number) => number;
  readonly add: (a: number, b: number) => number;
  readonly finish: (sum: number) => number;
}

const fround = Math.fround;

function partsOf(context: KernelContext<Svdf>): SvdfParts {
  const [input, feature, time, state] = [context.input(0), context.input(1), context.input(2), context.input(4)];
  const output = context.output();
  need(input.rank === 2 && feature.rank === 2 && time.rank === 2, 'its operands are not 2-D');
  const { rank } = context.op;
  const [batches, inputs] = input.shape as [number, number];
  const filters = feature.shape[0]!;
  need(rank > 0 && filters % rank === 0, 'its rank does not divide its filters');
  const units = filters / rank;
  const memory = time.shape[1]!;
  need(
    feature.shape[1] === inputs &&
      time.shape[0] === filters &&
      memory > 0 &&
      state.count === batches * filters * memory &&
      output.count === batches * units,
    'its operands do not fit together',
  );
  return {
    input,
    feature,
    time,
    bias: context.optional(3),
    state,
    output,
    batches,
    inputs,
    filters,
    units,
    memory,
  };
}

function step(parts: SvdfParts, arithmetic: Arithmetic): void {
  const { batches, inputs, filters, units, memory } = parts;
  const values = parts.input.numbers;
  const features = parts.feature.numbers;
  const times = parts.time.numbers;
  const states = parts.state.numbers;
  const results = parts.output.numbers;
  const biases = biasNumbers(parts.bias, units);
  states.copyWithin(0, 1);
  const rank = filters / units;
  for (let batch = 0; batch < batches; batch += 1) {
    for (let filter = 0; filter < filters; filter += 1) {
      let sum = 0;
      for (let c = 0; c < inputs; c += 1) {
        sum = arithmetic.feature(sum, values[batch * inputs + c]!, features[filter * inputs + c]!);
      }
      states[(batch * filters + filter + 1) * memory - 1] = arithmetic.store(sum);
    }
    for (let unit = 0; unit < units; unit += 1) {
      let total = biases[unit]!;
      for (let filter = unit * rank; filter < (unit + 1) * rank; filter += 1) {
        let sum = 0;
        for (let j = 0; j < memory; j += 1) {
          sum = arithmetic.time(sum, times[filter * memory + j]!, states[(batch * filters + filter) * memory + j]!);
        }
        total = arithmetic.add(total, sum);
      }
      results[batch * units + unit] = arithmetic.finish(total);
    }
  }
}

function integerArithmetic(context: KernelContext<Svdf>, parts: SvdfParts): Arithmetic {
  const { input, feature, time, bias, state, output } = parts;
  // What TFLM asks of the scales: svdf_common.cc, PrepareSvdf.
  const isFit = bias === null || Math.abs(bias.scale - state.scale * time.scale) < 1e-5;
  need(isFit, 'the scale of its bias is not that of its state times its time weights');
  const byState = quantizeMultiplier(fround(fround(input.scale * feature.scale) / state.scale));
  const byOutput = quantizeMultiplier(fround(fround(state.scale * time.scale) / output.scale));
  const { min, max } = storedRange(state);
  const [inputZero, stateZero, outputZero] = [input.zeroPoint, state.zeroPoint, output.zeroPoint];
  return {
    feature: (sum, value, weight) => (sum + weight * (value - inputZero)) | 0,
    store: (sum) => stateZero + clamp(context.multiply(sum, byState), min, max),
    time: (sum, weight, value) => (sum + Math.imul(weight, value - stateZero)) | 0,
    add: (a, b) => (a + b) | 0,
    // The activation is not applied: the converter folds it into the output's range.
    finish: (sum) => clamp(context.multiply(sum, byOutput) + outputZero, -128, 127),
  };
}

function prepare(context: KernelContext<Svdf>): Run {
  const parts = partsOf(context);
  const { input, feature, time, bias, state, output } = parts;
  const types = [input, feature, output].map((operand) => operand.dtype).join(' ');
  if (types === 'float32 float32 float32' && time.dtype === 'float32' && state.dtype === 'float32') {
    const { min, max } = realRange(context.op.activation);
    return () =>
      step(parts, {
        feature: (sum, value, weight) => fround(sum + fround(value * weight)),
        store: (sum) => sum,
        time: (sum, weight, value) => fround(sum + fround(weight * value)),
        add: (a, b) => fround(a + b),
        finish: (sum) => clamp(sum, min, max),
      });
  }
  const isHeld = time.dtype === state.dtype && (state.dtype === 'int8' || state.dtype === 'int16');
  const isBiased = bias === null || bias.dtype === 'int32';
  if (types !== 'int8 int8 int8' || !isHeld || !isBiased) return refuseTypes(context);
  const arithmetic = integerArithmetic(context, parts);
  return () => step(parts, arithmetic);
}

export const svdfKernels: KernelTable = { Svdf: prepare };
