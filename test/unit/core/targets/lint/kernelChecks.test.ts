import { describe, expect, it } from 'vitest';
import type { DType } from '../../../../../src/core/ir/dtype';
import { operatorSupport } from '../../../../../src/core/targets/operatorSupport';
import { hasKernel, kernelChecks } from '../../../../../src/core/targets/lint/tflm/kernelChecks';
import { predictTflm } from '../../../../../src/core/targets/lint/tflm/prediction';
import { oneNode, type NodeSpec, type TensorSpec } from './oneNode';

function outcome(operator: string, spec: NodeSpec): string {
  const { outcome: what, cause } = predictTflm(oneNode(operator, spec));
  return cause ? `${what}: ${cause.why}` : what;
}

const of = (dtype: DType, rest: TensorSpec = {}): TensorSpec => ({ dtype, ...rest });
const int8 = of('int8', { scale: 0.5 });

describe('what TFLM asks of each operator', () => {
  it('has checks for every operator that its resolver can add', () => {
    const listed = [...operatorSupport('tflm')!.operators].filter((operator) => operator !== 'ethos-u');
    expect(Object.keys(kernelChecks).toSorted()).toEqual(listed.toSorted());
  });

  it('tells custom operators from builtin ones of the same name', () => {
    expect(hasKernel('ADD', false)).toBe(true);
    expect(hasKernel('ADD', true)).toBe(false);
    expect(hasKernel('SignalRfft', true)).toBe(true);
    expect(hasKernel('toString', false)).toBe(false);
  });

  it.each<[string, DType, string]>([
    ['ADD', 'uint8', 'invoke fails: its output is uint8 where its kernel takes float32, int32, int8 or int16'],
    ['MUL', 'int64', 'invoke fails: its input is int64 where its kernel takes float32, int32, int8 or int16'],
    ['DIV', 'int16', 'invoke fails: its output is int16 where its kernel takes float32, int32 or int8'],
    ['FLOOR_DIV', 'int32', 'invoke fails: its input is int32 where its kernel takes float32'],
    ['MAXIMUM', 'int64', 'runs'],
    ['ADD_N', 'int16', 'allocate fails: its output is int16 where its kernel takes float32 or int8'],
    ['ADD', 'string', 'allocate fails: its input is of type string, which TFLM cannot keep'],
  ])('%s of %s: %s', (operator, dtype, expected) => {
    expect(outcome(operator, { inputs: [of(dtype), of(dtype)], outputs: [of(dtype)] })).toBe(expected);
  });

  it.each<[string, DType, string]>([
    ['ABS', 'int32', 'invoke fails: its input is int32 where its kernel takes float32, int8 or int16'],
    ['SIN', 'int8', 'invoke fails: its input is int8 where its kernel takes float32'],
    ['EXP', 'int8', 'allocate fails: its input is int8 where its kernel takes float32'],
    ['NEG', 'int8', 'invoke fails: its input is int8 where its kernel takes float32'],
    [
      'CAST',
      'int64',
      'invoke fails: its input is int64 where its kernel takes int8, int16, int32, uint32, float32 or bool',
    ],
    ['RELU', 'float32', 'runs'],
  ])('%s of %s: %s', (operator, dtype, expected) => {
    expect(outcome(operator, { inputs: [of(dtype)], outputs: [of(dtype)] })).toBe(expected);
  });

  it('holds scales and zero points to what a kernel is written for', () => {
    const softmax = (scale: number, zeroPoint: number) =>
      outcome('SOFTMAX', { inputs: [int8], outputs: [of('int8', { scale, zeroPoint })] });
    expect(softmax(1 / 256, -128)).toBe('runs');
    expect(softmax(1 / 256, 0)).toBe('allocate fails: the zero point of its output is 0 where its kernel needs -128');
    expect(softmax(0.01, -128)).toContain('where its kernel needs 2^-8');
    const pooled = (scale: number) =>
      outcome('MAX_POOL_2D', {
        inputs: [of('int8', { scale: 0.5, shape: [1, 4, 4, 1] })],
        outputs: [of('int8', { scale, shape: [1, 2, 2, 1] })],
      });
    expect(pooled(0.5)).toBe('runs');
    expect(pooled(0.25)).toContain('different scales, which its kernel does not rescale');
  });

  it('refuses weights of another type than the activations, scales that fit no channel, and biases of another scale', () => {
    const dense = (weights: TensorSpec, bias: TensorSpec | null = null) =>
      outcome('FULLY_CONNECTED', {
        inputs: [int8, { shape: [3, 4], constant: true, ...weights }, bias],
        outputs: [of('int8', { scale: 1, shape: [1, 3] })],
      });
    expect(dense(of('int8', { scale: 0.5 }))).toBe('runs');
    expect(dense(of('float32'))).toBe(
      'allocate fails: its kernel does not compute int8 activations with float32 weights',
    );
    expect(dense(of('int8', { scales: [1, 2, 3] }))).toBe('runs');
    expect(dense(of('int8', { scales: [1, 2] }))).toContain('its weights have 2 scales along a dimension of 3');
    expect(dense(of('int8', { scale: 0.5 }), of('int32', { scale: 9, shape: [3], constant: true }))).toContain(
      'its bias',
    );
    const odd = oneNode('FULLY_CONNECTED', {
      inputs: [int8, of('int8', { scale: 0.5, zeroPoint: 3, shape: [3, 4], constant: true })],
      outputs: [of('int8', { scale: 1, shape: [1, 3] })],
    });
    expect(predictTflm(odd)).toMatchObject({ outcome: 'runs', mayFail: [{ stage: 'invoke', isCertain: false }] });
  });

  it('tells where a missing or an odd scale stops the firmware', () => {
    const sum = (scale: number | undefined) =>
      outcome('ADD', { inputs: [int8, of('int8', scale === undefined ? {} : { scale })], outputs: [int8] });
    expect(sum(0.25)).toBe('runs');
    expect(sum(undefined)).toBe(
      'aborts: the scale of its second input, against the coarser one, is not between 0 and 1',
    );
    expect(outcome('EQUAL', { inputs: [int8, of('int8', { scale: 1 })], outputs: [of('bool')] })).toContain('aborts');
  });

  it('takes the operands of TRANSPOSE_CONV in the order of the IR', () => {
    const transposed = (x: DType) =>
      outcome('TRANSPOSE_CONV', {
        inputs: [
          of(x, { shape: [1, 4, 4, 1] }),
          of('float32', { shape: [1, 2, 2, 1], constant: true }),
          null,
          { values: [1, 8, 8, 1] },
        ],
        outputs: [of('float32', { shape: [1, 8, 8, 1] })],
      });
    expect(transposed('float32')).toBe('runs');
    expect(transposed('int8')).toBe(
      'allocate fails: its kernel does not compute int8 activations with float32 weights',
    );
  });

  it('computes the shapes that kernels compare with the file', () => {
    const slice = (shape: readonly number[], end: number) =>
      outcome('STRIDED_SLICE', {
        inputs: [{ shape: [8] }, { values: [1] }, { values: [end] }, { values: [2] }],
        outputs: [{ shape }],
      });
    expect(slice([3], 7)).toBe('runs');
    expect(slice([4], -1)).toBe('allocate fails: its output is 4 where its kernel gives 3');
    const reshape = (shape: readonly number[]) =>
      outcome('RESHAPE', { inputs: [{ shape: [2, 3] }], outputs: [{ shape }] });
    expect(reshape([6])).toBe('runs');
    expect(reshape([5])).toBe('allocate fails: it makes 5 elements (5) of 6 (2×3)');
    const product = (shape: readonly number[], output: readonly number[]) =>
      outcome('BATCH_MATMUL', { inputs: [{ shape: [2, 3, 4] }, { shape }], outputs: [{ shape: output }] });
    expect(product([1, 4, 5], [2, 3, 5])).toBe('runs');
    expect(product([1, 5, 4], [2, 3, 5])).toContain('it sums 4 products on one side and 5 on the other');
  });

  it('takes constants only where prepare reads them', () => {
    const transpose = (order: TensorSpec) =>
      outcome('TRANSPOSE', { inputs: [{ shape: [2, 3] }, order], outputs: [{ shape: [3, 2] }] });
    expect(transpose({ values: [1, 0] })).toBe('runs');
    expect(transpose({ dtype: 'int32', shape: [2] })).toContain('its permutation is computed at run time');
    expect(transpose({ values: [1, 2] })).toContain('its permutation names a dimension that its input does not have');
  });

  it('tells what depends on values from what fails for certain', () => {
    const gather = (indices: TensorSpec) =>
      predictTflm(oneNode('GATHER_ND', { inputs: [{ shape: [4] }, indices], outputs: [{}] }));
    expect(gather({ dtype: 'int32', shape: [1, 1] })).toMatchObject({
      outcome: 'runs',
      mayFail: [{ operator: 'GATHER_ND', node: 0 }],
    });
    expect(gather({ values: [0] })).toMatchObject({ outcome: 'runs', mayFail: [] });
  });

  it('does not compute variants of an LSTM', () => {
    const weights = of('float32', { shape: [2, 2], constant: true });
    const bias = of('float32', { shape: [2], constant: true });
    const state = of('float32', { shape: [1, 2], isVariable: true });
    const lstm = (peephole: TensorSpec | null, hidden = state) =>
      outcome('UNIDIRECTIONAL_SEQUENCE_LSTM', {
        inputs: [
          of('float32', { shape: [1, 3, 2] }),
          ...Array.from({ length: 8 }, () => weights),
          ...[peephole, null, null],
          ...Array.from({ length: 4 }, () => bias),
          ...[null, null, hidden, state, null, null, null, null],
        ],
        outputs: [of('float32', { shape: [1, 3, 2] })],
      });
    expect(lstm(null)).toBe('runs');
    expect(lstm(bias)).toBe('allocate fails: it has peephole weights, which its kernel does not compute');
    expect(lstm(null, of('float32', { shape: [1, 2] }))).toContain('its hidden state is not a variable tensor');
  });

  it('checks signatures of signal operators', () => {
    const energy = (dtype: DType) =>
      outcome('SignalEnergy', {
        isCustom: true,
        inputs: [of(dtype, { shape: [8] })],
        outputs: [of('uint32', { shape: [4] })],
      });
    expect(energy('int16')).toBe('runs');
    expect(energy('int32')).toBe('allocate fails: its input is int32 where its kernel takes int16');
  });

  it('predicts an arena that is too small, and trusts one whose need is not known', () => {
    const model = oneNode('NEG', { inputs: [{}], outputs: [{}] });
    expect(predictTflm(model, { needed: 2000, available: 1000 }).outcome).toBe('allocate fails');
    expect(predictTflm(model, { needed: null, available: 1000 }).outcome).toBe('runs');
  });
});
