import { describe, expect, it } from 'vitest';
import type { Board } from '../../../../src/core/targets/board';
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
        { name: 'SRAM', kind: 'ram', bytes: 200, used: 150 },
        { name: 'DTCM', kind: 'ram', bytes: 100, used: 0 },
        { name: 'SDRAM (external)', kind: 'ram', bytes: 9000, used: 0 },
        { name: 'flash', kind: 'flash', bytes: 500, used: 400 },
      ],
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
});
