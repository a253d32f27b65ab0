import { describe, expect, it } from 'vitest';
import type { Op } from '../../../../src/core/ir/ops/op';
import { buildGraphView } from '../../../../src/core/views/buildGraphView';
import { GraphByHand, add, softmax } from '../memory/graphByHand';

const conv: Op = {
  kind: 'Conv2d',
  layout: 'NHWC',
  strides: [2, 2],
  dilations: [1, 1],
  padding: { kind: 'same', odd: 'upper' },
  activation: 'none',
  groups: 1,
};

const graph = new GraphByHand()
  .tensor('image', [1, 8, 8, 3])
  .constant('filter', [16, 3, 3, 3])
  .tensor('features', [1, 4, 4, 16])
  .tensor('sum', [1, 4, 4, 16])
  .tensor('scores', [1, 4, 4, 16])
  .node('CONV_2D', conv, ['image', 'filter'], ['features'])
  .node('ADD', add, ['features', 'features'], ['sum'])
  .node('SOFTMAX', softmax, ['sum'], ['scores'])
  .graph(['image'], ['scores']);

describe('buildGraphView', () => {
  const view = buildGraphView(graph);

  it('draws operators, then inputs and outputs, and no constants', () => {
    expect(view.nodeCount).toBe(3);
    expect(view.labels).toEqual(['CONV_2D', 'ADD', 'SOFTMAX', 'image', 'scores']);
    expect(view.kinds).toEqual(['operator', 'operator', 'operator', 'input', 'output']);
    expect(view.details).toEqual(['3×3 /2 → 16', '1×4×4×16', '1×4×4×16', 'int8 1×8×8×3', 'int8 1×4×4×16']);
    expect(view.boxes).toHaveLength(20);
  });

  it('tells for search what the file calls each operator', () => {
    const named = {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, source: { ...node.source, name: `n${node.id}` } })),
    };
    expect(buildGraphView(named).names).toEqual(['n0', 'n1', 'n2', '', '']);
  });

  it('has one edge a used value, with the tensor it carries', () => {
    expect([...view.edges]).toEqual([3, 0, 0, 1, 1, 2, 2, 4]);
    expect([...view.edgeTensors]).toEqual([0, 2, 3, 4]);
    expect(view.edgeStarts.at(-1)).toBe(view.edgePoints.length / 2);
  });

  it('tells for search which node makes a tensor', () => {
    expect(view.tensorNames[2]).toBe('features');
    expect([...view.tensorProducers]).toEqual([-1, -1, 0, 1, 2]);
  });

  it('widens a box for a long name, within bounds', () => {
    const long = new GraphByHand().tensor('x', [1]).tensor('y', [1]).node('A'.repeat(30), softmax, ['x'], ['y']);
    const huge = new GraphByHand().tensor('x', [1]).tensor('y', [1]).node('A'.repeat(3000), softmax, ['x'], ['y']);
    expect(view.boxes[2]).toBe(180);
    expect(buildGraphView(long.graph(['x'], ['y'])).boxes[2]).toBe(282);
    expect(buildGraphView(huge.graph(['x'], ['y'])).boxes[2]).toBe(320);
  });
});
