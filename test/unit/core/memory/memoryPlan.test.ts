import { describe, expect, it } from 'vitest';
import { planMemory, type MemoryPlan } from '../../../../src/core/memory/memoryPlan';
import type { Model } from '../../../../src/core/ir/model';
import { GraphByHand, add, modelOf, softmax } from './graphByHand';

function planOf(model: Model): MemoryPlan {
  const plan = planMemory(model);
  if ('reason' in plan) throw new Error(plan.reason);
  return plan;
}

/** x -> a -> b -> y, with a constant and a variable tensor that take no room. */
const chain = new GraphByHand()
  .tensor('x', [1, 100])
  .constant('weights', [5000])
  .tensor('state', [3000], 'int8', { isVariable: true })
  .tensor('a', [1, 40])
  .tensor('b', [1, 20])
  .tensor('y', [1, 8], 'float32')
  .node('ADD', add, ['x', 'weights'], ['a'])
  .node('ADD', add, ['a', 'state'], ['b'])
  .node('SOFTMAX', softmax, ['b'], ['y']);

describe('planMemory', () => {
  it('plans activations only, aligned to 16 bytes, each from its first to its last use', () => {
    const plan = planOf(modelOf([chain.graph(['x'], ['y'])]));
    expect(plan.buffers.map(({ tensor, bytes, first, last }) => [tensor, bytes, first, last])).toEqual([
      [0, 112, 0, 1],
      [3, 48, 1, 2],
      [4, 32, 2, 3],
      [5, 32, 3, 3],
    ]);
    expect(plan.planned).toBe(160);
    expect(plan.lowerBound).toBe(160);
    expect([...plan.live]).toEqual([160, 80, 64]);
    expect(plan.peak).toBe(0);
    expect([...plan.stepNodes]).toEqual([-1, 0, 1, 2]);
  });

  it('keeps an output to the end and an input that is used late from the start', () => {
    const graph = new GraphByHand()
      .tensor('x', [16])
      .tensor('late', [16])
      .tensor('early', [16])
      .tensor('y', [16])
      .node('SOFTMAX', softmax, ['x'], ['early'])
      .node('ADD', add, ['x', 'late'], ['y'])
      .graph(['x', 'late'], ['early', 'y']);
    const times = planOf(modelOf([graph])).buffers.map(({ first, last }) => [first, last]);
    expect(times).toEqual([
      [0, 2],
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('counts a whole byte for each sub-byte value, as TFLM does, and binds free dimensions to 1', () => {
    const graph = new GraphByHand()
      .tensor('x', [33], 'int4')
      .tensor('y', null, 'float32', { shape: [null, 'batch', 5] })
      .node('SOFTMAX', softmax, ['x'], ['y'])
      .graph(['x'], ['y']);
    expect(planOf(modelOf([graph])).buffers.map((buffer) => buffer.bytes)).toEqual([48, 32]);
  });

  it('says which tensor has no known shape', () => {
    const graph = new GraphByHand().tensor('x', null).tensor('y', [1]).node('SOFTMAX', softmax, ['x'], ['y']);
    expect(planMemory(modelOf([graph.graph(['x'], ['y'])]))).toEqual({
      reason: 'The shape or type of "x" is not known: memory cannot be planned.',
    });
  });

  it('runs bodies within the time of their operator, and holds what they read by name', () => {
    const body = new GraphByHand('body')
      .tensor('inner', [64])
      .tensor('outer', [16], 'int8', { captured: true })
      .tensor('result', [16])
      .node('ADD', add, ['inner', 'outer'], ['result'])
      .graph(['inner'], ['result']);
    const main = new GraphByHand()
      .tensor('x', [16])
      .tensor('outer', [16])
      .tensor('y', [16])
      .node('SOFTMAX', softmax, ['x'], ['outer'])
      .node('IF', { kind: 'If', bodies: [1] }, ['x'], ['y'])
      .graph(['x'], ['y']);
    const plan = planOf(modelOf([main, body], { format: 'onnx' }));
    expect([...plan.stepNodes]).toEqual([-1, 0, 1, 1, 1]);
    expect(plan.buffers.map(({ graph, tensor, first, last }) => [graph, tensor, first, last])).toEqual([
      [0, 0, 0, 4],
      [0, 1, 1, 4],
      [0, 2, 2, 4],
      [1, 0, 3, 4],
      [1, 2, 4, 4],
    ]);
  });

  it('ends on bodies that call each other, and gives up on ones that multiply', () => {
    const calling = (name: string, bodies: readonly number[]) =>
      new GraphByHand(name)
        .tensor('x', [16])
        .tensor('y', [16])
        .node('WHILE', { kind: 'While', bodies }, ['x'], ['y'])
        .graph(['x'], ['y']);
    expect(planOf(modelOf([calling('a', [1]), calling('b', [0, 1])])).planned).toBeGreaterThan(0);
    const doubling = Array.from({ length: 25 }, (_, level) =>
      calling(`${level}`, level < 24 ? [level + 1, level + 1] : []),
    );
    expect(planMemory(modelOf(doubling))).toMatchObject({
      reason: expect.stringContaining('1,000,000 steps') as string,
    });
  });

  it('plans a chain of 100,000 operators', () => {
    const graph = new GraphByHand().tensor('t0', [32]).graph(['t0'], ['t0']);
    const count = 100_000;
    const tensors = Array.from({ length: count + 1 }, (_, id) => ({ ...graph.tensors[0]!, id, name: `t${id}` }));
    const source = { op: 'SOFTMAX', domain: '', version: 1, name: '', attributes: {}, index: 0 };
    const nodes = Array.from({ length: count }, (_, id) => ({
      id,
      op: softmax,
      inputs: [id],
      outputs: [id + 1],
      source,
    }));
    const plan = planOf(modelOf([{ name: '', tensors, nodes, inputs: [0], outputs: [count] }]));
    expect(plan).toMatchObject({ planned: 64, lowerBound: 64, peak: 0 });
  });
});
