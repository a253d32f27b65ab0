import { describe, expect, it } from 'vitest';
import { appendOutputs } from '../../../../../src/core/formats/onnx/appendOutputs';
import { onnxFormat, readOnnxAsStored } from '../../../../../src/core/formats/onnx/onnxFormat';
import { writeOnnx } from '../../../../../src/core/formats/onnx/writeOnnx';
import type { Model } from '../../../../../src/core/ir/model';
import { mainGraph } from '../../../../../src/core/ir/model';
import { perTensor } from '../../../../../src/core/ir/quantization';
import type { Quantization } from '../../../../../src/core/ir/quantization';
import type { ConstantData, Tensor } from '../../../../../src/core/ir/tensor';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { branchNet, externalDataNet, pseudoRandom, qdqNet, tinyConvNet } from '../../../../fixtures/onnxModels';
import type { OnnxRun } from '../../../../fixtures/onnxRuntimeProcess';
import { runInOnnxRuntime } from '../../../../fixtures/onnxRuntimeProcess';
import { describeModel } from './describeModel';

const image = { x: { type: 'float32', shape: [1, 3, 8, 8], values: [...pseudoRandom(192, 11)] } };

function outputsOf(runs: readonly OnnxRun[]): readonly Readonly<Record<string, readonly number[]>>[] {
  return runInOnnxRuntime(runs).map((result) => {
    if ('error' in result) throw new Error(result.error);
    return result.outputs;
  });
}

function read(bytes: Uint8Array, files: Readonly<Record<string, Uint8Array>> = {}): Model {
  return onnxFormat.read(new MemoryByteSource(bytes, 'model.onnx', files));
}

describe('writeOnnx', () => {
  it('gives back a model that reads the same', () => {
    for (const bytes of [tinyConvNet(), branchNet(), qdqNet()]) {
      const model = read(bytes);
      expect(describeModel(read(writeOnnx(model)))).toEqual(describeModel(model));
    }
  });

  it('writes models that compute the same in ONNX Runtime', () => {
    const branch = {
      condition: { type: 'bool', shape: [], values: [0] },
      x: { type: 'float32', shape: [2], values: [5, 7] },
    };
    const cases = [
      { model: tinyConvNet(), inputs: image },
      { model: branchNet(), inputs: branch },
      { model: qdqNet(), inputs: image },
    ];
    const before = outputsOf(cases);
    const after = outputsOf(cases.map(({ model, inputs }) => ({ model: writeOnnx(read(model)), inputs })));
    expect(after).toEqual(before);
    expect(before[1]).toEqual({ y: [4, 6] });
  });

  it('takes external data into the file', () => {
    const { model, files } = externalDataNet();
    const written = writeOnnx(read(model, files));
    expect(
      outputsOf([{ model: written, inputs: { x: { type: 'float32', shape: [4], values: [1, 1, 1, 1] } } }]),
    ).toEqual([{ y: [2, 3, 4, 5] }]);
  });

  it('refuses to write when external data is missing', () => {
    const model = read(externalDataNet().model);
    expect(() => writeOnnx(model)).toThrow(expect.objectContaining({ reason: 'missing-external-data' }));
  });

  it.each([17, 12, 9])('puts QuantizeLinear and DequantizeLinear around a quantized model of opset %i', (opset) => {
    const model = read(tinyConvNet(opset));
    const { floatRun, activations } = calibrated(tinyConvNet(opset));
    const quantized = quantizeToInt8(model, activations);
    const [result] = outputsOf([{ model: writeOnnx(quantized), inputs: image }]);
    const error = Math.max(...result!.y!.map((value, index) => Math.abs(value - floatRun.y![index]!)));
    const range = Math.max(...floatRun.y!.map(Math.abs));
    expect(error).toBeGreaterThan(0);
    expect(error / range).toBeLessThan(0.05);
    const again = read(writeOnnx(quantized));
    expect(mainGraph(again).nodes.map((node) => node.source.op)).toEqual([
      'QuantizeLinear',
      'Conv',
      'Relu',
      'Conv',
      'GlobalAveragePool',
      'Flatten',
      'Gemm',
      'DequantizeLinear',
    ]);
    const weights = mainGraph(again).tensors.find((tensor) => tensor.name === 'w1');
    expect(weights).toMatchObject({ dtype: 'int8', quantization: { axis: 0 } });
    expect(mainGraph(again).tensors.find((tensor) => tensor.name === 'relu')?.dtype).toBe('int8');
    // What has been read back is the same network again.
    expect(outputsOf([{ model: writeOnnx(again), inputs: image }])).toEqual([result]);
  });

  it('raises an old opset to 13 only when every operator keeps its meaning', () => {
    const opsetsOf = (bytes: Uint8Array): unknown =>
      read(writeOnnx(quantizeToInt8(read(bytes), calibrated(bytes).activations))).opsets;
    expect(opsetsOf(tinyConvNet(17))).toEqual({ '': 17 });
    expect(opsetsOf(tinyConvNet(12))).toEqual({ '': 13 });
    expect(opsetsOf(tinyConvNet(12, 'Softmax'))).toEqual({ '': 12, 'com.microsoft': 1 });
    expect(() => opsetsOf(tinyConvNet(9, 'Softmax'))).toThrow(
      expect.objectContaining({ reason: 'unsupported-operator', details: ['Softmax'] }),
    );
  });

  it('writes per-axis parameters that run when the opset has to stay old', () => {
    const bytes = tinyConvNet(12, 'Softmax');
    const { floatRun, activations } = calibrated(bytes);
    const [result] = outputsOf([{ model: writeOnnx(quantizeToInt8(read(bytes), activations)), inputs: image }]);
    floatRun.y!.forEach((value, index) => expect(result!.y![index]!).toBeCloseTo(value, 1));
  });
});

