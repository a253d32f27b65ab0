import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/** Waits until a condition holds; fails with what was waited for. */
export async function soon(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) assert.fail(`It did not come to pass: ${what}`);
    await delay(POLL_MS);
  }
}
