import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMacs } from '../../../../../src/core/ir/macs';
import { inferShapes } from '../../../../../src/core/ir/inferShapes';
import type { Model } from '../../../../../src/core/ir/model';
import type { Op } from '../../../../../src/core/ir/ops/op';
import { lifetimesOf } from '../../../../../src/core/memory/lifetimes';
import { draftPlan, type MemoryPlan } from '../../../../../src/core/memory/memoryPlan';
import { PLANNERS } from '../../../../../src/core/memory/planners';
import { inPatches, patchableLayers } from '../../../../../src/core/memory/whatIf/patches';
import { sharedInPlace } from '../../../../../src/core/memory/whatIf/inPlace';
import { betterOrder, inOrder } from '../../../../../src/core/memory/whatIf/reorder';
import { NOTHING_CHANGED, planWhatIf, type WhatIf } from '../../../../../src/core/memory/whatIf/whatIf';
import { readModel } from '../../../../../src/core/formats/readModel';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { GraphByHand, add, modelOf } from '../graphByHand';

const relu: Op = { kind: 'Activation', fn: 'relu' };
const conv = (stride: number): Op => ({
  kind: 'Conv2d',
  layout: 'NHWC',
  strides: [stride, stride],
  dilations: [1, 1],
  padding: { kind: 'same', odd: 'upper' },
  activation: 'none',
  groups: 1,
});
const depthwise: Op = { ...conv(1), kind: 'DepthwiseConv2d', multiplier: 1 } as Op;
const plain = { kernels: null };

