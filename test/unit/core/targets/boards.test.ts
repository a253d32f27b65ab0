import { describe, expect, it } from 'vitest';
import type { AddressRange, BoardRegion } from '../../../../src/core/targets/board';
import { boardById, boards, nearestBoardIds } from '../../../../src/core/targets/boards';

const ownRange = ({ address, bytes }: BoardRegion): readonly AddressRange[] =>
  address === undefined ? [] : [{ address, bytes }];

describe('boards', () => {
  it('has at least 85 boards with ids and names of their own', () => {
    expect(boards.length).toBeGreaterThanOrEqual(85);
    for (const key of ['id', 'name'] as const) {
      expect(new Set(boards.map((board) => board[key])).size).toBe(boards.length);
    }
  });

  it('has names of build tools that mean one board each', () => {
    for (const tool of ['platformio', 'arduino', 'zephyr', 'st'] as const) {
      const names = boards.flatMap((board) => board.names?.[tool] ?? []);
      expect(new Set(names).size, tool).toBe(names.length);
    }
  });

  it.each(boards.map((board) => [board.id, board] as const))(
    '%s states what it is and where that comes from',
    (_, board) => {
      expect(board.id).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
      for (const word of [board.name, board.mcu, board.core]) expect(word.length).toBeGreaterThan(0);
      expect(board.clockMHz === null || (board.clockMHz >= 16 && board.clockMHz <= 1000)).toBe(true);
      expect(board.sources?.length).toBeGreaterThan(0);
      expect(board.regions.some((region) => region.kind === 'ram' && !region.external && !region.instruction)).toBe(
        true,
      );
      expect(new Set(board.regions.map((region) => region.name)).size).toBe(board.regions.length);
    },
  );

  it.each(boards.flatMap((board) => board.regions.map((region) => [`${board.id} ${region.name}`, region] as const)))(
    '%s has a size that can be, with its source',
    (_, region) => {
      expect(region.source, 'every number has a source').toMatch(/^[\w.-]+\/[\w.-]+(@[0-9a-f]{12})?[: ]/);
      expect(['ram', 'flash']).toContain(region.kind);
      expect(region.bytes % 1024).toBe(0);
      expect(region.bytes).toBeGreaterThanOrEqual(1024);
      expect(region.bytes).toBeLessThanOrEqual((region.external ? 64 : 16) * 1024 * 1024);
      for (const { address, bytes } of [...ownRange(region), ...(region.windows ?? [])]) {
        expect(Number.isInteger(address) && address >= 0 && address + bytes <= 2 ** 32).toBe(true);
      }
      if (region.instruction) expect(region.kind).toBe('ram');
    },
  );

  it('has no two regions of a board at one address', () => {
    for (const board of boards) {
      const ranges = board.regions.flatMap((region) => ownRange(region)).toSorted((a, b) => a.address - b.address);
      for (let index = 1; index < ranges.length; index += 1) {
        const before = ranges[index - 1]!;
        expect(before.address + before.bytes, board.id).toBeLessThanOrEqual(ranges[index]!.address);
      }
    }
  });

  it('says where regions are not known instead of making them up', () => {
    const unknown = boards.filter((board) => board.note?.includes('Memory regions not known'));
    expect(unknown.length).toBeLessThanOrEqual(10);
    for (const board of unknown) expect(board.regions.every((region) => region.address === undefined)).toBe(true);
  });

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
