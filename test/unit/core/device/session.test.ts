import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floodBytes } from '../../../../src/core/device/simulated/floodLines';
import { SimulatedBoard } from '../../../../src/core/device/simulated/simulatedBoard';
import { DeviceSession } from '../../../../src/core/device/session';
import type { DeviceBatch, ProtocolId } from '../../../../src/core/device/sessionViews';

const encoder = new TextEncoder();

function run(
  protocol: ProtocolId,
  ...chunks: readonly (string | Uint8Array)[]
): { session: DeviceSession; batch: DeviceBatch } {
  const session = new DeviceSession(protocol);
  for (const chunk of chunks) session.receive(typeof chunk === 'string' ? encoder.encode(chunk) : chunk, 1000);
  return { session, batch: session.takeBatch(2000) };
}

const total = ({ session }: { session: DeviceSession }): number => {
  const { inLines, inEnds, pending } = session.account;
  return inLines + inEnds + pending;
};

describe('DeviceSession', () => {
  it.each<[string, string]>([
    ['edge-impulse', '\nTiming: DSP 1 ms, inference 2 ms, anomaly 0 ms\nPredictions:\n  a: 1.0\n'],
    ['teleplot', '\n>a:1\n'],
    ['tflm', '\nHeard yes (201) @1792ms\n'],
    ['plotter', '\na:1,b:2\na:1,b:3\na:1,b:4\n'],
  ])('finds out that a stream speaks %s', (expected, text) => {
    expect(run('auto', text).batch.totals.detected).toBe(expected);
  });

  it('names a mixed stream after its results, whichever came first', () => {
    const { batch } = run(
      'auto',
      '\n>a:1\nTiming: DSP 1 ms, inference 2 ms, anomaly 0 ms\nPredictions:\n  x: 1.0\n>a:2\n',
    );
    expect(batch.totals.detected).toBe('edge-impulse');
    expect(batch.results).toHaveLength(1);
    expect([...(batch.series[0]?.values ?? [])]).toEqual([1, 2]);
  });

  it('plots the lines before the proof too, once plain numbers are proven', () => {
    const { batch } = run('auto', '\nboot 3\n1 2\n3 4\n5 6\n7 8\n');
    expect(batch.series.map(({ name, values }) => [name, [...values]])).toEqual([
      ['value 1', [1, 3, 5, 7]],
      ['value 2', [2, 4, 6, 8]],
    ]);
  });

  it('believes no number of a line that it joined halfway', () => {
    expect(run('plotter', '1.5\n2.5\n').batch.series.map(({ values }) => [...values])).toEqual([[2.5]]);
  });

  it('plots nothing when told that it is a log, but shows errors', () => {
    const { batch } = run('log', "\n>a:1\nDidn't find op for builtin opcode 'SHAPE'\nGuru Meditation Error: Core 0\n");
    expect(batch.series).toEqual([]);
    expect(batch.lines.map(({ level }) => level)).toEqual(['raw', 'error', 'error']);
  });

  it('gives the same events however the bytes are cut, and accounts for every byte', () => {
    const board = new SimulatedBoard();
    const bytes = encoder.encode(`${board.advance(1500)}\x1b[31mERR: é\x1b[0m\r\r\n${board.advance(300)}`);
    const whole = run('auto', bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const parts = run('auto', ...chunks);
        expect(parts.batch).toEqual(whole.batch);
        expect(total(parts)).toBe(bytes.length);
      }),
      { numRuns: 50 },
    );
    expect(whole.batch.results.length).toBeGreaterThan(10);
  });

  it('joins no line across a cut wire', () => {
    const session = new DeviceSession('teleplot');
    session.receive(encoder.encode('\n>a:1\n>a:2'), 0);
    session.interrupted(1);
    session.receive(encoder.encode('3\n>a:4\n'), 2);
    const { series, lines } = session.takeBatch(3);
    expect([...(series[0]?.values ?? [])]).toEqual([1, 4]);
    expect(lines.map(({ text }) => text)).toEqual(['>a:1', '>a:2', '3', '>a:4']);
  });

  it('keeps what a late view needs, and forgets what a minute has passed over', () => {
    const session = new DeviceSession('auto');
    const board = new SimulatedBoard();
    for (let second = 0; second < 70; second += 1) {
      session.receive(encoder.encode(board.advance(1000)), second * 1000);
      session.takeBatch(second * 1000 + 500);
    }
    const { lines, series, results, latenciesMs, totals } = session.snapshot(70_000);
    expect(series.map(({ name, unit }) => [name, unit])).toEqual(
      ['accX', 'accY', 'accZ'].map((name) => [name, 'm/s²']),
    );
    const times = series[0]!.timesMs;
    expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(60_000);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(58_000);
    expect(results.length).toBe(totals.results);
    expect(latenciesMs.length).toBe(totals.results);
    expect(Math.min(...latenciesMs)).toBeGreaterThan(15);
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)?.seq).toBe(totals.lines - 1);
  });

  it('searches the log, newest first kept, oldest first told', () => {
    const session = new DeviceSession('log');
    session.receive(encoder.encode('\none\nTwo\nERR: two\nthree\ntwo more\n'), 0);
    session.sent('two\r', 1);
    const found = session.search({ text: 'TWO', levels: ['raw', 'error'], limit: 2 });
    expect(found.matches).toBe(3);
    expect(found.lines.map(({ text }) => text)).toEqual(['ERR: two', 'two more']);
    expect(session.search({ text: '', levels: ['sent'], limit: 9 }).lines.map(({ text }) => text)).toEqual(['two']);
  });

  it('forgets the oldest of very many lines and says so by their numbers', () => {
    const session = new DeviceSession('log');
    session.receive(encoder.encode('x\n'.repeat(100_500)), 0);
    const { matches, lines } = session.search({ text: '', levels: ['raw'], limit: 100_000 });
    expect(matches).toBe(100_000);
    expect(lines[0]?.seq).toBe(500);
    expect(session.takeBatch(1).totals.lines).toBe(100_500);
  });

  it('does not grow with a hostile stream of names', () => {
    const names = Array.from({ length: 500 }, (_, index) => `>n${index}:1\n`).join('');
    expect(run('auto', `\n${names}`).batch.series).toHaveLength(32);
  });

  it('takes 3 s at 1 Mbit/s of telemetry, every value of it', () => {
    const bytes = floodBytes(375_000);
    const result = run('auto', '\n', bytes);
    const lines = new TextDecoder().decode(bytes).split('\n');
    const values = lines.filter((line) => /^>load:-?\d/.test(line)).map((line) => Number(line.slice(6)));
    expect([...(result.batch.series[0]?.values ?? [])]).toEqual(values);
    expect(total(result)).toBe(bytes.length + 1);
  });

  it('measures bytes a second over the last two seconds', () => {
    const session = new DeviceSession('log');
    for (let timeMs = 0; timeMs < 4000; timeMs += 10) session.receive(new Uint8Array(125), timeMs);
    expect(session.takeBatch(4000).totals.bytesPerSecond).toBeCloseTo(12_500, -3);
    expect(session.takeBatch(9000).totals.bytesPerSecond).toBe(0);
  });
});

describe('the lines of the wire format notes', () => {
  const notes = path.resolve(import.meta.dirname, '../../../../../shared/reference/wire-regex.json');
  const present = existsSync(notes);
  if (!present) console.log('skipped: no ../shared/reference/wire-regex.json');

  it.runIf(present)('are all known, but those of protocols to come', () => {
    const { lines } = JSON.parse(readFileSync(notes, 'utf8')) as { lines: { kind: string; line: string }[] };
    const unknown: string[] = [];
    for (const { kind, line } of lines.filter((entry) => !entry.kind.startsWith('mlperf'))) {
      const inside = kind === 'ei.class' ? '#Classification results:\n' : '#Object detection results:\n';
      const before = kind.startsWith('ei.') && !kind.startsWith('ei.header') ? inside : '';
      const { batch } = run('auto', `\n${before}${line}\n`);
      const level = batch.lines.at(-1)?.level;
      const known = level !== 'raw' || batch.series.length > 0 || batch.totals.detected === 'tflm';
      if (!known) unknown.push(`${kind}: ${line}`);
    }
    expect(unknown).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  });
});
