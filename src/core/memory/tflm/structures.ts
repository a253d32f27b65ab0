/**
 * Sizes of TFLM's structures in bytes, with 32-bit pointers and short enums (bare-metal Arm ABI). Source: measured with
 * sizeof by arm-none-eabi-g++ on tensorflow/tflite-micro 90b983c2b, TF_LITE_STATIC_MEMORY.
 */
export const structures = {
  singleArenaBufferAllocator: 36,
  greedyMemoryPlanner: 44,
  microAllocator: 36,
  builtinDataAllocator: 8,
  subgraphAllocations: 8,
  evalTensor: 12,
  nodeAndRegistration: 32,
  tensor: 32,
  affineQuantization: 12,
  pointer: 4,
  scratchBufferHandle: 4,
  scratchBufferRequest: 12,
  allocationInfo: 24,
  resourceVariables: 12,
  resourceVariable: 20,
  /** Working memory of the greedy planner for each buffer (GreedyMemoryPlanner::per_buffer_size). */
  plannerBuffer: 40,
} as const;

export type StructureName = keyof typeof structures;

/** Scratch buffers that one operator may ask for (kMaxScratchBuffersPerOp in micro_allocator.cc). */
export const MAX_SCRATCH_BUFFERS_PER_OPERATOR = 12;

/** Bytes of a TfLiteIntArray of `length` elements. */
export function intArrayBytes(length: number): number {
  return 4 + 4 * length;
}

/** Size and alignment of the structure an operator's options are parsed into (builtin_op_data.h). */
type OptionsSize = readonly [bytes: number, alignment: number];

const pool: OptionsSize = [40, 4];
const convolution: OptionsSize = [28, 4];
const reducer: OptionsSize = [1, 1];

/**
 * Operators whose options TFLM parses into a structure; the others take none. Source: the parse functions that
 * micro_mutable_op_resolver.h names, in tensorflow/lite/core/api/flatbuffer_conversions.cc.
 */
export const parsedOptions: Readonly<Record<string, OptionsSize>> = {
  ADD: [2, 1],
  ARG_MAX: [1, 1],
  ARG_MIN: [1, 1],
  AVERAGE_POOL_2D: pool,
  BATCH_MATMUL: [3, 1],
  CALL_ONCE: [4, 4],
  CAST: [2, 1],
  CONCATENATION: [8, 4],
  CONV_2D: convolution,
  CUMSUM: [2, 1],
  DEPTH_TO_SPACE: [4, 4],
  DEPTHWISE_CONV_2D: convolution,
  DIV: [1, 1],
  FULLY_CONNECTED: [5, 1],
  GATHER: [8, 4],
  IF: [8, 4],
  L2_NORMALIZATION: [1, 1],
  L2_POOL_2D: pool,
  LEAKY_RELU: [4, 4],
  MAX_POOL_2D: pool,
  MEAN: reducer,
  MIRROR_PAD: [1, 1],
  MUL: [1, 1],
  PACK: [8, 4],
  REDUCE_ALL: reducer,
  REDUCE_MAX: reducer,
  REDUCE_MIN: reducer,
  RESHAPE: [36, 4],
  RESIZE_BILINEAR: [2, 1],
  RESIZE_NEAREST_NEIGHBOR: [2, 1],
  SHAPE: [1, 1],
  SOFTMAX: [4, 4],
  SPACE_TO_DEPTH: [4, 4],
  SPLIT: [4, 4],
  SPLIT_V: [4, 4],
  SQUEEZE: [36, 4],
  STRIDED_SLICE: [24, 4],
  SUB: [2, 1],
  SUM: reducer,
  SVDF: [8, 4],
  TRANSPOSE_CONV: [16, 4],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [16, 4],
  UNPACK: [8, 4],
  VAR_HANDLE: [8, 4],
  WHILE: [8, 4],
};