function planned(model: Model, change: Partial<WhatIf>, planner: (typeof PLANNERS)[number] = 'greedy') {
  const found = planWhatIf(model, plain, planner, { ...NOTHING_CHANGED, ...change });
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

function reasonOf(model: Model, change: Partial<WhatIf>): string | null {
  const found = planWhatIf(model, plain, 'greedy', { ...NOTHING_CHANGED, ...change });
  return 'reason' in found ? found.reason : null;
}

/** 8×8×1 → 3×3 → 8×8×4 → 3×3 /2 → 4×4×8. */
const twoConvolutions = modelOf([
  new GraphByHand()
    .tensor('x', [1, 8, 8, 1])
    .constant('w1', [4, 3, 3, 1])
    .tensor('middle', [1, 8, 8, 4])
    .constant('w2', [8, 3, 3, 4])
    .tensor('y', [1, 4, 4, 8])
    .node('CONV_2D', conv(1), ['x', 'w1'], ['middle'])
    .node('CONV_2D', conv(2), ['middle', 'w2'], ['y'])
    .graph(['x'], ['y']),
]);

describe('patches', () => {
  it('has the halo of the receptive field, by hand', () => {
    // Rows 0..1 of y need rows 0..4 of the middle, rows 2..3 need 4..7: the largest patch is 5×5×4 = 100 → 112 bytes.
    // Beside it lie x (64) and y (128), whole.
    const found = planned(twoConvolutions, { patches: { layers: 2, grid: 2 } });
    expect(found.plan.buffers.map(({ bytes }) => bytes)).toEqual([64, 112, 128]);
    expect(found.plan.lowerBound).toBe(304);
    // The first convolution is computed for 9×9 pixels instead of 8×8: 2,304 MACs become 2,916.
    expect(found.patches).toEqual({ layers: 2, grid: 2, extraMacs: 612, totalMacs: 2304 + 4608 });
    expect(planned(twoConvolutions, {}).plan.lowerBound).toBe(256 + 128);
  });

  it('needs what the whole needs, and no more MACs, in one patch', () => {
    const draft = draftPlan(twoConvolutions);
    if ('reason' in draft) throw new Error(draft.reason);
    const whole = inPatches(twoConvolutions, draft, { layers: 2, grid: 1 }, countMacs(twoConvolutions)[0]!);
    expect(whole).toMatchObject({ extraMacs: 0 });
    expect('buffers' in whole && whole.buffers.map(({ bytes }) => bytes)).toEqual(draft.buffers.map((b) => b.bytes));
  });

  it('takes the best of the stages, and never a worse one', () => {
    expect(patchableLayers(twoConvolutions)).toEqual([2]);
    const best = planned(twoConvolutions, { patches: 'best' });
    for (const grid of [2, 3, 4]) {
      const one = planned(twoConvolutions, { patches: { layers: 2, grid } });
      expect(best.plan.lowerBound).toBeLessThanOrEqual(one.plan.lowerBound);
    }
  });

  it('says why there are none', () => {
    expect(reasonOf(chain(3), { patches: 'best' })).toContain('one picture');
    expect(reasonOf(twoConvolutions, { patches: { layers: 2, grid: 9 } })).toContain('9×9 patches');
  });
});

function chain(length: number): Model {
  const graph = new GraphByHand().tensor('t0', [64]);
  for (let i = 1; i <= length; i += 1) graph.tensor(`t${i}`, [64]).node('RELU', relu, [`t${i - 1}`], [`t${i}`]);
  return modelOf([graph.graph(['t0'], [`t${length}`])]);
}

describe('in place', () => {
  it('writes a chain of activations over one another', () => {
    expect(planned(chain(4), {}).plan.planned).toBe(128);
    const found = planned(chain(4), { inPlace: true });
    expect(found.plan.planned).toBe(64);
    expect(found.shared).toEqual([0, 1, 2, 3]);
    expect(found.plan.buffers.map(({ offset }) => offset)).toEqual([0, 0, 0, 0, 0]);
  });

  it('keeps an operand that is used again', () => {
    const graph = new GraphByHand()
      .tensor('x', [64])
      .tensor('a', [64])
      .tensor('y', [64])
      .node('RELU', relu, ['x'], ['a'])
      .node('ADD', add, ['a', 'x'], ['y'])
      .graph(['x'], ['y']);
    const found = planned(modelOf([graph]), { inPlace: true });
    // x is read by #1: a has a room of its own, y lies over one of the two.
    expect(found.shared).toEqual([1]);
    expect(found.plan.planned).toBe(128);
  });

  it('copies one padded channel for a depthwise convolution, by hand', () => {
    const graph = new GraphByHand()
      .tensor('x', [1, 8, 8, 16])
      .constant('w', [1, 3, 3, 16])
      .tensor('y', [1, 8, 8, 16])
      .node('DEPTHWISE_CONV_2D', depthwise, ['x', 'w'], ['y'])
      .graph(['x'], ['y']);
    expect(planned(modelOf([graph]), {}).plan.planned).toBe(2048);
    // 16 bits for each of (8 + 2) × (8 + 2) pixels: 200 → 208 bytes.
    expect(planned(modelOf([graph]), { inPlace: true }).plan.planned).toBe(1024 + 208);
  });

  it('never needs more, and never lays two rooms over one another', () => {
    fc.assert(
      fc.property(randomGraph(), (model) => {
        const before = planned(model, {}).plan;
        const after = planned(model, { inPlace: true }).plan;
        expect(after.planned).toBeLessThanOrEqual(before.planned);
        const lifetimes = lifetimesOf(model);
        if ('reason' in lifetimes) throw new Error(lifetimes.reason);
        const shared = sharedInPlace(model, lifetimes, { elementwise: true, smaller: true });
        for (const [index, buffer] of shared.buffers.entries()) {
          const room = shared.rooms![shared.roomOf![index]!]!;
          expect(room.bytes).toBeGreaterThanOrEqual(buffer.bytes);
          expect(room.first).toBeLessThanOrEqual(buffer.first);
          expect(room.last).toBeGreaterThanOrEqual(buffer.last);
          // Two tensors of one room meet in the operator that writes one over the other, and nowhere else.
          for (const [other, later] of shared.buffers.entries()) {
            if (other === index || shared.roomOf![other] !== shared.roomOf![index]) continue;
            expect(Math.min(buffer.last, later.last)).toBeLessThanOrEqual(Math.max(buffer.first, later.first));
          }
        }
      }),
    );
  });
});

/** Elementwise operators over earlier tensors, of a few sizes. */
function randomGraph(): fc.Arbitrary<Model> {
  const node = fc.record({
    a: fc.nat(30),
    b: fc.nat(30),
    single: fc.boolean(),
    size: fc.constantFrom(16, 64, 64, 1000),
  });
  return fc.array(node, { minLength: 1, maxLength: 24 }).map((nodes) => {
    const graph = new GraphByHand().tensor('t0', [64]);
    for (const [index, { a, b, single, size }] of nodes.entries()) {
      const inputs = single ? [`t${a % (index + 1)}`] : [`t${a % (index + 1)}`, `t${b % (index + 1)}`];
      graph.tensor(`t${index + 1}`, [size]).node('ADD', single ? relu : add, inputs, [`t${index + 1}`]);
    }
    return modelOf([graph.graph(['t0'], [`t${nodes.length}`])]);
  });
}

const branches = modelOf([
  new GraphByHand()
    .tensor('x', [16])
    .tensor('a', [1024])
    .tensor('b', [1024])
    .tensor('a2', [16])
    .tensor('b2', [16])
    .tensor('y', [16])
    .node('A', relu, ['x'], ['a'])
    .node('B', relu, ['x'], ['b'])
    .node('A2', relu, ['a'], ['a2'])
    .node('B2', relu, ['b'], ['b2'])
    .node('ADD', add, ['a2', 'b2'], ['y'])
    .graph(['x'], ['y']),
]);

describe('another order', () => {
  it('finishes one branch before it starts the other', () => {
    // In the file's order a and b are alive together with a2: 2,064 bytes. Branch by branch: x, a and a2, or a2, b and b2.
    expect(planned(branches, {}).plan.lowerBound).toBe(1024 + 1024 + 16);
    const found = planned(branches, { reorder: true });
    expect(found.plan.lowerBound).toBe(1024 + 16 + 16);
    expect(found.order).toEqual([0, 2, 1, 3, 4]);
  });

  it('is said not to exist in a chain', () => {
    expect(reasonOf(chain(3), { reorder: true })).toBe('Each operator needs the one before it.');
  });

  it('respects what needs what, and has a lower peak', () => {
    fc.assert(
      fc.property(randomGraph(), (model) => {
        const order = betterOrder(model);
        if ('reason' in order) return;
        const { nodes } = model.graphs[0]!;
        expect(order.toSorted((a, b) => a - b)).toEqual(nodes.map(({ id }) => id));
        const position = new Map(order.map((id, at) => [id, at]));
        for (const { id, inputs } of nodes) {
          for (const input of inputs) if (input! > 0) expect(position.get(input! - 1)).toBeLessThan(position.get(id)!);
        }
        const [before, after] = [planned(model, {}).plan, planned(inOrder(model, order), {}).plan];
        expect(after.lowerBound).toBeLessThan(before.lowerBound);
      }),
    );
  });
});

describe('half the input size', () => {
  const head = () =>
    new GraphByHand()
      .tensor('x', [1, 8, 8, 1])
      .constant('w1', [4, 3, 3, 1])
      .tensor('a', [1, 4, 4, 4])
      .tensor('p', [1, 1, 1, 4])
      .tensor('y', [1, 4])
      .node('CONV_2D', conv(2), ['x', 'w1'], ['a']);
  const pool = (size: number): Op => ({
    ...{ kind: 'Pool', mode: 'average', layout: 'NHWC', window: [size, size], strides: [size, size] },
    ...{ dilations: [1, 1], padding: { kind: 'valid' }, ceil: false, countPadding: false, activation: 'none' },
  });
  const reshape: Op = { kind: 'Reshape', shape: [1, 4], zeroCopies: false };

  it('computes every shape anew; a window over the whole plane stays one', () => {
    const graph = head().node('AVERAGE_POOL_2D', pool(4), ['a'], ['p']).node('RESHAPE', reshape, ['p'], ['y']);
    const found = planned(modelOf([graph.graph(['x'], ['y'])]), { halfInput: true });
    // 4×4×1, 2×2×4, 1×1×4 and 4 bytes, all in 16.
    expect(found.plan.buffers.map(({ bytes }) => bytes)).toEqual([16, 16, 16, 16]);
    expect(found.model.graphs[0]!.tensors.map(({ shape }) => shape?.join('×'))).toEqual([
      ...['1×4×4×1', '4×3×3×1', '1×2×2×4', '1×1×1×4', '1×4'],
    ]);
  });

  it('names the operator that is made for one size', () => {
    const graph = head().node('RESHAPE', { ...reshape, shape: [1, 64] }, ['a'], ['p']);
    expect(reasonOf(modelOf([graph.graph(['x'], ['p'])]), { halfInput: true })).toBe(
      '#1 RESHAPE is made for 64 values and would get 16.',
    );
    const small = head().node('AVERAGE_POOL_2D', pool(3), ['a'], ['p']);
    expect(reasonOf(modelOf([small.graph(['x'], ['p'])]), { halfInput: true })).toContain('#1 AVERAGE_POOL_2D');
    expect(reasonOf(chain(2), { halfInput: true })).toContain('no height and width');
  });
});

describe('planners', () => {
  it('are ordered: search at most greedy at most a place each, none below the bound', () => {
    fc.assert(
      fc.property(randomGraph(), (model) => {
        const [greedy, search, linear] = PLANNERS.map((planner) => planned(model, {}, planner).plan) as [
          MemoryPlan,
          MemoryPlan,
          MemoryPlan,
        ];
        expect(search.planned).toBeLessThanOrEqual(greedy.planned);
        expect(greedy.planned).toBeLessThanOrEqual(linear.planned);
        expect(search.planned).toBeGreaterThanOrEqual(greedy.lowerBound);
        expect(linear.planned).toBe(linear.buffers.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
    );
  });
});

const folder = sharedPath('models/mlperf-tiny');

describe.skipIf(folder === null)('int8 of real float models', () => {
  const read = (name: string): Model =>
    inferShapes(readModel(new MemoryByteSource(readBytes(`${folder!}/${name}`), name)));
  const arena = (model: Model, int8: boolean): object => {
    const found = planWhatIf(model, { kernels: 'cmsis-nn-dsp' }, 'greedy', { ...NOTHING_CHANGED, int8 });
    if ('reason' in found) throw new Error(found.reason);
    const { plan, tflm } = found;
    return { planned: plan.planned, persistent: tflm?.persistent, minimum: tflm?.minimum };
  };

  it.each([
    ['vww_96_float.tflite', 'vww_96_int8.tflite'],
    ['kws_ref_model_float32.tflite', 'kws_ref_model.tflite'],
    ['pretrainedResnet.tflite', 'pretrainedResnet_quant.tflite'],
    ['ad01_fp32.tflite', 'ad01_int8.tflite'],
  ])('%s is said to need what %s needs, to the byte', (float, int8) => {
    expect(arena(read(float), true)).toEqual(arena(read(int8), false));
  });

  it('is refused for a model that is int8', () => {
    expect(reasonOf(read('vww_96_int8.tflite'), { int8: true })).toContain('No activation is float');
  });
});
