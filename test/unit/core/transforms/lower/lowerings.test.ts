import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../../src/core/ir/attributes';
import { elementReader } from '../../../../../src/core/ir/decode';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { toOnnx } from '../../../../../src/core/transforms/convert/toOnnx/toOnnx';
import { runPlainly } from '../../../../conformance/plainOnnxruntime';
import { stateStarts } from '../../../../conformance/stateStarts';
import { TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

/** What TFLite's kernels give for small inputs, worked out by hand, against the ONNX form in ONNX Runtime. */

type Numbers = readonly number[];

interface Case {
  /** Fed, float32 unless `whole`: shape and values. */
  readonly fed: readonly (readonly [shape: Numbers, values: Numbers])[];
  /** Constant operands behind them, int32 unless written as floats. */
  readonly constants?: readonly (readonly [shape: Numbers, values: Int32Array | Float32Array])[];
  readonly whole?: boolean;
  readonly attributes?: Attributes;
  readonly made: readonly (readonly [dtype: 'float32' | 'int32' | 'int64', shape: Numbers, values: Numbers])[];
  /** Places of the operands among the fed ones and then the constants; left out: in that order. */
  readonly order?: Numbers;
}

const i32 = (...values: number[]) => Int32Array.from(values);
const f32 = (...values: number[]) => Float32Array.from(values);

const CASES: Readonly<Record<string, Case>> = {
  CAST: {
    fed: [[[3], [1.7, -1.7, 2]]],
    attributes: { in_data_type: 'FLOAT32', out_data_type: 'INT32' },
    made: [['int32', [3], [1, -1, 2]]],
  },
  TILE: {
    fed: [
      [
        [1, 2],
        [1, 2],
      ],
    ],
    constants: [[[2], i32(2, 2)]],
    made: [['float32', [2, 4], [1, 2, 1, 2, 1, 2, 1, 2]]],
  },
  BROADCAST_TO: {
    fed: [
      [
        [2, 1],
        [1, 2],
      ],
    ],
    constants: [[[2], i32(2, 3)]],
    made: [['float32', [2, 3], [1, 1, 1, 2, 2, 2]]],
  },
  'GATHER of each batch': {
    fed: [
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    constants: [[[2, 2], i32(2, 0, 1, 1)]],
    attributes: { axis: 1, batch_dims: 1 },
    made: [['float32', [2, 2], [3, 1, 5, 5]]],
  },
  GATHER_ND: {
    fed: [
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
    ],
    constants: [[[2, 2], i32(1, 0, 0, 1)]],
    made: [['float32', [2], [3, 2]]],
  },
  'SCATTER_ND adds what meets': {
    fed: [[[3], [1, 2, 4]]],
    constants: [
      [[3, 1], i32(1, 3, 1)],
      [[1], i32(4)],
    ],
    order: [1, 0, 2],
    made: [['float32', [4], [0, 5, 0, 2]]],
  },
  REVERSE_V2: {
    fed: [
      [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    constants: [[[1], i32(1)]],
    made: [['float32', [2, 3], [3, 2, 1, 6, 5, 4]]],
  },
  SPACE_TO_BATCH_ND: {
    fed: [
      [
        [1, 2, 3, 1],
        [1, 2, 3, 4, 5, 6],
      ],
    ],
    constants: [
      [[2], i32(2, 2)],
      [[2, 2], i32(0, 0, 0, 1)],
    ],
    made: [['float32', [4, 1, 2, 1], [1, 3, 2, 0, 4, 6, 5, 0]]],
  },
  BATCH_TO_SPACE_ND: {
    fed: [
      [
        [4, 1, 2, 1],
        [1, 3, 2, 0, 4, 6, 5, 0],
      ],
    ],
    constants: [
      [[2], i32(2, 2)],
      [[2, 2], i32(0, 0, 0, 1)],
    ],
    made: [['float32', [1, 2, 3, 1], [1, 2, 3, 4, 5, 6]]],
  },
  ZEROS_LIKE: { fed: [[[2], [5, 6]]], made: [['float32', [2], [0, 0]]] },
  SHAPE: {
    fed: [
      [
        [2, 3],
        [0, 0, 0, 0, 0, 0],
      ],
    ],
    attributes: { out_type: 'INT32' },
    made: [['int32', [2], [2, 3]]],
  },
  RANK: {
    fed: [
      [
        [2, 3],
        [0, 0, 0, 0, 0, 0],
      ],
    ],
    made: [['int32', [], [2]]],
  },
  TOPK_V2: {
    fed: [[[4], [3, 9, 1, 7]]],
    constants: [[[], i32(2)]],
    made: [
      ['float32', [2], [9, 7]],
      ['int32', [2], [1, 3]],
    ],
  },
  'DYNAMIC_UPDATE_SLICE that is moved to where it fits': {
    fed: [
      [[4], [1, 2, 3, 4]],
      [[2], [8, 9]],
    ],
    constants: [[[1], i32(3)]],
    made: [['float32', [4], [1, 2, 8, 9]]],
  },
  'ONE_HOT of indices out of range': {
    fed: [[[3], [1, -1, 5]]],
    whole: true,
    constants: [
      [[], i32(3)],
      [[], f32(1)],
      [[], f32(-2)],
    ],
    attributes: { axis: -1 },
    made: [['float32', [3, 3], [-2, 1, -2, -2, -2, -2, -2, -2, -2]]],
  },
  EMBEDDING_LOOKUP: {
    fed: [[[2], [2, 0]]],
    whole: true,
    constants: [[[3, 2], f32(1, 2, 3, 4, 5, 6)]],
    made: [['float32', [2, 2], [5, 6, 1, 2]]],
  },
  'FLOOR_DIV of floats': {
    fed: [
      [[3], [7, -7, 7]],
      [[3], [2, 2, -2]],
    ],
    made: [['float32', [3], [3, -4, -4]]],
  },
  'FLOOR_DIV of integers': {
    fed: [
      [[3], [7, -7, 7]],
      [[3], [2, 2, -2]],
    ],
    whole: true,
    made: [['int32', [3], [3, -4, -4]]],
  },
  'FLOOR_MOD of floats': {
    fed: [
      [[4], [7.5, -7.5, 7.5, -6]],
      [[4], [2, 2, -2, 3]],
    ],
    made: [['float32', [4], [1.5, 0.5, -0.5, 0]]],
  },
  'FLOOR_MOD of integers': {
    fed: [
      [[3], [7, -7, 7]],
      [[3], [3, 3, -3]],
    ],
    whole: true,
    made: [['int32', [3], [1, 2, -2]]],
  },
  L2_NORMALIZATION: {
    fed: [
      [
        [1, 1, 2, 2],
        [3, 4, 0, 0],
      ],
    ],
    attributes: { fused_activation_function: 'NONE' },
    made: [['float32', [1, 1, 2, 2], [0.6, 0.8, 0, 0]]],
  },
  LOCAL_RESPONSE_NORMALIZATION: {
    fed: [
      [
        [1, 1, 1, 3],
        [1, 2, 3],
      ],
    ],
    attributes: { radius: 1, bias: 1, alpha: 1, beta: 1 },
    made: [['float32', [1, 1, 1, 3], [1 / 6, 2 / 15, 3 / 14]]],
  },
  'CUMSUM from the end, without the element itself': {
    fed: [[[4], [1, 2, 3, 4]]],
    constants: [[[], i32(0)]],
    attributes: { exclusive: true, reverse: true },
    made: [['float32', [4], [9, 7, 4, 0]]],
  },
  ATAN2: {
    fed: [
      [[5], [1, 1, -1, 0, 0]],
      [[5], [1, -1, -1, -2, 0]],
    ],
    made: [['float32', [5], [Math.PI / 4, (3 * Math.PI) / 4, (-3 * Math.PI) / 4, Math.PI, 0]]],
  },
};

function numbersOf({ dtype, shape, data }: TensorValue): number[] {
  const at = elementReader(data, dtype)!;
  return Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, (_, i) => at(i));
}

const bytesOf = (view: Float32Array | Int32Array) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

describe('operators of TFLite in ONNX', () => {
  it.each(Object.entries(CASES))(
    '%s',
    async (name, { fed, constants = [], whole = false, attributes = {}, order, made }) => {
      const b = new TfliteBuilder();
      const dtype = whole ? 'int32' : 'float32';
      const inputs = fed.map(([shape], i) => b.input(`x${i}`, dtype, shape));
      const rest = constants.map(([shape, values], i) => b.constant(`c${i}`, shape, values));
      const outputs = made.map(([type, shape], i) => b.activation(`y${i}`, type, shape));
      const operands = [...inputs, ...rest];
      const ordered = order?.map((place) => operands[place]!) ?? operands;
      const model = b
        .node(name.split(' ')[0]!, ordered, outputs, attributes)
        .outputs(...outputs)
        .model();
      const values = fed.map(([shape, numbers], i) => {
        const data = bytesOf(whole ? Int32Array.from(numbers) : Float32Array.from(numbers));
        return { name: `x${i}`, dtype, shape, data } as const;
      });
      const got = await runPlainly(toOnnx(model).bytes, values);
      if (typeof got === 'string') throw new Error(got);
      for (const [i, [type, shape, expected]] of made.entries()) {
        expect(got[i]).toMatchObject({ dtype: type, shape });
        numbersOf(got[i]!).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
      }
    },
  );
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('layers that keep state, in ONNX', () => {
  it('UNIDIRECTIONAL_SEQUENCE_RNN steps through a sequence from zero', async () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 3, 1]);
    const weights = b.constant('w', [2, 1], f32(0.5, -1));
    const recurrent = b.constant('r', [2, 2], f32(0.1, 0.2, 0.3, 0.4));
    const bias = b.constant('b', [2], f32(0.05, -0.05));
    const state = b.activation('h', 'float32', [1, 2], { isVariable: true });
    const y = b.activation('y', 'float32', [1, 3, 2]);
    const attributes = { time_major: false, fused_activation_function: 'TANH' };
    b.node('UNIDIRECTIONAL_SEQUENCE_RNN', [x, weights, recurrent, bias, state], [y], attributes).outputs(y);
    const given = [1, -2, 0.5];
    const data = bytesOf(f32(...given));
    const got = await runPlainly(toOnnx(b.model()).bytes, [{ name: 'x', dtype: 'float32', shape: [1, 3, 1], data }]);
    if (typeof got === 'string') throw new Error(got);
    let [h0, h1] = [0, 0];
    const expected = given.flatMap((value) => {
      [h0, h1] = [Math.tanh(0.5 * value + 0.1 * h0 + 0.2 * h1 + 0.05), Math.tanh(-value + 0.3 * h0 + 0.4 * h1 - 0.05)];
      return [h0, h1];
    });
    numbersOf(got[0]!).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('UNIDIRECTIONAL_SEQUENCE_LSTM orders its gates as ONNX does', async () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 2, 1]);
    const one = (name: string, value: number) => b.constant(name, [1, 1], f32(value));
    const bias = (name: string, value: number) => b.constant(name, [1], f32(value));
    const weights = [0.4, -0.3, 0.8, 0.6].map((value, i) => one(`w${i}`, value));
    const recurrent = [0.2, 0.5, -0.4, 0.1].map((value, i) => one(`r${i}`, value));
    const biases = [0.1, 0.2, -0.1, 0.3].map((value, i) => bias(`b${i}`, value));
    const [h, c] = ['h', 'c'].map((name) => b.activation(name, 'float32', [1, 1], { isVariable: true }));
    const y = b.activation('y', 'float32', [1, 2, 1]);
    const operands = [x, ...weights, ...recurrent, null, null, null, ...biases, null, null, h!, c!];
    const attributes = { fused_activation_function: 'TANH', cell_clip: 0, proj_clip: 0, time_major: false };
    b.node('UNIDIRECTIONAL_SEQUENCE_LSTM', [...operands, null, null, null, null], [y], attributes).outputs(y);
    const given = [1, -0.5];
    const data = bytesOf(f32(...given));
    const got = await runPlainly(toOnnx(b.model()).bytes, [{ name: 'x', dtype: 'float32', shape: [1, 2, 1], data }]);
    if (typeof got === 'string') throw new Error(got);
    let [hidden, cell] = [0, 0];
    const expected = given.map((value) => {
      const input = sigmoid(0.4 * value + 0.2 * hidden + 0.1);
      const forget = sigmoid(-0.3 * value + 0.5 * hidden + 0.2);
      const candidate = Math.tanh(0.8 * value - 0.4 * hidden - 0.1);
      const output = sigmoid(0.6 * value + 0.1 * hidden + 0.3);
      cell = forget * cell + input * candidate;
      hidden = output * Math.tanh(cell);
      return hidden;
    });
    numbersOf(got[0]!).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it('SVDF moves its memory on by one, which goes in and comes out', async () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 1]);
    const features = b.constant('f', [1, 1], f32(2));
    const times = b.constant('t', [1, 3], f32(1, 10, 100));
    const memory = b.activation('m', 'float32', [1, 3], { isVariable: true });
    const y = b.activation('y', 'float32', [1, 1]);
    const attributes = { rank: 1, fused_activation_function: 'NONE' };
    b.node('SVDF', [x, features, times, null, memory], [y], attributes).outputs(y);
    const converted = toOnnx(b.model());
    let fed = stateStarts(converted);
    const answers: number[] = [];
    for (const value of [1, 2, 3, 4]) {
      const data = bytesOf(f32(value));
      const got = await runPlainly(converted.bytes, [{ name: 'x', dtype: 'float32', shape: [1, 1], data }, ...fed]);
      if (typeof got === 'string') throw new Error(got);
      answers.push(numbersOf(got[0]!)[0]!);
      fed = [{ ...got[1]!, name: converted.states![0]!.input }];
    }
    expect(answers).toEqual([200, 420, 642, 864]);
  });

  it('a resource variable is read as it was, and comes out as it was set', async () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [2]);
    const handle = b.activation('handle', 'resource', []);
    const before = b.activation('before', 'float32', [2]);
    const sum = b.activation('sum', 'float32', [2]);
    b.node('VAR_HANDLE', [], [handle], { shared_name: 'total', container: '' })
      .node('READ_VARIABLE', [handle], [before])
      .node('ADD', [before, x], [sum], { fused_activation_function: 'NONE' })
      .node('ASSIGN_VARIABLE', [handle, sum], [])
      .outputs(sum);
    const converted = toOnnx(b.model());
    expect(converted.states).toHaveLength(1);
    let fed = stateStarts(converted);
    const last: number[][] = [];
    for (const value of [1, 2, 4]) {
      const data = bytesOf(f32(value, -value));
      const got = await runPlainly(converted.bytes, [{ name: 'x', dtype: 'float32', shape: [2], data }, ...fed]);
      if (typeof got === 'string') throw new Error(got);
      last.push(numbersOf(got[0]!));
      fed = [{ ...got[1]!, name: converted.states![0]!.input }];
    }
    expect(last).toEqual([
      [1, -1],
      [3, -3],
      [7, -7],
    ]);
  });
});
