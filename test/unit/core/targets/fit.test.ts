import { describe, expect, it } from 'vitest';
import type { Board } from '../../../../src/core/targets/board';
import type { BoardFirmware } from '../../../../src/core/targets/boardFirmware';
import { fit } from '../../../../src/core/targets/fit';

const board: Board = {
  id: 'three-banks',
  name: 'Three banks',
  mcu: 'X',
  core: 'Cortex-M7F',
  clockMHz: 400,
  npu: null,
  sources: null,
  note: null,
  regions: [
    { name: 'DTCM', kind: 'ram', bytes: 100, external: false },
    { name: 'flash', kind: 'flash', bytes: 500, external: false },
    { name: 'SDRAM', kind: 'ram', bytes: 9000, external: true },
    { name: 'SRAM', kind: 'ram', bytes: 200, external: false },
  ],
};

describe('fit', () => {
  it('puts the arena into the largest region inside the chip and the model into flash', () => {
    expect(fit(board, { arena: 150, flash: 400 })).toEqual({
      ram: true,
      flash: true,
      regions: [
        { name: 'SRAM', kind: 'ram', bytes: 200, used: 150, firmware: null },
        { name: 'DTCM', kind: 'ram', bytes: 100, used: 0, firmware: null },
        { name: 'SDRAM (external)', kind: 'ram', bytes: 9000, used: 0, firmware: null },
        { name: 'flash', kind: 'flash', bytes: 500, used: 400, firmware: null },
      ],
      arena: { how: 'one', parts: [{ region: 'SRAM', holds: 'arena', bytes: 150 }] },
      options: [],
    });
  });

  it('neither adds regions up nor falls back to external memory', () => {
    expect(fit(board, { arena: 201, flash: 501 })).toMatchObject({ ram: false, flash: false });
  });

  it('fits to the last byte', () => {
    expect(fit(board, { arena: 200, flash: 500 })).toMatchObject({ ram: true, flash: true });
  });

  it('says nothing where it knows nothing', () => {
    const noFlash = { ...board, regions: board.regions.filter((region) => region.kind === 'ram') };
    expect(fit(noFlash, { arena: null, flash: 1 })).toMatchObject({ ram: null, flash: null });
  });

  it('names two regions when TFLM is given two buffers, and external memory as the slower way', () => {
    const buffers = { planned: 190, persistent: 60 };
    expect(fit(board, { arena: 250, flash: 1, buffers })).toMatchObject({
      ram: false,
      arena: null,
      options: [
        {
          how: 'two',
          parts: [
            { region: 'SRAM', holds: 'planned', bytes: 190 },
            { region: 'DTCM', holds: 'persistent', bytes: 60 },
          ],
        },
        { how: 'external', parts: [{ region: 'SDRAM (external)', holds: 'arena', bytes: 250 }] },
      ],
    });
    const tooLarge = fit(board, { arena: 310, flash: 1, buffers: { planned: 190, persistent: 120 } });
    expect(tooLarge.options.map((place) => place.how)).toEqual(['external']);
  });

  it('names regions side by side, which a linker script can join', () => {
    const banks: Board = {
      ...board,
      regions: [
        { name: 'SRAM1', kind: 'ram', bytes: 100, external: false, address: 0x2000_0000 },
        { name: 'SRAM2', kind: 'ram', bytes: 80, external: false, address: 0x2000_0000 + 100 },
        { name: 'SRAM3', kind: 'ram', bytes: 90, external: false, address: 0x3000_0000 },
        { name: 'ITCM', kind: 'ram', bytes: 5000, external: false, address: 0, instruction: true },
      ],
    };
    expect(fit(banks, { arena: 170, flash: 1 })).toMatchObject({
      ram: false,
      options: [
        {
          how: 'adjacent',
          parts: [
            { region: 'SRAM1', holds: 'arena', bytes: 100 },
            { region: 'SRAM2', holds: 'arena', bytes: 70 },
          ],
        },
      ],
    });
    expect(fit(banks, { arena: 190, flash: 1 }).options).toEqual([]);
  });

  it('goes where the firmware leaves the most room', () => {
    const [, flash, , sram] = board.regions;
    const firmware: BoardFirmware = {
      name: 'app.elf',
      sections: [
        { name: '.bss', region: sram!, bytes: 150 },
        { name: '.text', region: flash!, bytes: 300 },
      ],
      arena: null,
      model: null,
      unplaced: [],
    };
    const placed = fit(board, { arena: 90, flash: 201 }, firmware);
    expect(placed).toMatchObject({ ram: true, flash: false, arena: { parts: [{ region: 'DTCM', bytes: 90 }] } });
    expect(placed.regions.map(({ name, used, firmware: taken }) => [name, used, taken])).toEqual([
      ['SRAM', 0, 150],
      ['DTCM', 90, 0],
      ['SDRAM (external)', 0, 0],
      ['flash', 201, 300],
    ]);
  });
});
