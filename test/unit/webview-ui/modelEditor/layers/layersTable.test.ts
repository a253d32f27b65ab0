import { describe, expect, it } from 'vitest';
import type { LayersView } from '../../../../../src/protocol/views';
import {
  figureColumns,
  sortRows,
  totalNote,
  totalText,
} from '../../../../../webview-ui/modelEditor/layers/layerColumns';
import { layersCsv } from '../../../../../webview-ui/modelEditor/layers/layersCsv';
import { filterRows } from '../../../../../webview-ui/modelEditor/layers/layersFilter';

const view: LayersView = {
  ops: ['CONV_2D', 'DEPTHWISE_CONV_2D', 'CONV_2D', 'SOFTMAX', 'CUSTOM'],
  details: ['3×3 /2', '3×3', '1×1', '', ''],
  names: ['a/conv_1', 'a/conv_2', 'a/conv_10', '=prob', 'say "x", y'],
  dtypes: ['int8', 'int8', 'int8', 'int8', 'float32'],
  shapes: ['1×48×48×8', '1×48×48×8', '1×48×48×16', '1×2', '?'],
  macs: Float64Array.of(497_664, 165_888, 294_912, 0, -1),
  parameters: Float64Array.of(224, 80, 144, 0, 0),
  weightBytes: Float64Array.of(248, 104, 5000, 0, 0),
  outputBytes: Float64Array.of(18_432, 18_432, 36_864, 2, -1),
  liveBytes: Float64Array.of(46_080, 36_864, 55_296, 4, -1),
};
const all = Uint32Array.of(0, 1, 2, 3, 4);
const found = (filter: string, op: string | null = null): number[] => [...filterRows(view, filter, op)];
const sorted = (column: string, descending: boolean): number[] => [...sortRows(view, all, { column, descending })];

describe('the filter of layers', () => {
  it('takes words that all must occur, in any column', () => {
    expect(found('conv 3×3')).toEqual([0, 1]);
    expect(found('FLOAT32')).toEqual([4]);
    expect(found('')).toEqual([0, 1, 2, 3, 4]);
    expect(found('', 'CONV_2D')).toEqual([0, 2]);
  });

  it('compares figures with decimal and binary units', () => {
    expect(found('>200k MACs')).toEqual([0, 2]);
    expect(found('>= 165,888')).toEqual([0, 1, 2]);
    expect(found('>4KiB weights')).toEqual([2]);
    expect(found('<1k output')).toEqual([3]);
    expect(found('>100k macs <40k live')).toEqual([1]);
  });

  it('joins words and figures', () => {
    expect(found('conv_2d >200k')).toEqual([0, 2]);
    expect(found('>100k depthwise')).toEqual([1]);
  });

  it('never finds what is unknown by a figure', () => {
    expect(found('<1g macs')).not.toContain(4);
  });

  it('finds one row by its number', () => {
    expect(found('#3')).toEqual([3]);
  });
});

describe('the order of layers', () => {
  it('puts unknown figures last either way', () => {
    expect(sorted('macs', true)).toEqual([0, 2, 1, 3, 4]);
    expect(sorted('macs', false)).toEqual([3, 1, 2, 0, 4]);
  });

  it('orders names as a person would and keeps file order among equals', () => {
    expect(sorted('name', false).filter((row) => row < 3)).toEqual([0, 1, 2]);
    expect(sorted('outputBytes', true).slice(0, 3)).toEqual([2, 0, 1]);
  });
});

describe('columns and CSV', () => {
  it('sum what can be summed', () => {
    const totals = Object.fromEntries(figureColumns(view).map((column) => [column.key, column.total]));
    expect(totals).toMatchObject({ macs: 958_464, parameters: 448, liveBytes: null });
  });

  it('calls a sum that leaves layers out a lower bound, and says which', () => {
    const columns = new Map(figureColumns(view).map((column) => [column.key, column]));
    expect(totalText(columns.get('macs')!)).toBe('≥ 958,464');
    expect(totalNote(columns.get('macs')!)).toMatch(/^MACs .* CUSTOM\.$/);
    expect(totalText(columns.get('parameters')!)).toBe('448');
    expect(totalNote(columns.get('parameters')!)).toBeNull();
    const none = { ...view, macs: new Float64Array(5).fill(-1) };
    expect(totalText(figureColumns(none)[0]!)).toBe('not known');
  });

  it('quotes what needs it and leaves unknown cells empty', () => {
    const lines = layersCsv(view, Uint32Array.of(3, 4)).split('\r\n');
    expect(lines[1]).toBe("3,SOFTMAX,,'=prob,int8,1×2,0,0,0,2,4");
    expect(lines[2]).toBe('4,CUSTOM,,"say ""x"", y",float32,?,,0,0,,');
    expect(lines[3]).toBe('');
  });
});
