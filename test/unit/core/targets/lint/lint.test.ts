import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../src/core/formats/readModel';
import { ModelError } from '../../../../../src/core/ir/errors';
import { inferShapes } from '../../../../../src/core/ir/inferShapes';
import type { Model } from '../../../../../src/core/ir/model';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { boardById } from '../../../../../src/core/targets/boards';
import { helpOf } from '../../../../../src/core/targets/lint/catalog';
import { lint } from '../../../../../src/core/targets/lint/lint';
import type { RuntimeId } from '../../../../../src/core/targets/runtime';
import { runtimeById } from '../../../../../src/core/targets/runtimes';
import { GraphByHand, modelOf } from '../../memory/graphByHand';
import { oneNode, type NodeSpec, type TensorSpec } from './oneNode';

const shared = resolve(__dirname, '../../../../../../shared');
const truthFile = resolve(shared, 'reference/tflm-truth.json');

function findings(
  model: Model,
  { runtime = 'tflm', board = '', arena = 0 }: { runtime?: RuntimeId; board?: string; arena?: number } = {},
) {
  return lint({
    model,
    runtime: runtimeById(runtime)!,
    board: boardById(board),
    need: { arena, flash: model.fileBytes },
  });
}

/** The findings of one rule in a model of one node. */
function found(rule: string, operator: string, spec: NodeSpec, runtime: RuntimeId = 'tflm') {
  return findings(oneNode(operator, spec), { runtime }).filter((finding) => finding.rule === `tinyml/${rule}`);
}

const float: TensorSpec = { shape: [1, 4] };
const fullyConnected = { kind: 'FullyConnected', weights: 'OI', keepDims: false, activation: 'none' } as const;
const scatter: NodeSpec = { inputs: [float], outputs: [float] };

