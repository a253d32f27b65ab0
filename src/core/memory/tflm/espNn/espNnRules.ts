import { geometryOf, strideOf } from '../cmsisNn/convolutionGeometry';
import { dimsOf, type KernelNode } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { scratch, UnknownRequests } from '../kernelRequests';
import { conv, depthwiseConv } from '../reference/convolution';
import { softmaxTables } from '../reference/softmax';
import type { EspNnSet } from './espNnSet';
import { convS3Bytes, depthwiseS3Bytes } from './s3Scratch';

/** A reference kernel's rule with ESP-NN's scratch after it, and the index of that buffer in the structure it keeps. */
function withScratch(reference: KernelRule, keeps: number, bytesOf: (node: KernelNode) => number): KernelRule {
  return (node) => {
    const requests = reference(node);
    const bytes = node.needInput(0).dtype === 'int8' ? bytesOf(node) : 0;
    return { ...requests, init: [keeps], prepare: [...requests.prepare, ...(bytes > 0 ? [scratch(bytes)] : [])] };
  };
}

function convBytes(node: KernelNode): number {
  return convS3Bytes({ ...geometryOf(node), stride: strideOf(node) });
}

function depthwiseBytes(node: KernelNode): number {
  const multiplier = node.option('depth_multiplier');
  return depthwiseS3Bytes(
    { ...geometryOf(node), stride: strideOf(node) },
    typeof multiplier === 'number' ? multiplier : 0,
  );
}

const noScratch = () => 0;

/** A row of int32; prepare takes the second dimension for the row's length, whatever the rank. */
function softmaxScratch(node: KernelNode): readonly MemoryRequest[] {
  if (node.needInput(0).dtype !== 'int8' || node.needOutput(0).dtype !== 'int8') return [];
  const width = dimsOf(node.needInput(0))[1];
  if (width === undefined) throw new UnknownRequests('ESP-NN cannot size the scratch of a SOFTMAX of one dimension.');
  return width > 0 ? [scratch(4 * width)] : [];
}

/**
 * What the kernels ask for whose requests ESP-NN changes, by the operator's name in the file; ADD, MUL, FULLY_CONNECTED
 * and pooling ask for what TFLM's own do. An estimate: read from source, not held against a run. Source:
 * tensorflow/lite/micro/kernels/esp_nn of espressif/esp-tflite-micro 99f49e14 with ESP-NN d45b843c, NN_OPTIMIZED.
 */
export function espNnRules(set: EspNnSet): ReadonlyMap<string, KernelRule> {
  const isS3 = set === 'esp-nn-s3';
  const softmax: KernelRule = (node) => ({
    init: [64],
    prepare: [...softmaxTables(node), ...softmaxScratch(node)],
  });
  return new Map([
    ['CONV_2D', withScratch(conv, 60, isS3 ? convBytes : noScratch)],
    ['DEPTHWISE_CONV_2D', withScratch(depthwiseConv, 60, isS3 ? depthwiseBytes : noScratch)],
    ['SOFTMAX', softmax],
  ]);
}
