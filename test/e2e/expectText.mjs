import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const timeoutMs = 15_000;
const pollMs = 50;

/**
 * Waits until a place on the screen says something; fails with what it says instead.
 * @param {import('playwright-core').Locator} locator
 * @param {string | RegExp} wanted a string has to be part of the text
 * @param {number} [timeout] ms
 */
export async function expectText(locator, wanted, timeout = timeoutMs) {
  const says = (/** @type {string} */ text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
  const deadline = Date.now() + timeout;
  for (;;) {
    const texts = await locator.allInnerTexts().catch(whenReplaced);
    if (texts.some(says)) return;
    if (Date.now() > deadline) assert.fail(`${String(wanted)} is not among: ${JSON.stringify(texts)}`);
    await delay(pollMs);
  }
}

/**
 * A webview whose page is just being replaced says nothing.
 * @param {Error} error
 * @returns {string[]}
 */
function whenReplaced(error) {
  if (/detached|destroyed|Cannot find context/.test(error.message)) return [];
  throw error;
}

/**
 * Waits until a condition holds.
 * @param {string} what is waited for, in words
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} [timeout] ms
 */
export async function expectSoon(what, condition, timeout = timeoutMs) {
  for (const deadline = Date.now() + timeout; !(await condition()); await delay(pollMs)) {
    if (Date.now() > deadline) assert.fail(`It did not come to pass: ${what}`);
  }
}
