import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryQuantity,
  formatBinary,
  formatBytes,
  formatCapacity,
  formatCount,
  formatMilliseconds,
  formatPercent,
  formatReal,
  formatScale,
  plural,
} from '../../../../webview-ui/shared/formatNumber';

describe('formatNumber', () => {
  it('writes exact bytes with separators and a true minus', () => {
    expect(formatBytes(73728)).toBe('73,728 B');
    expect(formatBytes(-1060)).toBe('\u22121,060 B');
  });

  it('writes binary units with one decimal', () => {
    expect(formatBinary(333_288)).toBe('325.5 KiB');
    expect(formatBinary(1023)).toBe('1,023 B');
    expect(formatBinary(-1060)).toBe('\u22121.0 KiB');
    expect(formatCapacity(262_144)).toBe('256 KiB');
    expect(formatCapacity(261_000)).toBe('254.9 KiB');
  });

  it('never writes 1024.0 of a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const { value, unit } = binaryQuantity(bytes);
        const magnitude = Number(value.replaceAll(',', ''));
        expect(unit === 'TiB' || magnitude < 1024).toBe(true);
      }),
    );
  });

  it('writes counts with three digits and a decimal prefix', () => {
    expect(formatCount(7_489_664)).toBe('7.49 M');
    expect(formatCount(9_999)).toBe('9,999');
    expect(formatCount(999_600)).toBe('1.00 M');
    expect(formatCount(82_944)).toBe('82.9 k');
  });

  it('writes small shares as less than, and nothing as nothing', () => {
    expect(formatPercent(0.893)).toBe('89.3 %');
    expect(formatPercent(0.00007)).toBe('<0.1 %');
    expect(formatPercent(0)).toBe('0 %');
    expect(formatPercent(-0.004)).toBe('\u22120.4 %');
  });

  it('keeps the digits of small scales', () => {
    expect(formatScale(0.034131)).toBe('0.034131');
    expect(formatScale(0.0000012345)).toBe('1.23e-6');
    expect(formatReal(-7.1123)).toBe('\u22127.112');
    expect(formatReal(0)).toBe('0');
  });

  it('writes milliseconds with three digits', () => {
    expect([0.8531, 12.44, 323.2].map(formatMilliseconds)).toEqual(['0.853', '12.4', '323']);
  });

  it('counts things in words', () => {
    expect(plural(1, 'tensor')).toBe('1 tensor');
    expect(plural(1200, 'tensor')).toBe('1,200 tensors');
  });
});
