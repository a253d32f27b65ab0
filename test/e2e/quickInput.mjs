/* global document, HTMLInputElement -- the page's own, in functions that run there */
import { statSync } from 'node:fs';
import { exactly } from './exactly.mjs';

const fileDialogSettleMs = 250;

/** The box at the top of the window: command palette, lists to pick from, questions, and the server's file dialogs. */
export class QuickInput {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.box = page.locator('.quick-input-widget').filter({ visible: true });
    this.input = this.box.locator('.quick-input-box input');
    this.rows = this.box.locator('.quick-input-list .monaco-list-row');
    /** The line under the box, where a validation says what is wrong. */
    this.message = this.box.locator('.quick-input-message');
  }

  /** A row by its label. @param {string | RegExp} label a string has to be the whole label */
  row(label) {
    const text = typeof label === 'string' ? exactly(label) : label;
    return this.rows.filter({ has: this.page.locator('.quick-input-list-entry .label-name', { hasText: text }) });
  }

  /** Types into the box, once it is there. @param {string} text */
  async fill(text) {
    await this.input.waitFor();
    await this.input.fill(text);
  }

  /** Takes the row with that label and waits until its list is gone. @param {string | RegExp} label */
  async pick(label) {
    const row = this.row(label).first();
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** Answers a question and waits until it is gone; to see an answer refused, `fill` and look at `message`. @param {string} text */
  async answer(text) {
    await this.fill(text);
    await this.input.press('Enter');
    await this.page.waitForFunction((answer) => {
      const input = document.querySelector('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
      return !(input instanceof HTMLInputElement) || input.value !== answer;
    }, text);
  }

  /**
   * Names a file or folder in an open or save dialog and waits until it is closed.
   * @param {string} file an absolute path
   */
  async chooseFile(file) {
    await this.rows.first().waitFor(); // until it lists its first folder, it writes that folder over what is typed
    await this.fill(statSync(file, { throwIfNoEntry: false })?.isDirectory() ? `${file}/` : file); // else it goes in only
    await this.page.waitForTimeout(fileDialogSettleMs); // it reads the folder that was typed
    const accept = this.box.locator('.quick-input-action .monaco-button').first(); // OK, or what the dialog calls it
    await accept.click();
    await accept.waitFor({ state: 'hidden' }); // the box itself may ask the next question at once
  }

  /** Leaves without an answer. */
  async cancel() {
    await this.page.keyboard.press('Escape');
    await this.box.waitFor({ state: 'hidden' });
  }
}
