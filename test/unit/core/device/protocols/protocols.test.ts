import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocols } from '../../../../../src/core/device/detect';
import { plotterProtocol } from '../../../../../src/core/device/protocols/plotter/plotterProtocol';
import { teleplotProtocol } from '../../../../../src/core/device/protocols/teleplot/teleplotProtocol';
import { tflmProtocol } from '../../../../../src/core/device/protocols/tflm/tflmProtocol';
import { collect } from './collect';

describe('Teleplot', () => {
  const points = (...lines: readonly string[]): (string | number)[][] =>
    collect(teleplotProtocol, lines).points.map(({ name, unit, timeMs, value }) => [name, unit, timeMs, value]);

  it('reads name, value and unit', () => {
    expect(points('>temp:21.5', '>temp,Room:22§°C', '>n:-1e-3')).toEqual([
      ['temp', '', 1000, 21.5],
      ['temp', '°C', 1001, 22],
      ['n', '', 1002, -0.001],
    ]);
  });

  it("puts the device's clock on the host's", () => {
    expect(points('>a:1627551892437:1;1627551892537:2§V', '>a:1627551892637:3')).toEqual([
      ['a', 'V', 1000, 1],
      ['a', 'V', 1000, 2],
      ['a', '', 1001, 3],
    ]);
  });

  it('starts the clock anew after a reset', () => {
    expect(points('>a:900000:1', '>a:10:2')).toEqual([
      ['a', '', 1000, 1],
      ['a', '', 1001, 2],
    ]);
  });

  it('splits an xy plot', () => {
    expect(points('>pos:1:2;3:4|xy')).toEqual([
      ['pos x', '', 1000, 1],
      ['pos x', '', 1000, 3],
      ['pos y', '', 1000, 2],
      ['pos y', '', 1000, 4],
    ]);
  });

  it.each(['>state:RUN|t', '>a:1|np', '>3D|box:R::3.14', '|cmd|', '> AT+HELP: 1', '>a', '>:1', 'a:1', '>a:x', '>a:'])(
    'plots nothing of %s',
    (line) => {
      expect(points(line)).toEqual([]);
    },
  );
});

describe('plain numbers', () => {
  const points = (line: string): (string | number)[][] =>
    collect(plotterProtocol, [line]).points.map(({ name, value }) => [name, value]);

  it.each<[string, (string | number)[][]]>([
    [
      'Temp:21.5,Hum:40',
      [
        ['Temp', 21.5],
        ['Hum', 40],
      ],
    ],
    [
      'x_value: 1.0, y_value: -2.5',
      [
        ['x_value', 1],
        ['y_value', -2.5],
      ],
    ],
    [
      '1.0 2.0\t3.0',
      [
        ['value 1', 1],
        ['value 2', 2],
        ['value 3', 3],
      ],
    ],
    ['42', [['value 1', 42]]],
    [
      '1,2,',
      [
        ['value 1', 1],
        ['value 2', 2],
      ],
    ],
  ])('reads %s', (line, expected) => {
    expect(points(line)).toEqual(expected);
  });

  it.each(['12:30:45', 'Sample length: 2000 ms.', 'hello', '', 'I (21) boot: 3', ':5', '1,,x'])(
    'refuses %s',
    (line) => {
      expect(points(line)).toEqual([]);
    },
  );
});

describe('TFLM text', () => {
  const scores = (line: string): (string | number)[][] =>
    collect(tflmProtocol, [line]).results.flatMap(({ classes }) => classes.map(({ label, score }) => [label, score]));

  it.each<[string, (string | number)[][]]>([
    ['Heard yes (204) @1792ms', [['yes', 0.8]]],
    ['Heard yes (0.8125) @1792ms', [['yes', 0.8125]]],
    ['Detected      no, score: 0.75', [['no', 0.75]]],
    [
      'person score:-72 no person score 72',
      [
        ['person', 56 / 256],
        ['no person', 200 / 256],
      ],
    ],
    [
      'person score:200 no person score 56',
      [
        ['person', 200 / 256],
        ['no person', 56 / 256],
      ],
    ],
    [
      'person score:81%, no person score 19%',
      [
        ['person', 0.81],
        ['no person', 0.19],
      ],
    ],
    ['Found ring (97.3%)', [['ring', 0.9703]]],
  ])('reads %s', (line, expected) => {
    expect(scores(line)).toEqual(expected);
  });

  it('reads the unpadded hundredths of the Arduino example', () => {
    expect(scores('Person score: 81.5% No person score: 18.95%')).toEqual([
      ['person', 0.8105],
      ['no person', 0.1895],
    ]);
  });

  it.each([
    'Failed to resize buffer. Requested: 11373728, available 1135736, missing: 10237992',
    'Failed to allocate tail memory. Requested: 10, available 5, missing: 5',
    'Arena size is too small for all buffers. Needed 55296 but only 40000 was available.',
    "Didn't find op for builtin opcode 'SHAPE' version '1'",
    'Node CONV_2D (number 3) failed to prepare with status 1',
    'AllocateTensors() failed',
    'Hybrid models are not supported on TFLite Micro.',
  ])('shows as an error: %s', (line) => {
    expect(collect(tflmProtocol, [line]).levels).toEqual(['error']);
  });

  it("keeps the arena's measured bytes", () => {
    const lines = ['[RecordingMicroAllocator] Arena allocation total 84436 bytes', 'CONV_2D took 8123 ticks (12 ms).'];
    const { facts, levels } = collect(tflmProtocol, lines);
    expect(facts).toEqual({ arenaBytes: 84436 });
    expect(levels).toEqual(['raw', 'raw']);
  });
});

describe.each(protocols.map((protocol) => [protocol.id, protocol] as const))('every protocol: %s', (_, protocol) => {
  it('takes any text without throwing, and answers at once on a long hostile line', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => void collect(protocol, lines)));
    const hostile = [
      '  ' + ': '.repeat(30_000),
      `  ${'('.repeat(60_000)}`,
      `>${'a;'.repeat(30_000)}:1`,
      '1'.repeat(65_000),
    ];
    const wrapped = hostile.flatMap((line) => ['#Classification results:', line, '#Object detection results:', line]);
    expect(collect(protocol, wrapped).results.flatMap(({ boxes }) => boxes)).toEqual([]);
  });

  it('recognises no ordinary log line', () => {
    for (const line of [
      '',
      'hello',
      'boot: ok',
      '> ',
      '> AT+HELP',
      'I (312) wifi: connected',
      'Free heap 2048 bytes',
    ]) {
      expect(protocol.recognises(line), line).toBe(false);
    }
  });
});
