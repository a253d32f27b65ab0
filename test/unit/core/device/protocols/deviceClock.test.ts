import { describe, expect, it } from 'vitest';
import { DeviceClock } from '../../../../../src/core/device/protocols/teleplot/deviceClock';

describe('DeviceClock', () => {
  it('takes out what a line waited on its way', () => {
    const clock = new DeviceClock();
    const delays = [30, 5, 40, 17, 5, 60];
    const mapped = delays.map((delay, index) => clock.toHost(index * 16, 10_000 + index * 16 + delay));
    expect(mapped.slice(1)).toEqual([1, 2, 3, 4, 5].map((index) => 10_005 + index * 16));
  });

  it('follows a clock that runs slow, never more than seconds behind', () => {
    const clock = new DeviceClock();
    let lag = 0;
    for (let hostMs = 0; hostMs < 600_000; hostMs += 100) lag = hostMs - clock.toHost(hostMs * 0.999, hostMs);
    expect(lag).toBeGreaterThanOrEqual(0);
    expect(lag).toBeLessThan(10); // 0.1 % of eight seconds
  });

  it('starts over when the device does', () => {
    const clock = new DeviceClock();
    clock.toHost(900_000, 1000);
    expect(clock.toHost(0, 2000)).toBe(2000);
  });
});
