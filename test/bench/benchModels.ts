import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { OnnxBuilder, encodeNode, encodeOpset, encodeValueInfo } from '../../src/core/formats/onnx/onnxBuilder';
import { GRAPH, MODEL, TENSOR, dataTypeOf } from '../../src/core/formats/onnx/onnxFields';
import { ProtoWriter } from '../../src/core/formats/onnx/protobuf/protoWriter';
import { TfliteBuilder } from '../fixtures/tfliteBuilder';

/** Where benches lay what they make; git-ignored. */
export const benchFolder = path.resolve('out', 'bench');

const LENGTH_DELIMITED = 2;

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function header(field: number, byteLength: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(byteLength)]);
}

/**
 * An ONNX file of `layers` times MatMul and Relu on [1, width], written with holes where the weights (zeros) lie: the
 * file is large, the disk hardly used. A layer weighs 4 * width * width bytes.
 */
export function writeLargeOnnx(file: string, layers: number, width: number): void {
  const weightBytes = 4 * width * width;
  const tensors = Array.from({ length: layers }, (_, layer) => {
    const fields = new ProtoWriter().packedVarints(TENSOR.dims, [width, width]);
    return fields.varint(TENSOR.dataType, dataTypeOf('float32')).text(TENSOR.name, `w${layer}`).finish();
  });
  const raw = header(TENSOR.rawData, weightBytes);
  const tensorBytes = (fields: Uint8Array): number => fields.length + raw.length + weightBytes;
  const small = graphWithoutWeights(layers, width);
  const graphBytes = tensors.reduce(
    (sum, fields) => sum + header(GRAPH.initializer, tensorBytes(fields)).length + tensorBytes(fields),
    small.length,
  );
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  let position = 0;
  const put = (bytes: Uint8Array): void => {
    writeSync(descriptor, bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  put(new ProtoWriter().varint(MODEL.irVersion, 8).text(MODEL.producerName, 'bench').finish());
  put(header(MODEL.graph, graphBytes));
  put(small);
  for (const fields of tensors) {
    put(header(GRAPH.initializer, tensorBytes(fields)));
    put(fields);
    put(raw);
    position += weightBytes;
  }
  put(new ProtoWriter().message(MODEL.opsetImport, encodeOpset('', 17)).finish());
  ftruncateSync(descriptor, position);
  closeSync(descriptor);
}

function graphWithoutWeights(layers: number, width: number): Uint8Array {
  const graph = new ProtoWriter().text(GRAPH.name, 'large');
  for (let layer = 0; layer < layers; layer += 1) {
    const from = layer === 0 ? 'x' : `r${layer - 1}`;
    graph.message(GRAPH.node, encodeNode('MatMul', [from, `w${layer}`], [`m${layer}`], {}, '', `dense${layer}`));
    graph.message(GRAPH.node, encodeNode('Relu', [`m${layer}`], [`r${layer}`], {}, '', `relu${layer}`));
  }
  graph.message(GRAPH.input, encodeValueInfo('x', 'float32', [1, width]));
  return graph.message(GRAPH.output, encodeValueInfo(`r${layers - 1}`, 'float32', [1, width])).finish();
}

/** A TFLite file of `layers` FULLY_CONNECTED on [1, width]. A layer weighs 4 * width * width bytes, all zeros. */
export function largeTflite(layers: number, width: number): Uint8Array {
  const builder = new TfliteBuilder();
  const options = { fused_activation_function: 'RELU', weights_format: 'DEFAULT', keep_num_dims: false };
  let last = builder.input('x', 'float32', [1, width]);
  for (let layer = 0; layer < layers; layer += 1) {
    const weights = builder.constant(`w${layer}`, [width, width], new Float32Array(width * width));
    const output = builder.activation(`m${layer}`, 'float32', [1, width]);
    builder.node('FULLY_CONNECTED', [last, weights, null], [output], options);
    last = output;
  }
  return builder.outputs(last).bytes();
}

/** `nodes` operators in residual blocks of four: Conv, Relu, Conv, Add. */
export function residualOnnx(nodes: number): Uint8Array {
  const kernel = new Uint8Array(4 * 8 * 8);
  const builder = new OnnxBuilder({ opset: 17 }).input('x', 'float32', [1, 8, 16, 16]);
  let last = 'x';
  for (let block = 0; block < nodes / 4; block += 1) {
    const name = (part: string): string => `block${block}/${part}`;
    for (const weights of ['w1', 'w2']) builder.initializer(name(weights), 'float32', [8, 8, 1, 1], kernel);
    builder
      .node('Conv', [last, name('w1')], [name('a')], {}, '', name('conv1'))
      .node('Relu', [name('a')], [name('b')], {}, '', name('relu'))
      .node('Conv', [name('b'), name('w2')], [name('c')], {}, '', name('conv2'))
      .node('Add', [name('c'), last], [name('y')], {}, '', name('add'));
    last = name('y');
  }
  return builder.output(last, 'float32', [1, 8, 16, 16]).build();
}
