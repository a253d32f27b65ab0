/** What to do about each kind of finding. A code stays what it is: people put them into settings and pipelines. */
const catalog = {
  'tinyml/arena-above-region':
    'Use a smaller input or fewer channels, quantize to int8, optimize the arena, or choose a board with more RAM in one piece.',
  'tinyml/weights-above-flash':
    'Quantize or prune the weights, strip what the runtime never reads, or keep the model in external flash.',
  'tinyml/format-not-taken': 'Convert the model to .tflite first.',
  'tinyml/missing-operator':
    'Change the layer into ones that the runtime has, or write the operator and add it to the resolver with AddCustom.',
  'tinyml/flex-operator':
    'Convert without SELECT_TF_OPS: TensorFlow operators need the whole of TensorFlow, which no microcontroller runs.',
  'tinyml/composite-operator': 'Convert again with composites decomposed into builtin operators.',
  'tinyml/ethos-u-operator':
    "Build with OPTIMIZED_KERNEL_DIR=ethos_u and the driver for the board's NPU, or deploy the model from before Vela.",
  'tinyml/kernel-refuses':
    'Change what the message names in the network or in how it is converted, then convert again.',
  'tinyml/invoke-fails': 'Change what the message names: the model loads, so only the first inference would have told.',
  'tinyml/depends-on-values':
    'Keep the values that the message names in range; the kernel ends the inference otherwise.',
  'tinyml/hybrid-quantization':
    'Quantize activations too: full-integer quantization with a representative dataset, from the float model.',
  'tinyml/uint8-quantization': 'Quantize the float model again: converters since TensorFlow 2.3 give int8.',
  'tinyml/float16-weights': 'Convert without float16: TFLM has no kernels for it. int8 is half as large again.',
  'tinyml/tensor-type': 'Take tensors of this type out of the network: do that part of the work in the firmware.',
  'tinyml/sparse-weights': 'Convert without sparsity: pruned weights stay zeros, and the file stays readable to TFLM.',
  'tinyml/blockwise-quantization': 'Quantize with one scale for a tensor or for an output channel.',
  'tinyml/dynamic-shape': 'Fix the shapes at conversion: a batch of 1 and the sizes that the firmware gives.',
  'tinyml/float-border': 'Convert with inference_input_type and inference_output_type int8.',
  'tinyml/operator-version':
    'Update the runtime, or convert with an older converter; then compare outputs with those on a computer.',
  'tinyml/per-channel-fully-connected':
    'Update TFLM to a version from after 2024-09-24, or convert with _experimental_disable_per_channel_quantization_for_dense_layers.',
  'tinyml/not-accelerated':
    'Quantize to int8, or choose an operator and a type that the library has; the rest runs in plain C++.',
  'tinyml/loop': 'Convert recurrent layers unrolled (unroll=True), or so that they fuse into one sequence LSTM.',
  'tinyml/misaligned-buffer':
    'Write the file again with a current converter, and place it in flash with alignas(16): kernels read weights where they lie.',
  'tinyml/unused-weights': 'Strip the file: no operator reads these bytes, and they take flash.',
  'tinyml/resolver': 'Copy the list into the firmware; a resolver that is too small or lacks one fails at start.',
  'tinyml/resource-variables':
    'Create MicroResourceVariables with as many as the message says, and give them to MicroInterpreter.',
} as const;

export type LintCode = keyof typeof catalog;

export const lintCodes = Object.keys(catalog) as readonly LintCode[];

export function helpOf(code: LintCode): string {
  return catalog[code];
}
