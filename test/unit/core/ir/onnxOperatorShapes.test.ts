import { describe, expect, it } from 'vitest';
import { OnnxBuilder, type NodeAttributes } from '../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { mainGraph } from '../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { floatBytes, int64Bytes } from '../../../fixtures/onnxModels';
import { results, type Case, type Operand } from './oneOperator';

const ints = (values: Readonly<Record<string, number>>): NodeAttributes => ({ ints: values });
const int8 = (...shape: number[]): Operand => ({ dtype: 'int8', shape });

describe('shapes and types of ONNX operators', () => {
  const cases: readonly (readonly [string, Case, readonly string[]])[] = [
    ['Expand by rank', { op: 'Expand', inputs: [[3, 1], { dtype: 'int64', shape: [3] }] }, ['float32 [?,?,?]']],
    ['Unsqueeze by rank', { op: 'Unsqueeze', inputs: [[3], { dtype: 'int64', shape: [2] }] }, ['float32 [?,?,?]']],
    ['Squeeze by rank', { op: 'Squeeze', inputs: [[3, 1], { dtype: 'int64', shape: [1] }] }, ['float32 [?]']],
    [
      'ReduceSum by rank',
      { op: 'ReduceSum', inputs: [[3, 2], { dtype: 'int64', shape: [1] }], attributes: ints({ keepdims: 0 }) },
      ['float32 [?]'],
    ],
    ['NonZero', { op: 'NonZero', inputs: [{ values: [0, 4, 0, 5] }] }, ['int64 [1,2]']],
    [
      'Compress',
      { op: 'Compress', inputs: [[3, 4], { values: [1, 0, 1] }], attributes: ints({ axis: 0 }) },
      ['float32 [2,4]'],
    ],
    ['Compress, flat', { op: 'Compress', inputs: [[3, 4], { values: [1, 0, 1] }] }, ['float32 [2]']],
    [
      'Unique',
      { op: 'Unique', inputs: [{ values: [2, 1, 1, 3, 4, 3] }], outputs: 4 },
      ['int64 [4]', 'int64 [4]', 'int64 [6]', 'int64 [4]'],
    ],
    [
      'NonMaxSuppression',
      {
        op: 'NonMaxSuppression',
        inputs: [
          [1, 6, 4],
          [1, 1, 6],
        ],
      },
      ['int64 [?,3]'],
    ],
    ['IsInf of one sign', { op: 'IsInf', inputs: [[2, 3]], attributes: ints({ detect_negative: 0 }) }, ['bool [2,3]']],
    ['EyeLike of a type', { op: 'EyeLike', inputs: [[2, 3]], attributes: ints({ dtype: 11 }) }, ['float64 [2,3]']],
    [
      'RandomNormal',
      { op: 'RandomNormal', inputs: [], attributes: { intLists: { shape: [2, 5] } } },
      ['float32 [2,5]'],
    ],
    ['Det', { op: 'Det', inputs: [[2, 4, 4]] }, ['float32 [2]']],
    [
      'MelWeightMatrix',
      { op: 'MelWeightMatrix', inputs: [{ values: [8] }, { values: [16] }, { values: [8192] }] },
      ['float32 [9,8]'],
    ],
    [
      'HannWindow',
      { op: 'HannWindow', inputs: [{ values: [10] }], attributes: ints({ output_datatype: 11 }) },
      ['float64 [10]'],
    ],
    ['DFT', { op: 'DFT', inputs: [[1, 10, 7, 1]], attributes: ints({ onesided: 1 }) }, ['float32 [1,10,4,2]']],
    ['DFT along 1 before opset 20', { op: 'DFT', inputs: [[1, 10, 7, 1]], opset: 17 }, ['float32 [1,10,7,2]']],
    [
      'DFT back from half a spectrum',
      { op: 'DFT', inputs: [[1, 5, 2]], attributes: ints({ onesided: 1, inverse: 1 }) },
      ['float32 [1,8,1]'],
    ],
    ['STFT', { op: 'STFT', inputs: [[1, 128, 1], { values: [8] }, null, { values: [16] }] }, ['float32 [1,15,9,2]']],
    [
      'GridSample',
      {
        op: 'GridSample',
        inputs: [
          [1, 3, 4, 4],
          [1, 6, 5, 2],
        ],
      },
      ['float32 [1,3,6,5]'],
    ],
    ['AffineGrid', { op: 'AffineGrid', inputs: [[2, 2, 3], { values: [2, 3, 5, 6] }] }, ['float32 [2,5,6,2]']],
    [
      'CenterCropPad',
      { op: 'CenterCropPad', inputs: [[20, 8, 3], { values: [10, 9] }], attributes: { intLists: { axes: [1, 2] } } },
      ['float32 [20,10,9]'],
    ],
    ['Col2Im', { op: 'Col2Im', inputs: [[1, 5, 5], { values: [5, 5] }, { values: [1, 5] }] }, ['float32 [1,1,5,5]']],
    [
      'RoiAlign',
      {
        op: 'RoiAlign',
        inputs: [[1, 3, 10, 10], [4, 4], { dtype: 'int64', shape: [4] }],
        attributes: ints({ output_height: 5, output_width: 2 }),
      },
      ['float32 [4,3,5,2]'],
    ],
    [
      'MaxUnpool',
      {
        op: 'MaxUnpool',
        inputs: [[1, 1, 2, 2], { dtype: 'int64', shape: [1, 1, 2, 2] }],
        attributes: { intLists: { kernel_shape: [2, 2], strides: [2, 2] } },
      },
      ['float32 [1,1,4,4]'],
    ],
    [
      'LpPool of another norm',
      { op: 'LpPool', inputs: [[1, 3, 32]], attributes: { ints: { p: 3 }, intLists: { kernel_shape: [2] } } },
      ['float32 [1,3,31]'],
    ],
    [
      'ConvTranspose in one dimension',
      {
        op: 'ConvTranspose',
        inputs: [
          [1, 1, 3],
          [1, 2, 3],
        ],
      },
      ['float32 [1,2,5]'],
    ],
    [
      'ConvTranspose of a stated size',
      {
        op: 'ConvTranspose',
        inputs: [
          [1, 1, 3, 3],
          [1, 2, 3, 3],
        ],
        attributes: { intLists: { strides: [3, 2], output_shape: [10, 8] } },
      },
      ['float32 [1,2,10,8]'],
    ],
    [
      'DeformConv',
      {
        op: 'DeformConv',
        inputs: [
          [1, 1, 3, 3],
          [4, 1, 2, 2],
          [1, 8, 2, 2],
        ],
      },
      ['float32 [1,4,2,2]'],
    ],
    [
      'Einsum',
      {
        op: 'Einsum',
        inputs: [
          [5, 2, 3],
          [5, 3, 4],
        ],
        attributes: { strings: { equation: 'bij, bjk -> bik' } },
      },
      ['float32 [5,2,4]'],
    ],
    [
      'Einsum without an output',
      {
        op: 'Einsum',
        inputs: [
          [2, 3],
          [3, 4],
        ],
        attributes: { strings: { equation: 'ij,jk' } },
      },
      ['float32 [2,4]'],
    ],
    [
      'Einsum of a diagonal under others',
      { op: 'Einsum', inputs: [[3, 5, 5]], attributes: { strings: { equation: '...ii ->...i' } } },
      ['float32 [3,5]'],
    ],
    [
      'NegativeLogLikelihoodLoss of each',
      {
        op: 'NegativeLogLikelihoodLoss',
        inputs: [[3, 5, 2], { dtype: 'int64', shape: [3, 2] }],
        attributes: { strings: { reduction: 'none' } },
      },
      ['float32 [3,2]'],
    ],
    [
      'SoftmaxCrossEntropyLoss',
      { op: 'SoftmaxCrossEntropyLoss', inputs: [[3, 5], { dtype: 'int64', shape: [3] }], outputs: 2 },
      ['float32 []', 'float32 [3,5]'],
    ],
    [
      'the mask of Dropout before opset 10',
      { op: 'Dropout', inputs: [[2, 3]], opset: 7, outputs: 2 },
      ['float32 [2,3]', 'float32 [2,3]'],
    ],
    [
      'BatchNormalization in training',
      {
        op: 'BatchNormalization',
        inputs: [[2, 3, 4], [3], [3], [3], [3]],
        attributes: ints({ training_mode: 1 }),
        outputs: 3,
      },
      ['float32 [2,3,4]', 'float32 [3]', 'float32 [3]'],
    ],
    [
      'StringSplit',
      { op: 'StringSplit', inputs: [{ dtype: 'string', shape: [2] }], outputs: 2 },
      ['string [2,?]', 'int64 [2]'],
    ],
    ['QuantizeLinear without a zero point', { op: 'QuantizeLinear', inputs: [[2, 3], [1]] }, ['uint8 [2,3]']],
    [
      'QuantizeLinear of a named type',
      { op: 'QuantizeLinear', inputs: [[2, 3], [1]], attributes: ints({ output_dtype: 5 }), opset: 21 },
      ['int16 [2,3]'],
    ],
    [
      'DequantizeLinear to its scale',
      { op: 'DequantizeLinear', inputs: [int8(2, 3), { dtype: 'float16', shape: [1] }] },
      ['float16 [2,3]'],
    ],
    [
      'a recurrence of other functions',
      {
        op: 'LSTM',
        inputs: [
          [4, 2, 3],
          [1, 20, 3],
          [1, 20, 5],
        ],
        attributes: { ints: { hidden_size: 5 }, stringLists: { activations: ['Relu', 'Tanh', 'Tanh'] } },
        outputs: 3,
      },
      ['float32 [4,1,2,5]', 'float32 [1,2,5]', 'float32 [1,2,5]'],
    ],
    [
      'attention of packed heads with a past',
      {
        op: 'Attention',
        inputs: [[2, 4, 24], [2, 6, 24], [2, 6, 30], null, [2, 3, 12, 8], [2, 3, 12, 10]],
        attributes: ints({ q_num_heads: 3, kv_num_heads: 3 }),
        opset: 23,
        outputs: 3,
      },
      ['float32 [2,4,30]', 'float32 [2,3,18,8]', 'float32 [2,3,18,10]'],
    ],
  ];
  it.each(cases)('%s', (_, one, expected) => {
    expect(results(one)).toEqual(expected);
  });

  it('says nothing of operands that do not fit', () => {
    const equation = { strings: { equation: 'ijk->i' } };
    expect(results({ op: 'Einsum', inputs: [[2, 3]], attributes: equation })).toEqual(['unknown ?']);
    expect(
      results({
        op: 'ConvTranspose',
        inputs: [
          [1, 1, 3],
          [1, 2, 3, 3],
        ],
      }),
    ).toEqual(['unknown ?']);
    expect(results({ op: 'Expand', inputs: [[3], { dtype: 'int64', shape: [100_000] }] })).toEqual(['float32 ?']);
  });

  it('follows the value that ConstantOfShape fills with', () => {
    const bytes = new OnnxBuilder({ opset: 17 })
      .input('x', 'float32', [4, 6])
      .initializer('two', 'int64', [1], int64Bytes([2]))
      .node('ConstantOfShape', ['two'], ['twos'], {
        tensors: { value: { dtype: 'int64', shape: [1], bytes: int64Bytes([3]) } },
      })
      .node('Tile', ['x', 'twos'], ['y'])
      .output('y', 'unknown', null)
      .build();
    const graph = mainGraph(inferShapes(readModel(new MemoryByteSource(bytes, 'fill.onnx'))));
    expect(graph.tensors[graph.outputs[0]!]).toMatchObject({ shape: [12, 18], dtype: 'float32' });
  });
});

describe('a scalar in an attribute', () => {
  it('is shown and kept as a number, however damaged its neighbours are', () => {
    const one = (shape: readonly number[], bytes: Uint8Array) =>
      mainGraph(
        readModel(
          new MemoryByteSource(
            new OnnxBuilder({ opset: 17 })
              .node('Constant', [], ['c'], { tensors: { value: { dtype: 'float32', shape, bytes } } })
              .output('c', 'float32', shape)
              .build(),
            'constant.onnx',
          ),
        ),
      ).nodes[0]!.source.attributes.value;
    expect(one([], floatBytes([0.5]))).toEqual({ tensor: { dtype: 'float32', shape: [], value: 0.5 } });
    expect(one([2], floatBytes([0.5, 1]))).toEqual({ tensor: { dtype: 'float32', shape: [2] } });
    expect(one([1], new Uint8Array(3))).toEqual({ tensor: { dtype: 'float32', shape: [1] } });
  });
});
