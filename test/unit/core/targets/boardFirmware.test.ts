import { describe, expect, it } from 'vitest';
import type { FirmwareSection, FirmwareUsage } from '../../../../src/core/firmware/usage';
import type { Board } from '../../../../src/core/targets/board';
import { firmwareBytes, placeFirmware } from '../../../../src/core/targets/boardFirmware';

const RAM = 0x2000_0000;
const board: Board = {
  id: 'b',
  name: 'B',
  mcu: 'X',
  core: 'Cortex-M4F',
  clockMHz: null,
  npu: null,
  sources: null,
  note: null,
  regions: [
    { name: 'RAM', kind: 'ram', bytes: 65_536, external: false, address: RAM },
    { name: 'flash', kind: 'flash', bytes: 262_144, external: false, address: 0 },
  ],
};

const section = (
  name: string,
  kind: FirmwareSection['kind'],
  address: number,
  bytes: number,
  loadAddress: number | null = null,
): FirmwareSection => ({ name, kind, address, bytes, loadAddress });

const usage: FirmwareUsage = {
  name: 'app.elf',
  format: 'elf',
  sections: [
    section('.text', 'code', 0, 20_000),
    section('.data', 'data', RAM, 100, 20_000),
    section('.bss', 'zeroed', RAM + 100, 9000),
  ],
  objects: [
    { name: 'tensor_arena', address: RAM + 112, bytes: 8192 },
    { name: 'g_model', address: 512, bytes: 12_008 },
  ],
};

const totals = (firmware: ReturnType<typeof placeFirmware>, on: Board = board): readonly number[] =>
  on.regions.map((region) => firmwareBytes(firmware, region));

describe('placeFirmware', () => {
  it('counts data in RAM and in flash, and neither the arena nor the model that are linked in', () => {
    const firmware = placeFirmware(usage, board, 12_000);
    expect(totals(firmware)).toEqual([100 + 9000 - 8192, 20_000 + 100 - 12_008]);
    expect(firmware).toMatchObject({ arena: { name: 'tensor_arena' }, model: { name: 'g_model' }, unplaced: [] });
  });

  it('leaves another model in: it is not this one', () => {
    const firmware = placeFirmware(usage, board, 11_000);
    expect(firmware.model).toBeNull();
    expect(totals(firmware)[1]).toBe(20_100);
  });

  it('says which sections lie where the board has nothing', () => {
    const strange = {
      ...usage,
      objects: [],
      sections: [...usage.sections, section('.ext', 'zeroed', 0xd000_0000, 77)],
    };
    expect(placeFirmware(strange, board, null).unplaced).toEqual([{ name: '.ext', bytes: 77 }]);
  });

  it('goes by what a section is where the board does not say its addresses', () => {
    const unknown: Board = {
      ...board,
      regions: [
        { name: 'RAM', kind: 'ram', bytes: 65_536, external: false },
        { name: 'flash', kind: 'flash', bytes: 262_144, external: false },
      ],
    };
    expect(totals(placeFirmware({ ...usage, objects: [] }, unknown, null), unknown)).toEqual([9100, 20_100]);
  });

  it('knows a region under another address', () => {
    const [ram, flash] = board.regions;
    const windowed: Board = {
      ...board,
      regions: [{ ...ram!, windows: [{ address: 0x4037_0000, bytes: 65_536 }] }, flash!],
    };
    const sections = [section('.iram0.text', 'code', 0x4037_0010, 3000)];
    expect(totals(placeFirmware({ ...usage, objects: [], sections }, windowed, null), windowed)).toEqual([3000, 3000]);
  });
});