describe('lint', () => {
  it('names an operator that TFLM has no kernel for, at its node, and what to do', () => {
    const [first] = findings(oneNode('SCATTER_ND', scatter));
    expect(first).toMatchObject({ rule: 'tinyml/missing-operator', severity: 'error', node: 0 });
    expect(first?.message).toContain('SCATTER_ND');
    expect(first?.help).toBe(helpOf('tinyml/missing-operator'));
  });

  it('tells operators of TensorFlow, composites and compiled NPU code from those that are merely missing', () => {
    expect(found('flex-operator', 'FlexSoftplus', { ...scatter, isCustom: true })).toHaveLength(1);
    expect(found('composite-operator', 'STABLEHLO_COMPOSITE', scatter)).toHaveLength(1);
    expect(found('ethos-u-operator', 'ethos-u', { ...scatter, isCustom: true })).toHaveLength(1);
    expect(found('missing-operator', 'ethos-u', { ...scatter, isCustom: true })).toEqual([]);
  });

  it('holds each runtime against its own list, and one without a list against none', () => {
    const model = oneNode('SOFTMAX', { inputs: [float], outputs: [float] });
    expect(findings(model, { runtime: 'tinyengine' })).toMatchObject([{ rule: 'tinyml/missing-operator' }]);
    expect(findings(model, { runtime: 'onnxruntime' })).toEqual([]);
  });

  it('does not hold ONNX operators against a list of TFLite ones', () => {
    const model = { ...oneNode('Softmax', { inputs: [float], outputs: [float] }), format: 'onnx' } as const;
    expect(findings(model)).toMatchObject([{ rule: 'tinyml/format-not-taken' }]);
  });

  it('warns of an arena above every region and of a model above the flash, and what external memory would do', () => {
    const model = modelOf([new GraphByHand().tensor('x', [16]).graph(['x'], ['x'])], { fileBytes: 3_000_000 });
    const tooLarge = findings(model, { board: 'portenta_h7_m7', arena: 600_000 });
    expect(tooLarge.map(({ rule }) => rule)).toEqual(['tinyml/arena-above-region', 'tinyml/weights-above-flash']);
    expect(tooLarge[0]?.message).toContain('512 KiB. It would fit SDRAM');
    expect(findings(model, { board: 'portenta_h7_m7', arena: 524_288 })).toHaveLength(1);
  });

  it('says why a kernel refuses its node, by what is wrong with it, for TFLM only', () => {
    const dense = (x: TensorSpec, w: TensorSpec): NodeSpec => ({
      op: fullyConnected,
      inputs: [x, { shape: [2, 4], constant: true, ...w }],
      outputs: [{ ...x, shape: [1, 2] }],
    });
    const hybrid = dense({ shape: [1, 4] }, { dtype: 'int8', scale: 1 });
    expect(found('hybrid-quantization', 'FULLY_CONNECTED', hybrid)).toMatchObject([{ severity: 'error', node: 0 }]);
    expect(findings(oneNode('FULLY_CONNECTED', hybrid), { runtime: 'onnxruntime' })).toEqual([]);
    const uint8 = { dtype: 'uint8', scale: 1, shape: [1, 4] } as const;
    expect(found('uint8-quantization', 'FULLY_CONNECTED', dense(uint8, { dtype: 'uint8', scale: 1 }))).toHaveLength(1);
    const half = { inputs: [{ dtype: 'float16', constant: true }], outputs: [{}] } as const;
    expect(found('float16-weights', 'DEQUANTIZE', half)).toHaveLength(1);
    const mixed = { inputs: [{}, { dtype: 'int8' }], outputs: [{}] } as const;
    expect(found('kernel-refuses', 'MUL', mixed)).toHaveLength(1);
    expect(found('invoke-fails', 'NEG', { inputs: [{ dtype: 'int32' }], outputs: [{ dtype: 'int32' }] })).toHaveLength(
      1,
    );
  });

  it('tells a tensor that TFLM cannot keep once, by the operator that meets it or by its name', () => {
    const text = { dtype: 'string' } as const;
    expect(found('tensor-type', 'RESHAPE', { inputs: [text], outputs: [text] })).toMatchObject([{ node: 0 }]);
    const unread = modelOf([new GraphByHand().tensor('words', [1], 'string').graph(['words'], [])]);
    expect(findings(unread)).toMatchObject([{ rule: 'tinyml/tensor-type', node: null }]);
    expect(findings(unread)[0]?.message).toContain('"words" is of type string');
  });

  it('warns where the values of an input decide', () => {
    const lookup: NodeSpec = {
      inputs: [
        { dtype: 'int32', shape: [1] },
        { shape: [8, 4], constant: true },
      ],
      outputs: [{ shape: [1, 4] }],
    };
    expect(found('depends-on-values', 'EMBEDDING_LOOKUP', lookup)).toMatchObject([{ severity: 'warning', node: 0 }]);
  });

  it('puts nodes with the same fault into one finding', () => {
    const neg = { kind: 'Opaque', bodies: [] } as const;
    const graph = new GraphByHand()
      .tensor('a', [4], 'int32')
      .tensor('b', [4], 'int32')
      .tensor('c', [4], 'int32')
      .node('NEG', neg, ['a'], ['b'])
      .node('NEG', neg, ['b'], ['c'])
      .graph(['a'], ['c']);
    const [first, ...others] = findings(modelOf([graph])).filter(({ severity }) => severity === 'error');
    expect(first?.message).toContain('NEG and 1 more');
    expect(others).toEqual([]);
  });

  it('mentions float inputs and outputs around an integer model', () => {
    const quantize: NodeSpec = { op: { kind: 'Quantize' }, inputs: [{}], outputs: [{ dtype: 'int8', scale: 1 }] };
    expect(found('float-border', 'QUANTIZE', quantize)).toMatchObject([{ severity: 'info', node: null }]);
  });

  it('mentions dense layers with a scale a channel, and which TFLM computes them', () => {
    const dense = (scales: readonly number[]): NodeSpec => ({
      op: fullyConnected,
      inputs: [
        { dtype: 'int8', scale: 1 },
        { dtype: 'int8', shape: [2, 4], scales, constant: true },
      ],
      outputs: [{ dtype: 'int8', scale: 1, shape: [1, 2] }],
    });
    const [told] = found('per-channel-fully-connected', 'FULLY_CONNECTED', dense([1, 2]));
    expect(told).toMatchObject({ severity: 'info', node: 0 });
    expect(told?.message).toContain('2024-09-24');
    expect(found('per-channel-fully-connected', 'FULLY_CONNECTED', dense([1]))).toEqual([]);
  });

  it('warns of weights that TFLM reads otherwise than they are meant', () => {
    const sparse: NodeSpec = {
      op: fullyConnected,
      inputs: [{}, { shape: [2, 4], constant: true, isSparse: true }],
      outputs: [{ shape: [1, 2] }],
    };
    expect(found('sparse-weights', 'FULLY_CONNECTED', sparse)).toMatchObject([{ severity: 'warning' }]);
    const { graphs } = oneNode('FULLY_CONNECTED', { ...sparse, inputs: [{}, { shape: [2, 4], scale: 1 }] });
    const tensors = graphs[0]!.tensors.map((tensor) =>
      tensor.quantization ? { ...tensor, quantization: { ...tensor.quantization, scaleTensor: 0 } } : tensor,
    );
    const blockwise = findings(modelOf([{ ...graphs[0]!, tensors }])).map(({ rule }) => rule);
    expect(blockwise).toContain('tinyml/blockwise-quantization');
  });

  it('warns of a version of an operator that is newer than any known', () => {
    const add = (version: number): NodeSpec => ({ inputs: [{}, {}], outputs: [{}], version });
    expect(found('operator-version', 'ADD', add(5))).toEqual([]);
    expect(found('operator-version', 'ADD', add(6))).toMatchObject([{ severity: 'warning', node: 0 }]);
  });

  it('says that free dimensions are 1 to TFLM, and weighs a free batch less', () => {
    const relu = (shape: readonly (number | null)[]): NodeSpec => ({ inputs: [{ shape }], outputs: [{ shape }] });
    expect(found('dynamic-shape', 'RELU', relu([null, 4]))).toMatchObject([{ severity: 'info' }]);
    expect(found('dynamic-shape', 'RELU', relu([1, null]))).toMatchObject([{ severity: 'warning' }]);
    expect(found('dynamic-shape', 'RELU', relu([1, 4]))).toEqual([]);
  });

  it('lists what the library of the runtime does not speed up, heavy layers one by one', () => {
    const floats: NodeSpec = { inputs: [{}, {}], outputs: [{}] };
    expect(found('not-accelerated', 'ADD', floats)).toEqual([]);
    expect(found('not-accelerated', 'ADD', floats, 'tflm-cmsis-nn')).toMatchObject([{ severity: 'info', node: 0 }]);
    expect(found('not-accelerated', 'BATCH_MATMUL', floats, 'tflm-esp-nn')).toMatchObject([{ severity: 'warning' }]);
    const int8 = { dtype: 'int8', scale: 1 } as const;
    const integers: NodeSpec = { inputs: [int8, int8], outputs: [int8] };
    expect(found('not-accelerated', 'ADD', integers, 'tflm-cmsis-nn')).toEqual([]);
    const wide = { dtype: 'int16', scale: 1 } as const;
    const int16: NodeSpec = { inputs: [wide, wide], outputs: [wide] };
    expect(found('not-accelerated', 'ADD', int16, 'tflm-esp-nn')).toHaveLength(1);
  });

  it('warns of loops', () => {
    const loop: NodeSpec = { op: { kind: 'While', bodies: [] }, inputs: [{}], outputs: [{}] };
    expect(found('loop', 'WHILE', loop)).toMatchObject([{ severity: 'warning', node: 0 }]);
  });

  it('warns of constants whose elements are split, and mentions those off a word', () => {
    const add = (position: number, dtype: 'int8' | 'float32'): NodeSpec => ({
      inputs: [{ dtype }, { dtype, constant: true, position }],
      outputs: [{ dtype }],
    });
    expect(found('misaligned-buffer', 'ADD', add(64, 'float32'))).toEqual([]);
    expect(found('misaligned-buffer', 'ADD', add(66, 'float32'))).toMatchObject([{ severity: 'warning' }]);
    expect(found('misaligned-buffer', 'ADD', add(66, 'int8'))).toMatchObject([{ severity: 'info' }]);
  });

  it('counts constants that nothing reads', () => {
    const graph = (bytes: number) =>
      modelOf([new GraphByHand().tensor('x', [1]).constant('left', [bytes]).graph(['x'], ['x'])]);
    expect(findings(graph(16))).toMatchObject([{ rule: 'tinyml/unused-weights', severity: 'info' }]);
    expect(findings(graph(5000))).toMatchObject([{ rule: 'tinyml/unused-weights', severity: 'warning' }]);
    expect(findings(graph(5000))[0]?.message).toContain('5,000 bytes');
    expect(found('unused-weights', 'ADD', { inputs: [{}, { constant: true }], outputs: [{}] })).toEqual([]);
  });

  it('lists the calls that a resolver needs, and the variables that a firmware makes room for', () => {
    const [resolver] = found('resolver', 'FULLY_CONNECTED', { inputs: [{}, { shape: [4, 4] }], outputs: [{}] });
    expect(resolver?.message).toBe('The resolver needs 1: MicroMutableOpResolver<1> with AddFullyConnected().');
    const own = found('resolver', 'MyOp', { ...scatter, isCustom: true });
    expect(own[0]?.message).toContain('AddCustom("MyOp", …)');
    const handle: NodeSpec = {
      op: { kind: 'VarHandle', resource: 'state' },
      inputs: [],
      outputs: [{ dtype: 'resource', shape: [] }],
    };
    expect(found('resource-variables', 'VAR_HANDLE', handle)).toMatchObject([{ severity: 'info', node: 0 }]);
  });

  it.skipIf(!existsSync(truthFile))(
    'finds an error in every measured model that TFLM refuses whatever its inputs are, and in none that it runs',
    () => {
      const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as { model: string; state: string }[];
      const silent: string[] = [];
      for (const { model: path, state } of truth) {
        const model = readOrNull(path);
        if (!model || state === 'crashes') continue;
        const worst = findings(model)[0]?.severity;
        if (state === 'runs') expect({ path, worst }).not.toMatchObject({ worst: 'error' });
        else if (worst !== 'error') silent.push(`${path}: ${worst}`);
      }
      // Three fail for the values they were given, one for an arena that a board would be too small for.
      expect(silent).toHaveLength(4);
    },
  );
});

function readOrNull(path: string): Model | null {
  try {
    return inferShapes(readModel(new MemoryByteSource(readFileSync(resolve(shared, 'models', path)), path)));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
