import { describe, expect, it } from 'vitest';
import { devicesCommand } from '../../../src/cli/commands/devices';
import { monitorCommand } from '../../../src/cli/commands/monitor';
import { runCli } from '../../../src/cli/runCli';

async function run(
  argv: readonly string[],
  abortAfterMs?: number,
): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const control = new AbortController();
  if (abortAfterMs !== undefined) setTimeout(() => control.abort(), abortAfterMs);
  const code = await runCli(argv, [devicesCommand, monitorCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: control.signal,
  });
  return { code, out, error };
}

const SIMULATED = ['monitor', '--port', 'simulated://board'];

describe('tinyml monitor', () => {
  it('prints one JSON object a line, and totals last', async () => {
    const { code, out } = await run([...SIMULATED, '--seconds', '0.6', '--json']);
    expect(code).toBe(0);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['state', 'line', 'result', 'point', 'totals']));
    const result = events.find(({ event }) => event === 'result');
    expect(Object.keys(result?.classes as object)).toEqual(['idle', 'wave', 'updown', 'snake']);
    expect(events.at(-1)).toMatchObject({ event: 'totals', detected: 'edge-impulse', lostBytes: 0 });
    expect(events.at(-1)?.lines).toBe(events.filter(({ event }) => event === 'line').length);
  });

  it('prints the lines for people, and ends with Ctrl-C', async () => {
    const { code, out, error } = await run(SIMULATED, 300);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {3}>accX:/m);
    expect(error).toContain('connected to simulated://board');
    expect(error).toContain('speaks edge-impulse');
  });

  it.each([
    [['monitor'], '--port is missing'],
    [[...SIMULATED, '--protocol', 'morse'], '--protocol is one of'],
    [[...SIMULATED, '--baud', 'fast'], '--baud must be'],
    [[...SIMULATED, '--seconds', '-1'], '--seconds'],
    [['monitor', '--port', '/dev/ttyACM99'], '/dev/ttyACM99: /dev/ttyACM99 is not there.'],
  ])('exits 2 on %j', async (argv, message) => {
    const { code, error } = await run(argv);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });
});

describe('tinyml devices', () => {
  it('answers a list, empty or not', async () => {
    const { code, out } = await run(['devices', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, ports: expect.any(Array) as unknown });
  });
});
