import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/core/ir/errors';
import { parseSize } from '../../../../src/core/targets/memorySize';
import { parseUserBoards } from '../../../../src/core/targets/userBoards';

const text = `{
  // our own board
  "boards": [
    {
      "id": "acme-1", "name": "Acme // One", "mcu": "STM32H743", "core": "Cortex-M7F", "clockMHz": 400,
      "regions": [
        { "name": "AXI", "kind": "ram", "size": "512K", "address": "0x24000000" },
        { "name": "ITCM", "kind": "ram", "size": 65536, "instruction": true },
        { "name": "PSRAM", "kind": "ram", "size": "8 MiB", "external": true }, /* outside */
        { "name": "flash", "kind": "flash", "size": "2M", "windows": [{ "address": "0x1000", "size": "1k" }] },
      ],
    },
  ]
}`;

const withRegion = (region: string): string =>
  `{"boards": [{"id": "a", "mcu": "m", "core": "c", "regions": [${region}]}]}`;

describe('parseUserBoards', () => {
  it('reads sizes with units, addresses, comments and trailing commas', () => {
    expect(parseUserBoards(text)).toEqual([
      {
        id: 'acme-1',
        name: 'Acme // One',
        mcu: 'STM32H743',
        core: 'Cortex-M7F',
        clockMHz: 400,
        npu: null,
        note: null,
        sources: ['.vscode/tinyml-boards.json'],
        regions: [
          { name: 'AXI', kind: 'ram', bytes: 524_288, external: false, address: 0x2400_0000 },
          { name: 'ITCM', kind: 'ram', bytes: 65_536, external: false, instruction: true },
          { name: 'PSRAM', kind: 'ram', bytes: 8_388_608, external: true },
          {
            name: 'flash',
            kind: 'flash',
            bytes: 2_097_152,
            external: false,
            windows: [{ address: 0x1000, bytes: 1024 }],
          },
        ],
      },
    ]);
  });

  it.each([
    ['no JSON', '{', /it is not JSON/],
    ['no list', '{"board": []}', /a list "boards"/],
    ['an entry that is none', '{"boards": [3]}', /boards\[0\] is not an object/],
    ['no id', '{"boards": [{"mcu": "m"}]}', /boards\[0\]\.id is missing/],
    ['an id with spaces', '{"boards": [{"id": "a b"}]}', /boards\[0\]\.id must be letters/],
    ['no regions', '{"boards": [{"id": "a", "mcu": "m", "core": "c"}]}', /lists no "regions"/],
    ['a kind of its own', withRegion('{"name": "R", "kind": "rom", "size": 1}'), /kind must be "ram" or "flash"/],
    ['a size without meaning', withRegion('{"name": "R", "kind": "ram", "size": "lots"}'), /size must be bytes/],
    ['no size', withRegion('{"name": "R", "kind": "ram"}'), /size must be bytes/],
    ['a size of nothing', withRegion('{"name": "R", "kind": "ram", "size": 0}'), /size must be bytes/],
    [
      'two regions of one name',
      withRegion('{"name": "R", "kind": "ram", "size": 1}, {"name": "R", "kind": "ram", "size": 1}'),
      /two regions "R"/,
    ],
  ])('says what is wrong in one sentence: %s', (_, bad, message) => {
    expect(() => parseUserBoards(bad)).toThrow(ModelError);
    expect(() => parseUserBoards(bad)).toThrow(message);
  });

  it('refuses two boards with one id', () => {
    const board = '{"id": "a", "mcu": "m", "core": "c", "regions": [{"name": "R", "kind": "ram", "size": 1}]}';
    expect(() => parseUserBoards(`{"boards": [${board}, ${board}]}`)).toThrow(/two boards have the id "a"/);
  });

  it('answers any JSON with boards or a ModelError', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const each of [json, `{"boards": [${json}]}`]) {
          try {
            expect(Array.isArray(parseUserBoards(each))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(ModelError);
          }
        }
      }),
    );
  });
});

describe('parseSize', () => {
  it.each([
    [262_144, 262_144],
    ['256K', 262_144],
    ['256 KiB', 262_144],
    ['1.5M', 1_572_864],
    ['0x20000000', 0x2000_0000],
    ['12', 12],
    ['-1', null],
    ['0.3K', null],
    ['1G', null],
    [Number.NaN, null],
    [{}, null],
  ])('%j is %j', (value, bytes) => {
    expect(parseSize(value)).toBe(bytes);
  });
});