describe('appendOutputs', () => {
  it('makes intermediates outputs and leaves results as they are', () => {
    const { floatRun } = calibrated(tinyConvNet());
    const [plain] = outputsOf([{ model: tinyConvNet(), inputs: image }]);
    expect(Object.keys(floatRun).sort()).toEqual(['conv', 'depthwise', 'flat', 'pooled', 'relu', 'y']);
    expect(floatRun.relu).toEqual(floatRun.conv!.map((value) => Math.max(value, 0)));
    floatRun.y!.forEach((value, index) => expect(value).toBeCloseTo(plain!.y![index]!, 4));
  });

  it('brings external data along', () => {
    const { model, files } = externalDataNet();
    const bytes = appendOutputs(new MemoryByteSource(model, 'model.onnx', files), [{ name: 'w', dtype: 'float32' }]);
    const outputs = outputsOf([{ model: bytes, inputs: { x: { type: 'float32', shape: [4], values: [0, 0, 0, 0] } } }]);
    expect(outputs).toEqual([{ y: [1, 2, 3, 4], w: [1, 2, 3, 4] }]);
  });
});

describe('folding of Q and DQ nodes', () => {
  const stored = mainGraph(readOnnxAsStored(new MemoryByteSource(qdqNet())));
  const folded = mainGraph(read(qdqNet()));

  it('leaves the operators and the float inputs and outputs', () => {
    expect(stored.nodes).toHaveLength(11);
    expect(folded.nodes.map((node) => node.op.kind)).toEqual([
      'Quantize',
      'Conv2d',
      'Pool',
      'Activation',
      'Dequantize',
    ]);
    expect(folded.inputs.map((id) => folded.tensors[id]?.dtype)).toEqual(['float32']);
    expect(folded.outputs.map((id) => folded.tensors[id]?.dtype)).toEqual(['float32']);
  });

  it('moves scales and zero points into tensors', () => {
    const named = (name: string): Tensor | undefined => folded.tensors.find((tensor) => tensor.name === name);
    expect(named('x_q')?.quantization).toEqual(perTensor(0.02, 3));
    expect(named('conv_q')?.quantization).toEqual(perTensor(0.05, -128));
    expect(named('w')?.quantization?.scales).toEqual(Float32Array.of(0.01, 0.02, 0.015, 0.005));
    expect(named('b')).toMatchObject({ dtype: 'int32', quantization: { axis: 0 } });
    expect(named('w_scale')).toBeUndefined();
    expect(folded.nodes[1]?.inputs.map((id) => folded.tensors[id!]?.name)).toEqual(['x_q', 'w', 'b']);
  });

  it('marks operators that work on the stored integers', () => {
    expect(folded.nodes.filter((node) => node.source.integer).map((node) => node.source.op)).toEqual(['MaxPool']);
  });
});

