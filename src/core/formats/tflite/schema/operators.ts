/**
 * Builtin operators by code, each with the stem of its options table (`Conv2D` for Conv2DOptions) where it has one.
 * Facts from schema.fbs of LiteRT, schema version 3c. A new operator is a new line at the end.
 */
const rows = `
ADD Add|AVERAGE_POOL_2D Pool2D|CONCATENATION Concatenation|CONV_2D Conv2D|DEPTHWISE_CONV_2D DepthwiseConv2D
DEPTH_TO_SPACE DepthToSpace|DEQUANTIZE Dequantize|EMBEDDING_LOOKUP|FLOOR|FULLY_CONNECTED FullyConnected
HASHTABLE_LOOKUP|L2_NORMALIZATION L2Norm|L2_POOL_2D Pool2D|LOCAL_RESPONSE_NORMALIZATION LocalResponseNormalization|LOGISTIC
LSH_PROJECTION LSHProjection|LSTM LSTM|MAX_POOL_2D Pool2D|MUL Mul|RELU
RELU_N1_TO_1|RELU6|RESHAPE Reshape|RESIZE_BILINEAR ResizeBilinear|RNN RNN
SOFTMAX Softmax|SPACE_TO_DEPTH SpaceToDepth|SVDF SVDF|TANH|CONCAT_EMBEDDINGS ConcatEmbeddings
SKIP_GRAM SkipGram|CALL Call|CUSTOM|EMBEDDING_LOOKUP_SPARSE EmbeddingLookupSparse|PAD Pad
UNIDIRECTIONAL_SEQUENCE_RNN SequenceRNN|GATHER Gather|BATCH_TO_SPACE_ND BatchToSpaceND|SPACE_TO_BATCH_ND SpaceToBatchND|TRANSPOSE Transpose
MEAN Reducer|SUB Sub|DIV Div|SQUEEZE Squeeze|UNIDIRECTIONAL_SEQUENCE_LSTM UnidirectionalSequenceLSTM
STRIDED_SLICE StridedSlice|BIDIRECTIONAL_SEQUENCE_RNN BidirectionalSequenceRNN|EXP Exp|TOPK_V2 TopKV2|SPLIT Split
LOG_SOFTMAX LogSoftmax|DELEGATE|BIDIRECTIONAL_SEQUENCE_LSTM BidirectionalSequenceLSTM|CAST Cast|PRELU
MAXIMUM MaximumMinimum|ARG_MAX ArgMax|MINIMUM MaximumMinimum|LESS Less|NEG Neg
PADV2 PadV2|GREATER Greater|GREATER_EQUAL GreaterEqual|LESS_EQUAL LessEqual|SELECT Select
SLICE Slice|SIN|TRANSPOSE_CONV TransposeConv|SPARSE_TO_DENSE SparseToDense|TILE Tile
EXPAND_DIMS ExpandDims|EQUAL Equal|NOT_EQUAL NotEqual|LOG|SUM Reducer
SQRT|RSQRT|SHAPE Shape|POW Pow|ARG_MIN ArgMin
FAKE_QUANT FakeQuant|REDUCE_PROD Reducer|REDUCE_MAX Reducer|PACK Pack|LOGICAL_OR LogicalOr
ONE_HOT OneHot|LOGICAL_AND LogicalAnd|LOGICAL_NOT LogicalNot|UNPACK Unpack|REDUCE_MIN Reducer
FLOOR_DIV FloorDiv|REDUCE_ANY Reducer|SQUARE Square|ZEROS_LIKE ZerosLike|FILL Fill
FLOOR_MOD FloorMod|RANGE Range|RESIZE_NEAREST_NEIGHBOR ResizeNearestNeighbor|LEAKY_RELU LeakyRelu|SQUARED_DIFFERENCE SquaredDifference
MIRROR_PAD MirrorPad|ABS Abs|SPLIT_V SplitV|UNIQUE Unique|CEIL
REVERSE_V2 ReverseV2|ADD_N AddN|GATHER_ND GatherNd|COS Cos|WHERE Where
RANK Rank|ELU|REVERSE_SEQUENCE ReverseSequence|MATRIX_DIAG MatrixDiag|QUANTIZE Quantize
MATRIX_SET_DIAG MatrixSetDiag|ROUND|HARD_SWISH HardSwish|IF If|WHILE While
NON_MAX_SUPPRESSION_V4 NonMaxSuppressionV4|NON_MAX_SUPPRESSION_V5 NonMaxSuppressionV5|SCATTER_ND ScatterNd|SELECT_V2 SelectV2|DENSIFY Densify
SEGMENT_SUM SegmentSum|BATCH_MATMUL BatchMatMul|PLACEHOLDER_FOR_GREATER_OP_CODES|CUMSUM Cumsum|CALL_ONCE CallOnce
BROADCAST_TO BroadcastTo|RFFT2D Rfft2d|CONV_3D Conv3D|IMAG|REAL
COMPLEX_ABS|HASHTABLE Hashtable|HASHTABLE_FIND HashtableFind|HASHTABLE_IMPORT HashtableImport|HASHTABLE_SIZE HashtableSize
REDUCE_ALL Reducer|CONV_3D_TRANSPOSE Conv3D|VAR_HANDLE VarHandle|READ_VARIABLE ReadVariable|ASSIGN_VARIABLE AssignVariable
BROADCAST_ARGS|RANDOM_STANDARD_NORMAL Random|BUCKETIZE Bucketize|RANDOM_UNIFORM Random|MULTINOMIAL Random
GELU Gelu|DYNAMIC_UPDATE_SLICE DynamicUpdateSlice|RELU_0_TO_1|UNSORTED_SEGMENT_PROD UnsortedSegmentProd|UNSORTED_SEGMENT_MAX UnsortedSegmentMax
UNSORTED_SEGMENT_SUM UnsortedSegmentSum|ATAN2 ATan2|UNSORTED_SEGMENT_MIN UnsortedSegmentMin|SIGN Sign|BITCAST Bitcast
BITWISE_XOR BitwiseXor|RIGHT_SHIFT RightShift|STABLEHLO_LOGISTIC|STABLEHLO_ADD|STABLEHLO_DIVIDE
STABLEHLO_MULTIPLY|STABLEHLO_MAXIMUM|STABLEHLO_RESHAPE|STABLEHLO_CLAMP|STABLEHLO_CONCATENATE StablehloConcatenate
STABLEHLO_BROADCAST_IN_DIM StablehloBroadcastInDim|STABLEHLO_CONVOLUTION StablehloConvolution|STABLEHLO_SLICE StablehloSlice|STABLEHLO_CUSTOM_CALL StablehloCustomCall|STABLEHLO_REDUCE StablehloReduce
STABLEHLO_ABS|STABLEHLO_AND|STABLEHLO_COSINE|STABLEHLO_EXPONENTIAL|STABLEHLO_FLOOR
STABLEHLO_LOG|STABLEHLO_MINIMUM|STABLEHLO_NEGATE|STABLEHLO_OR|STABLEHLO_POWER
STABLEHLO_REMAINDER|STABLEHLO_RSQRT|STABLEHLO_SELECT|STABLEHLO_SUBTRACT|STABLEHLO_TANH
STABLEHLO_SCATTER StablehloScatter|STABLEHLO_COMPARE StablehloCompare|STABLEHLO_CONVERT|STABLEHLO_DYNAMIC_SLICE StablehloDynamicSlice|STABLEHLO_DYNAMIC_UPDATE_SLICE
STABLEHLO_PAD StablehloPad|STABLEHLO_IOTA StablehloIota|STABLEHLO_DOT_GENERAL StablehloDotGeneral|STABLEHLO_REDUCE_WINDOW StablehloReduceWindow|STABLEHLO_SORT StablehloSort
STABLEHLO_WHILE StablehloWhile|STABLEHLO_GATHER StablehloGather|STABLEHLO_TRANSPOSE StablehloTranspose|DILATE Dilate|STABLEHLO_RNG_BIT_GENERATOR StablehloRngBitGenerator
REDUCE_WINDOW ReduceWindow|STABLEHLO_COMPOSITE StableHLOComposite|STABLEHLO_SHIFT_LEFT StablehloShiftLeft|STABLEHLO_CBRT|STABLEHLO_CASE StablehloCase
`
  .trim()
  .split(/[|\n]/)
  .map((row) => row.split(' '));

const names = rows.map(([name]) => name!);
const codes = new Map(names.map((name, code) => [name, code]));
const options = new Map(rows.flatMap(([name, stem]) => (stem ? [[name!, `${stem}Options`] as const] : [])));

/** The code under which a custom operator stands. */
export const customCode = codes.get('CUSTOM')!;

/** Codes from here on do not fit the old 8-bit field, which then holds this one. */
export const placeholderCode = codes.get('PLACEHOLDER_FOR_GREATER_OP_CODES')!;

/** Every builtin operator of today's schema, by code. */
export const builtinNames: readonly string[] = names;

/** `CONV_2D` for 3; `BUILTIN_300` for a code younger than this table. */
export function builtinName(code: number): string {
  return names[code] ?? `BUILTIN_${code}`;
}

/** The inverse of `builtinName`; undefined for a custom operator's name. */
export function builtinCode(name: string): number | undefined {
  const unknown = /^BUILTIN_(\d{1,10})$/.exec(name);
  return codes.get(name) ?? (unknown ? Number(unknown[1]) : undefined);
}

/** The options table an operator carries by the schema, null where it has none. */
export function optionsTableOf(builtin: string): string | null {
  return options.get(builtin) ?? null;
}
