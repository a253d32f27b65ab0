/** Enums of the TFLite schema, names by value. Facts from schema.fbs of LiteRT, schema version 3c. */

export const tensorTypes = [
  'FLOAT32',
  'FLOAT16',
  'INT32',
  'UINT8',
  'INT64',
  'STRING',
  'BOOL',
  'INT16',
  'COMPLEX64',
  'INT8',
  'FLOAT64',
  'COMPLEX128',
  'UINT64',
  'RESOURCE',
  'VARIANT',
  'UINT32',
  'UINT16',
  'INT4',
  'BFLOAT16',
  'INT2',
  'UINT4',
  'FLOAT8_E4M3FN',
  'FLOAT8_E5M2',
] as const;

export const paddings = ['SAME', 'VALID'] as const;
export const activations = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;
export const dimensionTypes = ['DENSE', 'SPARSE_CSR'] as const;
export const lshProjectionTypes = ['UNKNOWN', 'SPARSE', 'DENSE'] as const;
export const fullyConnectedWeightsFormats = ['DEFAULT', 'SHUFFLED4x16INT8'] as const;
export const lstmKernelTypes = ['FULL', 'BASIC'] as const;
export const combinerTypes = ['SUM', 'MEAN', 'SQRTN'] as const;
export const mirrorPadModes = ['REFLECT', 'SYMMETRIC'] as const;
export const customOptionsFormats = ['FLEXBUFFERS'] as const;
export const rngAlgorithms = ['DEFAULT', 'PHILOX', 'THREEFRY'] as const;
export const stablehloPrecisions = ['DEFAULT', 'HIGH', 'HIGHEST'] as const;
export const reduceWindowFunctions = ['UNSUPPORTED', 'ADD', 'MUL', 'MINIMUM', 'MAXIMUM', 'ALL', 'ANY'] as const;

export const stablehloComparisonDirections = [
  'STABLEHLO_COMPARISON_DIRECTION_EQ',
  'STABLEHLO_COMPARISON_DIRECTION_NE',
  'STABLEHLO_COMPARISON_DIRECTION_GE',
  'STABLEHLO_COMPARISON_DIRECTION_GT',
  'STABLEHLO_COMPARISON_DIRECTION_LE',
  'STABLEHLO_COMPARISON_DIRECTION_LT',
] as const;

export const stablehloComparisonTypes = [
  'STABLEHLO_COMPARISON_TYPE_NOTYPE',
  'STABLEHLO_COMPARISON_TYPE_FLOAT',
  'STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER',
  'STABLEHLO_COMPARISON_TYPE_SIGNED',
  'STABLEHLO_COMPARISON_TYPE_UNSIGNED',
] as const;
