import { realValues } from '../../ir/decode';
import { bitsOf } from '../../ir/dtype';
import type { Graph } from '../../ir/graph';
import type { ConstantData, Tensor } from '../../ir/tensor';

/**
 * Takes out Dequantize nodes whose input is a constant: their outputs become float32 constants, decoded when read.
 * That is how files with float16 weights are made (TFLite's float16 quantization). Tensor ids stay; the constants that
 * nothing reads any more stay in the list until `dropUnused`. `half: 'kept'` leaves float16 ones as float16 constants.
 */
export function foldConstantDequantize(graph: Graph, half: 'decoded' | 'kept' = 'decoded'): Graph {
  const tensors = [...graph.tensors];
  const nodes = graph.nodes.filter((node) => {
    const input = node.inputs[0];
    const output = node.outputs[0];
    if (node.op.kind !== 'Dequantize' || input === undefined || input === null || output === undefined) return true;
    const stored = tensors[input]!;
    if (!stored.constant || stored.isSparse) return true;
    if (half === 'kept' && stored.dtype === 'float16') {
      tensors[output] = { ...tensors[output]!, dtype: 'float16', quantization: null, constant: stored.constant };
      return false;
    }
    tensors[output] = { ...tensors[output]!, dtype: 'float32', quantization: null, constant: decoded(stored) };
    return false;
  });
  if (nodes.length === graph.nodes.length) return graph;
  return { ...graph, tensors, nodes: nodes.map((node, id) => ({ ...node, id })) };
}

function decoded(stored: Tensor): ConstantData {
  const constant = stored.constant!;
  const count = Math.floor((constant.byteLength * 8) / bitsOf(stored.dtype));
  return {
    byteLength: count * 4,
    storedBytes: constant.storedBytes,
    key: `${constant.key} as float32`,
    read: () => {
      const { at } = realValues(stored);
      const values = Float32Array.from({ length: count }, (_, index) => at(index));
      return new Uint8Array(values.buffer);
    },
  };
}
