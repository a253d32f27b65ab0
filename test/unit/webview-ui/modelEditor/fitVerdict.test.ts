import { describe, expect, it } from 'vitest';
import type { ProfileAnswer, RegionUse } from '../../../../src/core/answers/profileAnswer';
import { fitVerdict } from '../../../../webview-ui/modelEditor/fitVerdict';
import { fitBars, gaugeTicks } from '../../../../webview-ui/modelEditor/overview/fitBars';

function profileWith(regions: readonly RegionUse[], more: Partial<ProfileAnswer> = {}): ProfileAnswer {
  const fitsKind = (kind: RegionUse['kind']): boolean | null => {
    const own = regions.filter((region) => region.kind === kind);
    return own.length === 0 ? null : own.every((region) => region.used <= region.bytes);
  };
  return {
    schemaVersion: 1,
    notes: [],
    estimated: [],
    board: 'nano33ble',
    runtime: 'tflm',
    arena: { total: 100_708, planned: 73_728, scratch: 0, persistent: 26_980, minimum: null, parts: [] },
    lowerBound: 55_296,
    flash: { weights: 219_064, model: 333_288, code: null, total: null, parts: [] },
    fits: { ram: fitsKind('ram'), flash: fitsKind('flash'), regions, arena: null, options: [] },
    firmware: null,
    latencyMs: null,
    lint: [],
    ...more,
  };
}

const ram = (bytes: number, used: number): RegionUse => ({ name: 'RAM', kind: 'ram', bytes, used, firmware: null });
const flash = (bytes: number, used: number): RegionUse => ({
  name: 'flash',
  kind: 'flash',
  bytes,
  used,
  firmware: null,
});

describe('fitVerdict', () => {
  it('says by how much it is over', () => {
    const verdict = fitVerdict(profileWith([ram(99_648, 100_708), flash(1_000_000, 333_288)]));
    expect(verdict).toEqual({ level: 'bad', short: 'over by 1,060 B', sentence: 'Does not fit RAM by 1,060 B.' });
  });

  it('speaks for RAM when all fits', () => {
    expect(fitVerdict(profileWith([ram(262_144, 100_708), flash(400_000, 333_288)]))).toMatchObject({
      level: 'ok',
      short: 'fits, 157.7 KiB free',
    });
  });

  it('calls less than 5 % free tight', () => {
    expect(fitVerdict(profileWith([ram(102_400, 100_708)]))).toMatchObject({
      level: 'warn',
      short: 'tight, 1.7 KiB free',
    });
  });

  it('marks a use that is only a lower bound', () => {
    const estimated = ['fits.ram'];
    expect(fitVerdict(profileWith([ram(262_144, 73_728)], { estimated })).short).toBe('fits, at most 184.0 KiB free');
    expect(fitVerdict(profileWith([ram(73_000, 73_728)], { estimated })).short).toBe('over by at least 728 B');
    expect(fitBars(profileWith([ram(262_144, 73_728)], { estimated }), null)[0]?.verdict).toBe('at most 71.9 % free');
  });

  it('judges nothing without a board or a known need', () => {
    expect(fitVerdict(profileWith([], { board: null })).short).toBe('no board chosen');
    expect(fitVerdict(profileWith([ram(262_144, 0)])).short).toBe('need unknown');
    expect(fitVerdict(profileWith([flash(1_000_000, 333_288)])).short).toBe('RAM unknown');
  });
});

describe('fitBars', () => {
  it('splits RAM into persistent and planned, flash into weights and overhead', () => {
    const bars = fitBars(profileWith([ram(262_144, 100_708), flash(1_000_000, 333_288)]), 'TFLM greedy');
    expect(bars.map((bar) => bar.segments.map((segment) => segment.bytes))).toEqual([
      [26_980, 73_728],
      [219_064, 114_224],
    ]);
    for (const bar of bars) expect(bar.segments.reduce((sum, segment) => sum + segment.bytes, 0)).toBe(bar.used);
  });

  it('has few ticks, well apart, however far the model is over', () => {
    expect(
      gaugeTicks(262_144, 270_000)
        .map(({ text }) => text)
        .slice(0, 3),
    ).toEqual(['0', '32', '64']);
    for (const scale of [600_000, 33_000_000, 4e9]) {
      const ticks = gaugeTicks(262_144, scale);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(5);
      for (const [index, tick] of ticks.entries()) {
        expect(tick.text).toMatch(/^0 B$|(KiB|MiB|GiB)$/);
        if (index > 0) expect(tick.bytes - ticks[index - 1]!.bytes).toBeGreaterThan(scale / 8);
      }
    }
  });

  it('labels what is estimated', () => {
    const [bar] = fitBars(profileWith([ram(262_144, 100_708)], { estimated: ['arena'] }), 'TFLM greedy');
    expect(bar?.segments.every((segment) => segment.note.startsWith('estimate'))).toBe(true);
  });
});