/** Outputs of every node for one image, and the quantization their ranges ask for. */
function calibrated(model: Uint8Array): {
  readonly floatRun: Readonly<Record<string, readonly number[]>>;
  readonly activations: ReadonlyMap<string, Quantization>;
} {
  const names = ['conv', 'relu', 'depthwise', 'pooled', 'flat'];
  const bytes = appendOutputs(
    new MemoryByteSource(model),
    [...names, 'y'].map((name) => ({ name, dtype: 'float32' as const })),
  );
  const [floatRun] = outputsOf([{ model: bytes, inputs: image }]);
  const ranges = { x: image.x.values, ...floatRun };
  const activations = new Map(
    Object.entries(ranges).map(([name, values]) => {
      const low = Math.min(0, ...values);
      const scale = (Math.max(0, ...values) - low) / 255;
      return [name, perTensor(scale, Math.round(-128 - low / scale))] as const;
    }),
  );
  return { floatRun: floatRun!, activations };
}

/** What a quantizer hands over: int8 activations, int8 weights per channel, int32 biases, float inputs and outputs. */
function quantizeToInt8(model: Model, activations: ReadonlyMap<string, Quantization>): Model {
  const graph = mainGraph(model);
  const edges = new Set([...graph.inputs, ...graph.outputs]);
  const weightScales = new Map<number, Float32Array>();
  const tensors = graph.tensors.map((tensor) => {
    const quantization = activations.get(tensor.name);
    if (quantization) return { ...tensor, quantization, ...(edges.has(tensor.id) ? {} : { dtype: 'int8' as const }) };
    if (!tensor.name.startsWith('w')) return tensor;
    const quantized = perChannel(tensor);
    weightScales.set(tensor.id, quantized.quantization!.scales as Float32Array);
    return quantized;
  });
  for (const node of graph.nodes) {
    const [x, weights, bias] = node.inputs;
    if (bias === undefined || bias === null) continue;
    const inputScale = tensors[x!]!.quantization!.scales[0]!;
    const scales = weightScales.get(weights!)!.map((scale) => scale * inputScale);
    const floats = new Float32Array(tensors[bias]!.constant!.read().slice().buffer);
    const values = Int32Array.from(floats, (value, index) => Math.round(value / scales[index]!));
    tensors[bias] = {
      ...tensors[bias]!,
      dtype: 'int32',
      constant: inMemory(new Uint8Array(values.buffer), `bias ${bias}`),
      quantization: { scales, zeroPoints: new Int32Array(scales.length), axis: 0 },
    };
  }
  return { ...model, graphs: [{ ...graph, tensors }] };
}

function perChannel(tensor: Tensor): Tensor {
  const floats = new Float32Array(tensor.constant!.read().slice().buffer);
  const channels = Number(tensor.shape![0]);
  const size = floats.length / channels;
  const scales = Float32Array.from(
    { length: channels },
    (_, channel) => Math.max(...floats.subarray(channel * size, (channel + 1) * size).map(Math.abs)) / 127,
  );
  const values = Int8Array.from(floats, (value, index) => Math.round(value / scales[Math.floor(index / size)]!));
  return {
    ...tensor,
    dtype: 'int8',
    constant: inMemory(new Uint8Array(values.buffer), `weights ${tensor.id}`),
    quantization: { scales, zeroPoints: new Int32Array(channels), axis: 0 },
  };
}

function inMemory(bytes: Uint8Array, key: string): ConstantData {
  return { byteLength: bytes.byteLength, storedBytes: bytes.byteLength, key, read: () => bytes };
}
