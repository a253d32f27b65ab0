import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../src/core/formats/readModel';
import { writeTflite } from '../../../../../src/core/formats/tflite/writeTflite';
import { mainGraph, type Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { verify } from '../../../../../src/core/ir/verify';
import { withMainGraph } from '../../../../../src/core/transforms/fold/dropUnused';
import { ActivationHistogram } from '../../../../../src/core/transforms/quantize/activationHistogram';
import { activationsOf, quantizeTflite } from '../../../../../src/core/transforms/quantize/quantizeTflite';
import { quantizeRefusal } from '../../../../../src/core/transforms/quantize/refusal';
import { readBytes } from '../../../../fixtures/sharedFiles';
import {
  floatConvDense,
  floatDepthwiseResidual,
  hybridConvDense,
  int8ConvDense,
  TfliteBuilder,
} from '../../../../fixtures/tfliteBuilder';

function seen(ranges: Readonly<Record<number, readonly [number, number]>>) {
  return new Map(
    Object.entries(ranges).map(([id, values]) => {
      const histogram = new ActivationHistogram();
      histogram.add(Float32Array.from(values));
      return [Number(id), histogram] as const;
    }),
  );
}

function everywhere(model: Model, low: number, high: number) {
  return seen(Object.fromEntries(activationsOf(mainGraph(model)).map((id) => [id, [low, high] as const])));
}

/** The quantized model as its file says it. */
function written(model: Model, observations: ReturnType<typeof seen>): Model {
  const { model: compact } = withMainGraph(model, quantizeTflite(model, observations, 'minmax'));
  return readModel(new MemoryByteSource(writeTflite(compact), 'q.tflite'));
}

const dense = { fused_activation_function: 'RELU', weights_format: 'DEFAULT', keep_num_dims: false };

/** x [1,2] -> FULLY_CONNECTED 2, RELU -> RESHAPE -> LOGISTIC. */
function threeLayers() {
  const b = new TfliteBuilder();
  const x = b.input('x', 'float32', [1, 2]);
  const weights = b.constant('w', [2, 2], Float32Array.of(0.6, -1, 0.25, 0.75));
  const bias = b.constant('b', [2], Float32Array.of(0.1, -0.3));
  const hidden = b.activation('hidden', 'float32', [1, 2]);
  const flat = b.activation('flat', 'float32', [2]);
  const y = b.activation('y', 'float32', [2]);
  b.node('FULLY_CONNECTED', [x, weights, bias], [hidden], dense);
  b.node('RESHAPE', [hidden], [flat], { new_shape: [2] });
  b.node('LOGISTIC', [flat], [y]);
  return { model: b.outputs(y).model(), ids: { x, weights, bias, hidden, flat, y } };
}

describe('quantizeTflite', () => {
  it('gives the integers worked out by hand', () => {
    const { model, ids } = threeLayers();
    const observations = seen({
      [ids.x]: [-1, 0.9125],
      [ids.hidden]: [0, 1.7],
      [ids.flat]: [0, 1.7],
      [ids.y]: [0.5, 0.9],
    });
    const graph = mainGraph(written(model, observations));
    const named = (name: string) => graph.tensors.find((tensor) => tensor.name === name)!;
    const [input, w, b] = [named('x'), named('w'), named('b')];
    // 1.9125 / 255 is 0.0075 a step; zero lies 133.3 steps above -128.
    expect(input.quantization!.scales[0]).toBeCloseTo(0.0075, 8);
    expect(input.quantization!.zeroPoints[0]).toBe(5);
    // Largest weight 1 is 127: 0.6 is 76.2, 0.25 is 31.75, 0.75 is 95.25.
    expect(Array.from(new Int8Array(w.constant!.read().slice().buffer))).toEqual([76, -127, 32, 95]);
    expect(w.quantization!.axis).toBeNull();
    // 0.1 · 127 / 0.0075 is 1693.3, three times that 5080.
    expect(Array.from(new Int32Array(b.constant!.read().slice().buffer))).toEqual([1693, -5080]);
    expect(named('hidden').quantization!.zeroPoints[0]).toBe(-128);
    // A reshape keeps the scale, a logistic has a fixed one.
    expect(named('flat').quantization!.scales[0]).toBe(named('hidden').quantization!.scales[0]);
    expect([named('y').quantization!.scales[0], named('y').quantization!.zeroPoints[0]]).toEqual([1 / 256, -128]);
    expect(graph.nodes.map((node) => node.source.version)).toEqual([4, 1, 2]);
  });

  it.each(Object.entries({ floatConvDense, floatDepthwiseResidual }))('makes every value of %s int8', (_, build) => {
    const model = build().model();
    const result = written(model, everywhere(model, -1, 2));
    const graph = mainGraph(result);
    expect(verify(result)).toEqual([]);
    expect(graph.tensors.filter((tensor) => tensor.dtype === 'float32')).toEqual([]);
    expect([...graph.inputs, ...graph.outputs].map((id) => graph.tensors[id]!.dtype)).toEqual(['int8', 'int8']);
  });

  it('brings a sigmoid to the scale of what it is joined with', () => {
    const b = new TfliteBuilder();
    const x = b.input('x', 'float32', [1, 2]);
    const s = b.activation('s', 'float32', [1, 2]);
    const y = b.activation('y', 'float32', [1, 4]);
    b.node('LOGISTIC', [x], [s]);
    b.node('CONCATENATION', [x, s], [y], { axis: 1, fused_activation_function: 'NONE' });
    const model = b.outputs(y).model();
    const graph = quantizeTflite(model, seen({ [x]: [-4, 4], [s]: [0, 1], [y]: [-4, 4] }), 'minmax');
    expect(graph.nodes.map((node) => node.source.op)).toEqual(['LOGISTIC', 'QUANTIZE', 'CONCATENATION']);
    const concat = graph.nodes[2]!;
    const scales = [...concat.inputs, ...concat.outputs].map((id) => graph.tensors[id!]!.quantization!.scales[0]);
    expect(new Set(scales).size).toBe(1);
  });

  it('names the node whose values are not numbers', () => {
    const { model, ids } = threeLayers();
    const observations = seen({ [ids.x]: [-1, 1], [ids.hidden]: [0, NaN], [ids.flat]: [0, 1], [ids.y]: [0, 1] });
    expect(() => quantizeTflite(model, observations, 'mse')).toThrow(/FULLY_CONNECTED 0 \(hidden\)/);
  });
});

describe('quantizeRefusal', () => {
  it('takes float models, float16 weights too', () => {
    expect(quantizeRefusal(floatConvDense().model())).toBeNull();
    const face = readBytes('node_modules/@mediapipe/face_detection/face_detection_short_range.tflite');
    expect(quantizeRefusal(readModel(new MemoryByteSource(face, 'face.tflite')))).toBeNull();
  });

  it('says what is quantized already', () => {
    expect(quantizeRefusal(int8ConvDense().model())).toMatch(/already quantized \(int8\)/);
    expect(quantizeRefusal(hybridConvDense().model())).toMatch(/float version/);
  });

  it('names operators that have no int8 form', () => {
    const b = floatConvDense();
    const y = b.activation('exp', 'float32', [1, 5]);
    b.node('EXP', [6], [y]);
    expect(quantizeRefusal(b.outputs(y).model())).toMatch(/because of EXP\./);
  });
});
