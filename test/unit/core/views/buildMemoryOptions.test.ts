import { describe, expect, it } from 'vitest';
import type { Op } from '../../../../src/core/ir/ops/op';
import { NOTHING_CHANGED } from '../../../../src/core/memory/whatIf/whatIf';
import { boardById } from '../../../../src/core/targets/boards';
import type { RuntimeId } from '../../../../src/core/targets/runtime';
import { runtimeById, runtimes } from '../../../../src/core/targets/runtimes';
import { buildMemoryOptions, buildMemoryPlan } from '../../../../src/core/views/buildMemoryOptions';
import { buildProfileView } from '../../../../src/core/views/buildProfileView';
import { GraphByHand, modelOf } from '../memory/graphByHand';

const relu: Op = { kind: 'Activation', fn: 'relu' };
const target = (runtime: RuntimeId) => ({ board: boardById('nano33ble'), runtime: runtimeById(runtime)! });

/** a and b are alive together with a2 in this order; branch by branch less is. */
const branches = modelOf([
  new GraphByHand()
    .tensor('x', [16])
    .tensor('a', [1024])
    .tensor('b', [1024])
    .tensor('a2', [16])
    .tensor('b2', [16])
    .tensor('y', [16])
    .node('RELU', relu, ['x'], ['a'])
    .node('RELU', relu, ['x'], ['b'])
    .node('RELU', relu, ['a'], ['a2'])
    .node('RELU', relu, ['b'], ['b2'])
    .node('ADD', { kind: 'Add', activation: 'none' }, ['a2', 'b2'], ['y'])
    .graph(['x'], ['y']),
]);

describe('what can be asked of a memory plan', () => {
  it('has each planner and each change, made alone, or why not', () => {
    const options = buildMemoryOptions(branches, target('c'));
    expect(options.planners.map(({ id, planned }) => [id, planned])).toEqual([
      ['greedy', 2064],
      ['search', 2064],
      ['linear', 2112],
    ]);
    expect(options.planner).toBe('search');
    expect(options.whatIfs.map(({ id, figures, reason }) => [id, figures?.planned ?? reason])).toEqual([
      ['int8', 'No activation is float: there is nothing to make int8.'],
      ['halfInput', 'The input x is 16: it has no height and width to halve.'],
      ['inPlace', 2064],
      ['patches', 'Patches are cut from one picture: the model has another kind of input.'],
      ['reorder', 1056],
    ]);
  });

  it('names what lies outside the arena of TFLM, and nothing for others', () => {
    const names = (runtime: RuntimeId) => buildMemoryOptions(branches, target(runtime)).outside.map(({ name }) => name);
    expect(names('tflm')).toEqual(['MicroInterpreter', 'MicroMutableOpResolver<2>', 'Stack', 'Program and model']);
    expect(names('tinyengine')).toEqual([]);
  });

  it('answers for every runtime with the version whose rules are meant', () => {
    for (const runtime of runtimes) {
      const { profile, memory } = buildProfileView(branches, { board: null, runtime });
      expect(profile.notes.join(' ')).toContain(runtime.version);
      expect(memory?.planned).toBeGreaterThanOrEqual(memory!.lowerBound);
    }
  });
});

describe('a plan that was asked for', () => {
  it('speaks of the operators in their new order', () => {
    const plan = buildMemoryPlan(branches, target('c'), {
      planner: 'greedy',
      whatIf: { ...NOTHING_CHANGED, reorder: true },
    });
    if ('reason' in plan) throw new Error(plan.reason);
    expect(plan.memory.order).toEqual([0, 2, 1, 3, 4]);
    expect(plan.memory.lowerBound).toBe(1056);
    expect(plan.notes).toEqual([expect.stringContaining('bounded search')]);
    expect(plan.figures).toEqual({ planned: 1056, persistent: 0, total: 1056, minimum: 1056 });
  });

  it('says which change cannot be made', () => {
    const plan = buildMemoryPlan(branches, target('tflm'), {
      planner: 'greedy',
      whatIf: { ...NOTHING_CHANGED, reorder: true, int8: true },
    });
    expect(plan).toEqual({ reason: 'No activation is float: there is nothing to make int8.' });
  });
});
