import { describe, expect, it } from 'vitest';
import type { GraphView } from '../../../../../src/protocol/views';
import {
  edgesIn,
  edgesOf,
  elementAt,
  elementsIn,
  graphGeometry,
  topElement,
} from '../../../../../webview-ui/modelEditor/graph/graphGeometry';
import { GraphSearch } from '../../../../../webview-ui/modelEditor/graph/graphSearch';
import { neighbour } from '../../../../../webview-ui/modelEditor/graph/neighbours';

/** A diamond: input → #0 → (#1 beside #2) → #3. */
const view: GraphView = {
  nodeCount: 4,
  labels: ['CONV_2D', 'CONV_2D', 'RELU', 'ADD', 'image'],
  details: ['3×3', '1×1', '', '', 'int8 1×8×8×3'],
  names: ['/stem/Conv', '/west/Conv', '/east/Relu', '/Add', ''],
  kinds: ['operator', 'operator', 'operator', 'operator', 'input'],
  boxes: Float32Array.of(100, 50, 80, 30, 0, 100, 80, 30, 200, 100, 80, 30, 100, 150, 80, 30, 100, 0, 80, 24),
  edges: Uint32Array.of(4, 0, 0, 1, 0, 2, 1, 3, 2, 3),
  edgeTensors: Uint32Array.of(0, 1, 1, 2, 3),
  edgePoints: Float32Array.of(
    140,
    24,
    140,
    50,
    140,
    80,
    40,
    100,
    140,
    80,
    240,
    100,
    40,
    130,
    140,
    150,
    240,
    130,
    140,
    150,
  ),
  edgeStarts: Uint32Array.of(0, 2, 4, 6, 8, 10),
  width: 280,
  height: 180,
  tensorNames: ['image', 'features', 'left', 'right', 'sum', 'kernel'],
  tensorProducers: Int32Array.of(-1, 0, 1, 2, 3, -1),
};
const geometry = graphGeometry(view);

describe('graph geometry', () => {
  it('finds what a part of the world shows', () => {
    expect(elementsIn(geometry, { x: 0, y: 90, width: 90, height: 50 })).toEqual([1]);
    expect(edgesIn(geometry, { x: 0, y: 0, width: 400, height: 60 })).toEqual([0]);
    expect(elementsIn(geometry, { x: 0, y: 0, width: 400, height: 400 })).toHaveLength(5);
  });

  it('hits boxes, and near them within the slack', () => {
    expect(elementAt(geometry, 10, 110, 0)).toBe(1);
    expect(elementAt(geometry, 83, 110, 0)).toBe(-1);
    expect(elementAt(geometry, 83, 110, 4)).toBe(1);
  });

  it('knows edges of an element and the top of the graph', () => {
    expect(edgesOf(view, 0)).toEqual([0, 1, 2]);
    expect(topElement(view)).toBe(4);
  });
});

describe('neighbour', () => {
  it('follows edges up and down and looks beside', () => {
    expect(neighbour(view, 4, 'down')).toBe(0);
    expect(neighbour(view, 3, 'up')).toBe(1);
    expect(neighbour(view, 1, 'right')).toBe(2);
    expect(neighbour(view, 2, 'left')).toBe(1);
    expect(neighbour(view, 4, 'up')).toBe(-1);
  });
});

describe('GraphSearch', () => {
  const search = new GraphSearch(view);

  it('finds operators by every word and by number', () => {
    expect(search.find('conv 1×1').hits.map((hit) => hit.element)).toEqual([1]);
    expect(search.find('#2').hits.map((hit) => hit.text)).toEqual(['RELU']);
    expect(search.find('#9').total).toBe(0);
  });

  it('finds operators by the name that the file gives them, and shows it', () => {
    expect(search.find('/west/conv').hits).toMatchObject([
      { element: 1, text: 'CONV_2D', detail: '#1 1×1 /west/Conv' },
    ]);
  });

  it('leads from a tensor to what makes it, or to the input', () => {
    expect(search.find('left').hits).toMatchObject([{ element: 1, tensor: 2 }]);
    expect(search.find('image').hits.map((hit) => hit.element)).toEqual([4, 4]);
    expect(search.find('kernel').hits).toMatchObject([{ element: -1, detail: 'constant' }]);
  });

  it('finds nothing for nothing', () => {
    expect(search.find('   ').total).toBe(0);
  });
});
