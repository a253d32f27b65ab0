import { describe, expect, it } from 'vitest';
import { BudgetError } from '../../../../src/core/budget/budgetError';
import { parseBudgets } from '../../../../src/core/budget/parseBudgets';

describe('a size', () => {
  it.each([
    ['65536', 65_536],
    ['"64 KiB"', 65_536],
    ['"64k"', 65_536],
    ['"1.5 MiB"', 1_572_864],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseBudgets(`{"model": "a", "maxArena": ${text}}`).budgets[0]?.limits[0]?.value).toBe(bytes);
  });
});

describe('parseBudgets', () => {
  it('reads one model', () => {
    const file = parseBudgets(
      '{"$schema": "x", "model": "a.tflite", "board": "nano33ble", "runtime": "tflm-cmsis-nn", "maxFlash": "1 MiB", "maxArena": 100}',
    );
    expect(file).toMatchObject({ board: 'nano33ble', runtime: 'tflm-cmsis-nn' });
    expect(file.budgets).toMatchObject([
      {
        model: 'a.tflite',
        board: 'nano33ble',
        runtime: 'tflm-cmsis-nn',
        limits: [
          { key: 'maxArena', value: 100 },
          { key: 'maxFlash', value: 1_048_576 },
        ],
      },
    ]);
  });

  it('hands what the top level says to every entry that does not say otherwise', () => {
    const { budgets } = parseBudgets(`{
      "board": "nano33ble", "maxArena": "8k", "maxAccuracyDrop": "1 %",
      "models": ["a.tflite", {"model": ["b.tflite", "c/*.onnx"], "board": "rpipico", "maxArena": 7}]
    }`);
    const summary = budgets.map(({ model, board, limits }) => [model, board, ...limits.map(({ value }) => value)]);
    expect(summary).toEqual([
      ['a.tflite', 'nano33ble', 8192, 0.01],
      ['b.tflite', 'rpipico', 7, 0.01],
      ['c/*.onnx', 'rpipico', 7, 0.01],
    ]);
  });

  it('knows the line of each limit, the own one and the shared', () => {
    const { budgets } = parseBudgets('{\n "maxArena": 5,\n "models": [\n  {"model": "a",\n   "maxFlash": "6k"}]}');
    const [budget] = budgets;
    expect(budget?.modelAt.start).toEqual({ line: 3, character: 12 });
    expect(budget?.limits.map(({ key, at }) => [key, at.start.line])).toEqual([
      ['maxArena', 1],
      ['maxFlash', 4],
    ]);
    expect(budget?.limits[1]?.at).toEqual({ start: { line: 4, character: 3 }, end: { line: 4, character: 19 } });
  });

  it.each([
    ['[]', /^The file is not an object/],
    ['{}', /names no model/],
    ['{"model": "a", "models": ["b"]}', /"model" and "models" are both given/],
    ['{"models": []}', /"models" is not a list/],
    ['{"models": [{"board": "nano33ble"}]}', /has no "model"/],
    ['{"models": [1]}', /entry of "models" is not an object/],
    ['{"model": 1}', /"model" is not a path/],
    ['{"model": []}', /"model" is an empty list/],
    ['{"model": "../a"}', /"model" "..\/a" leaves the folder/],
    ['{"model": "a", "maxRam": 1}', /no key "maxRam": there are models, model, board/],
    ['{"model": "a", "model": "b"}', /"model" is given twice/],
    ['{"model": "a", "board": "nano33bel"}', /"board" "nano33bel" is no board.*nano33ble/],
    ['{"model": "a", "board": 1}', /"board" is not the id/],
    ['{"model": "a", "runtime": "tflite"}', /"runtime" is none of tflm, tflm-cmsis-nn/],
    ['{"model": "a", "maxArena": "64 furlongs"}', /"maxArena" is no size such as 65536 or "64 KiB"/],
    ['{"model": "a", "maxArena": null}', /"maxArena" is no size/],
    ['{"model": "a", "maxArena": -5}', /"maxArena" is no size/],
    ['{"model": "a", "maxAccuracyDrop": 5}', /"maxAccuracyDrop" is no share/],
    ['{"model": "a", "maxAccuracyDrop": "500 %"}', /"maxAccuracyDrop" is no share/],
  ])('%s is refused in a sentence', (text, sentence) => {
    const read = (): unknown => parseBudgets(text);
    expect(read).toThrow(BudgetError);
    expect(read).toThrow(sentence);
  });

  it('is bounded in entries and in length', () => {
    const entries = Array.from({ length: 201 }, () => '"a"').join(',');
    expect(() => parseBudgets(`{"models": [${entries}]}`)).toThrow('more than 200 models');
    expect(() => parseBudgets(' '.repeat((1 << 20) + 1))).toThrow('longer than a mebibyte');
  });

  it('takes boards of the user where it is told of them', () => {
    const mine = { id: 'mine', name: 'Mine', mcu: '', core: '', clockMHz: null, npu: null, regions: [], sources: null };
    const find = (id: string) => (id === 'mine' ? { ...mine, note: null } : null);
    expect(parseBudgets('{"model": "a", "board": "mine"}', find).board).toBe('mine');
  });
});
