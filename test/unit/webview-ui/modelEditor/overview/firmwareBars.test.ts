import { describe, expect, it } from 'vitest';
import type { ProfileAnswer } from '../../../../../src/core/answers/profileAnswer';
import { fitVerdict } from '../../../../../webview-ui/modelEditor/fitVerdict';
import { arenaOptions } from '../../../../../webview-ui/modelEditor/overview/arenaOptions';
import { fitBars } from '../../../../../webview-ui/modelEditor/overview/fitBars';

const answer: ProfileAnswer = {
  schemaVersion: 1,
  notes: [],
  estimated: [],
  board: 'b',
  runtime: 'tflm',
  arena: { total: 1000, planned: 800, scratch: 0, persistent: 200, minimum: 1100, parts: [] },
  lowerBound: 800,
  flash: { weights: 3000, model: 4000, code: 500, total: null, parts: [] },
  fits: {
    ram: true,
    flash: true,
    regions: [
      { name: 'SRAM', kind: 'ram', bytes: 4000, used: 1100, firmware: 1500 },
      { name: 'DTCM', kind: 'ram', bytes: 500, used: 0, firmware: 80 },
      { name: 'flash', kind: 'flash', bytes: 20_000, used: 4000, firmware: 9000 },
    ],
    arena: { how: 'one', parts: [{ region: 'SRAM', holds: 'arena', bytes: 1100 }] },
    options: [],
  },
  firmware: {
    name: 'app.elf',
    ram: 1580,
    flash: 9000,
    sections: [
      { name: '.bss', region: 'SRAM', bytes: 1400 },
      { name: '.data', region: 'SRAM', bytes: 100 },
      { name: '.fast', region: 'DTCM', bytes: 80 },
      { name: '.text', region: 'flash', bytes: 9000 },
    ],
    arena: null,
    model: null,
  },
  latencyMs: null,
  lint: [],
};

describe('bars with a firmware', () => {
  const bars = fitBars(answer, null);

  it('stack firmware, model and what it needs at start, and count all of it', () => {
    expect(bars.map((bar) => [bar.title, bar.used, bar.segments.map(({ name, bytes }) => [name, bytes])])).toEqual([
      [
        'RAM, SRAM',
        2600,
        [
          ['Firmware', 1500],
          ['Arena, persistent', 200],
          ['Arena, planned', 800],
          ['Arena, start-up', 100],
        ],
      ],
      ['RAM, DTCM', 80, [['Firmware', 80]]],
      [
        'Flash',
        13_000,
        [
          ['Firmware', 9000],
          ['Weights', 3000],
          ['Model overhead', 1000],
        ],
      ],
    ]);
  });

  it('say which sections, largest first, and what is still missing', () => {
    expect(bars[0]?.segments[0]?.note).toBe('app.elf: .bss 1,400 B · .data 100 B');
    expect(bars[0]?.missing).toBe('Stack comes on top.');
    expect(bars[2]?.missing).toBe('');
  });

  it('say the free room beside the firmware', () => {
    expect(fitVerdict(answer).sentence).toBe('Fits RAM with 1,400 B to spare.');
  });
});

describe('arenaOptions', () => {
  it('names the regions of two buffers', () => {
    const two = {
      how: 'two',
      parts: [
        { region: 'SRAM', holds: 'planned', bytes: 2048 },
        { region: 'DTCM', holds: 'persistent', bytes: 1024 },
      ],
    } as const;
    expect(arenaOptions({ ...answer, fits: { ...answer.fits, options: [two] } })).toEqual([
      'As two buffers it would: planned (2.0 KiB) in SRAM, persistent (1.0 KiB) in DTCM. Give both to MicroAllocator::Create.',
    ]);
  });
});
