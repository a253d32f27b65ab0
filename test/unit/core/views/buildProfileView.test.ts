import { describe, expect, it } from 'vitest';
import { boardById } from '../../../../src/core/targets/boards';
import { runtimeById } from '../../../../src/core/targets/runtimes';
import { buildProfileView } from '../../../../src/core/views/buildProfileView';
import { GraphByHand, add, modelOf, softmax } from '../memory/graphByHand';

const runtime = runtimeById('tflm')!;
const body = new GraphByHand('body')
  .tensor('inner', [64])
  .tensor('out', [64])
  .node('SOFTMAX', softmax, ['inner'], ['out'])
  .graph(['inner'], ['out']);
const main = new GraphByHand()
  .tensor('x', [100])
  .tensor('middle', [40], 'int16')
  .tensor('y', [20])
  .node('ADD', add, ['x', 'x'], ['middle'])
  .node('WHILE', { kind: 'While', bodies: [1] }, ['middle'], ['y'])
  .graph(['x'], ['y']);

describe('buildProfileView', () => {
  const { memory, ...rest } = buildProfileView(modelOf([main, body]), { board: boardById('nano33ble'), runtime });

  it('names board and runtime', () => {
    expect(rest).toMatchObject({
      boardName: 'Arduino Nano 33 BLE (Sense) / Tiny ML Kit',
      boardDetail: 'nRF52840 · Cortex-M4F · 64 MHz',
      runtimeName: 'TFLM · reference',
    });
  });

  it('draws a rectangle a tensor, in times of the main operators', () => {
    expect(memory?.buffers.map(({ name, kind, first, last, bytes }) => [name, kind, first, last, bytes])).toEqual([
      ['x', 'input', -1, 0, 112],
      ['middle', 'activation', 0, 1, 80],
      ['y', 'output', 1, 1, 32],
      ['body: inner', 'activation', 1, 1, 64],
      ['body: out', 'activation', 1, 1, 64],
    ]);
    expect(memory?.buffers[1]).toMatchObject({ tensor: 1, dtype: 'int16', shape: '40' });
    expect(memory?.buffers[3]?.tensor).toBe(-1);
  });

  it('has the live curve, its peak and the limit of the board', () => {
    expect(memory).toMatchObject({
      operators: ['ADD', 'WHILE'],
      live: Float64Array.of(192, 240),
      lowerBound: 240,
      planned: 256,
      peak: 1,
      limit: { region: 'RAM', bytes: 262_144 },
    });
  });

  it('has no picture where shapes are not known', () => {
    const unknown = new GraphByHand()
      .tensor('x', null)
      .tensor('y', [4])
      .node('SOFTMAX', softmax, ['x'], ['y'])
      .graph(['x'], ['y']);
    const view = buildProfileView(modelOf([unknown]), { board: null, runtime });
    expect(view).toMatchObject({ memory: null, boardName: null, boardDetail: null });
    expect(view.profile.notes[0]).toContain('"x"');
  });
});
