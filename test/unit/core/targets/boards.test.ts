import { describe, expect, it } from 'vitest';
import { boardById, boards, nearestBoardIds } from '../../../../src/core/targets/boards';

describe('boards', () => {
  it('has 85 boards with ids of their own', () => {
    expect(boards).toHaveLength(85);
    expect(new Set(boards.map((board) => board.id)).size).toBe(85);
  });

  it.each(boards.map((board) => [board.id, board] as const))(
    '%s states what it is and where that comes from',
    (_, board) => {
      expect(board.id).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
      for (const word of [board.name, board.mcu, board.core]) expect(word.length).toBeGreaterThan(0);
      expect(board.clockMHz === null || board.clockMHz > 0).toBe(true);
      expect(board.sources === null || board.sources.length > 0).toBe(true);
      expect(board.regions.some((region) => region.kind === 'ram' && !region.external)).toBe(true);
      expect(new Set(board.regions.map((region) => region.name)).size).toBe(board.regions.length);
      for (const region of board.regions) {
        expect(['ram', 'flash']).toContain(region.kind);
        expect(Number.isInteger(region.bytes) && region.bytes > 0).toBe(true);
      }
    },
  );

  it('knows the Portenta H7 as regions, external memory apart', () => {
    const board = boardById('portenta_h7_m7');
    expect(board?.regions.find((region) => region.name === 'AXI SRAM')).toMatchObject({
      bytes: 524_288,
      external: false,
    });
    expect(board?.regions.find((region) => region.name === 'SDRAM')).toMatchObject({
      bytes: 8_388_608,
      external: true,
    });
  });

  it('does not know a board of another name, but the likeliest one', () => {
    expect(boardById('nano33')).toBeNull();
    expect(nearestBoardIds('nano33')).toContain('nano33ble');
    expect(nearestBoardIds('rpi-pico')[0]).toBe('rpipico');
    expect(nearestBoardIds('')).toHaveLength(3);
  });
});
