import type { Graph } from '../../ir/graph';
import { mainGraph, type Model } from '../../ir/model';
import { foldConstantDequantize } from './foldConstantDequantize';
import { replaceTransposeConvBias } from './transposeConvBias';

/**
 * The main graph as transforms and the lowering want it: float16 weights as float32 constants, known custom operators
 * as the builtins they stand for. Ids of tensors stay; `source.index` still says which node of the file it was.
 */
export function preparedGraph(model: Model, half: 'decoded' | 'kept' = 'decoded'): Graph {
  const graph = mainGraph(model);
  return model.format === 'tflite' ? replaceTransposeConvBias(foldConstantDequantize(graph, half)) : graph;
}
