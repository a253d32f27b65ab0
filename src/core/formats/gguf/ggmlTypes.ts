import type { DType } from '../../ir/dtype';

/** How elements of one ggml type lie in a file. */
export interface GgmlType {
  readonly name: string;
  /** Elements of one block. */
  readonly block: number;
  /** Bytes of one block. */
  readonly bytes: number;
  /** The same type in our terms; `unknown` for blocks with scales of their own. */
  readonly dtype: DType;
}

function plain(name: string, dtype: DType, bytes: number): GgmlType {
  return { name, block: 1, bytes, dtype };
}

function blocks(name: string, block: number, bytes: number): GgmlType {
  return { name, block, bytes, dtype: 'unknown' };
}

/** By number. Source: GGMLQuantizationType and GGML_QUANT_SIZES in ggml-org/llama.cpp, gguf-py/gguf/constants.py. */
const types: ReadonlyMap<number, GgmlType> = new Map([
  [0, plain('F32', 'float32', 4)],
  [1, plain('F16', 'float16', 2)],
  [2, blocks('Q4_0', 32, 18)],
  [3, blocks('Q4_1', 32, 20)],
  [6, blocks('Q5_0', 32, 22)],
  [7, blocks('Q5_1', 32, 24)],
  [8, blocks('Q8_0', 32, 34)],
  [9, blocks('Q8_1', 32, 40)],
  [10, blocks('Q2_K', 256, 84)],
  [11, blocks('Q3_K', 256, 110)],
  [12, blocks('Q4_K', 256, 144)],
  [13, blocks('Q5_K', 256, 176)],
  [14, blocks('Q6_K', 256, 210)],
  [15, blocks('Q8_K', 256, 292)],
  [16, blocks('IQ2_XXS', 256, 66)],
  [17, blocks('IQ2_XS', 256, 74)],
  [18, blocks('IQ3_XXS', 256, 98)],
  [19, blocks('IQ1_S', 256, 50)],
  [20, blocks('IQ4_NL', 32, 18)],
  [21, blocks('IQ3_S', 256, 110)],
  [22, blocks('IQ2_S', 256, 82)],
  [23, blocks('IQ4_XS', 256, 136)],
  [24, plain('I8', 'int8', 1)],
  [25, plain('I16', 'int16', 2)],
  [26, plain('I32', 'int32', 4)],
  [27, plain('I64', 'int64', 8)],
  [28, plain('F64', 'float64', 8)],
  [29, blocks('IQ1_M', 256, 56)],
  [30, plain('BF16', 'bfloat16', 2)],
  [34, blocks('TQ1_0', 256, 54)],
  [35, blocks('TQ2_0', 256, 66)],
  [39, blocks('MXFP4', 32, 17)],
]);

/** Null for a type newer than the table. */
export function ggmlType(number: number): GgmlType | null {
  return types.get(number) ?? null;
}
