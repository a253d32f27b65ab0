import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../../src/core/ir/graph';
import { bodiesFirst, consumers, producers, reachable } from '../../../../src/core/ir/traverse';
import { verify } from '../../../../src/core/ir/verify';
import { add, DraftGraph, modelOf, relu } from './draftModel';

function diamond(): Graph {
  return new DraftGraph()
    .tensor('x', [1])
    .node(relu, ['x'], ['a'])
    .node(relu, ['x'], ['b'])
    .node(add, ['a', 'b'], ['y'])
    .node(relu, ['a'], ['dead'])
    .graph(['x'], ['y']);
}

describe('traverse', () => {
  it('says who makes and who reads each tensor', () => {
    const graph = diamond();
    const id = (name: string): number => graph.tensors.find((tensor) => tensor.name === name)!.id;
    const { starts, nodes } = consumers(graph);
    const readers = (name: string): number[] => [...nodes.slice(starts[id(name)], starts[id(name) + 1])];
    expect(producers(graph)[id('y')]).toBe(2);
    expect(producers(graph)[id('x')]).toBe(-1);
    expect([readers('x'), readers('a'), readers('y')]).toEqual([[0, 1], [2, 3], []]);
  });

  it('finds what reaches an output, on a chain of 50,000 too', () => {
    expect([...reachable(diamond())]).toEqual([1, 1, 1, 0]);
    const chain = new DraftGraph().tensor('t0', [1]);
    for (let index = 0; index < 50_000; index += 1) chain.node(relu, [`t${index}`], [`t${index + 1}`]);
    expect(reachable(chain.graph(['t0'], ['t50000'])).every((live) => live === 1)).toBe(true);
  });

  it('puts bodies before the graphs that run them, circles included', () => {
    const running = (bodies: number[]): Graph =>
      new DraftGraph().tensor('x', [1]).node({ kind: 'If', bodies }, ['x'], ['y']).graph(['x'], ['y']);
    expect(bodiesFirst(modelOf([running([2, 1]), running([2]), diamond()]))).toEqual([2, 1, 0]);
    expect([...bodiesFirst(modelOf([running([1]), running([0])]))].sort()).toEqual([0, 1]);
  });
});

describe('verify', () => {
  const messages = (graph: Graph): string[] => verify(modelOf([graph])).map(({ message }) => message);

  it('has nothing to say of a sound model', () => {
    expect(messages(diamond())).toEqual([]);
  });

  it('names what is out of range, out of order or made twice', () => {
    const graph = diamond();
    const [first, second, third] = graph.nodes;
    const withNodes = (nodes: Graph['nodes']): Graph => ({ ...graph, nodes });
    expect(messages({ ...graph, outputs: [99] })).toEqual([`the graph names tensor 99 of ${graph.tensors.length}`]);
    expect(messages(withNodes([{ ...first!, inputs: [77] }]))).toEqual([`names tensor 77 of ${graph.tensors.length}`]);
    const early = withNodes([
      { ...third!, id: 0 },
      { ...first!, id: 1 },
      { ...second!, id: 2 },
    ]);
    expect(messages(early)).toEqual(['reads tensor 1 before it is made', 'reads tensor 2 before it is made']);
    expect(messages(withNodes([first!, { ...first!, id: 1 }]))).toEqual(['makes tensor 1 a second time']);
    expect(messages(withNodes([{ ...first!, outputs: [0] }]))).toEqual(['writes into tensor 0, which is given']);
    expect(verify(modelOf([]))).toHaveLength(1);
  });
});
