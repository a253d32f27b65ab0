import { describe, expect, it } from 'vitest';
import { backendCases } from '../../../../conformance/onnxCases';
import { onnxToTfliteRows } from '../../../../conformance/onnxToTflite';

/** A taste of what `npm run conformance` holds in full: one case an operator family. */
const SAMPLE = [
  'test_add_bcast',
  'test_averagepool_2d_ceil',
  'test_batchnorm_epsilon',
  'test_clip_example',
  'test_concat_3d_axis_1',
  'test_conv_with_autopad_same',
  'test_conv_with_strides_and_asymmetric_padding',
  'test_convtranspose_pad',
  'test_depthtospace_crd_mode_example',
  'test_gather_negative_indices',
  'test_gemm_all_attributes',
  'test_globalmaxpool',
  'test_hardsigmoid',
  'test_instancenorm_epsilon',
  'test_layer_normalization_4d_axis1',
  'test_lrn',
  'test_matmul_4d',
  'test_maxpool_2d_same_lower',
  'test_prelu_broadcast',
  'test_reduce_l2_keep_dims_random',
  'test_resize_upsample_sizes_nearest',
  'test_slice_neg_steps',
  'test_softmax_axis_0',
  'test_split_variable_parts_2d_opset13',
  'test_transpose_all_permutations_4',
  'test_unsqueeze_two_axes',
  'test_where_example',
];

describe('ONNX backend cases', () => {
  const cases = backendCases('node').filter(({ name }) => SAMPLE.some((each) => name === `node/${each}`));
  it.skipIf(cases.length === 0)('convert to TFLite and give the stored outputs', () => {
    const rows = onnxToTfliteRows(cases);
    expect(rows.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
    expect(rows.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  });
});
