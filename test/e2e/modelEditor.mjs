import { expectText } from './expectText.mjs';

/** @typedef {import('playwright-core').Locator} Locator */

/** A person's view of the model editor that is on the screen. */
export class ModelEditor {
  /**
   * @param {import('./workbench.mjs').Workbench} workbench
   * @param {number} [index] which, when several are on the screen
   */
  constructor(workbench, index = 0) {
    this.frame = workbench.webview(index);
    this.heading = this.frame.getByRole('heading', { level: 1 });
    this.problem = this.frame.locator('.notice');
    this.banner = this.frame.locator('.banner');
    this.screen = this.frame.locator('#screen');
    this.inspector = this.frame.getByRole('complementary', { name: 'Inspector' });
    this.verdict = this.frame.locator('.bar .pill');
    this.layerRows = this.frame.locator('.layer-row:not(.head):not(.totals)');
  }

  /** Waits until the overview of a file is drawn. @param {string} file */
  async waitForOverview(file) {
    await expectText(this.heading, file);
    await this.frame.locator('.stats').waitFor();
  }

  /** A tab's button. @param {string} name */
  tab(name) {
    return this.frame.getByRole('tab', { name });
  }

  /** The tab that is open. */
  get openTab() {
    return this.frame.locator('[role=tab][aria-selected=true]');
  }

  /** A figure of the strip at the top, by the beginning of its caption. @param {string} caption */
  stat(caption) {
    return this.frame.locator('.stats > div').filter({ has: this.frame.locator(`.caption[title^="${caption}"]`) });
  }

  /** Finds an operator in the graph and opens the first that is found. @param {string} text */
  async findInGraph(text) {
    const box = this.frame.getByLabel('Find an operator or tensor');
    await box.fill(text);
    await box.press('Enter');
    await this.inspector.waitFor();
    await box.press('Escape');
  }
}
