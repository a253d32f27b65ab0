import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inRoot } from '../../scripts/paths.mjs';
import { exactly } from './exactly.mjs';
import { QuickInput } from './quickInput.mjs';

/** @typedef {import('playwright-core').Locator} Locator */

/** A menu swallows a click that comes while it settles. */
const menuSettleMs = 250;

const screenshotFolder = inRoot('out', 'screenshots');

/** VS Code's own themes as its list names them, with the class that the window wears in each. */
const themes = {
  dark: { label: 'Dark Modern', wears: 'vs-dark' },
  light: { label: 'Light Modern', wears: 'vs' },
  'high-contrast': { label: 'Dark High Contrast', wears: 'hc-black' },
  'high-contrast-light': { label: 'Light High Contrast', wears: 'hc-light' },
};

/** A person's view of one VS Code window: what can be seen, clicked and typed there. */
export class Workbench {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    /** Uncaught errors of the window and its webviews: a test may ask that there were none. @type {string[]} */
    this.errors = [];
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
  }

  /** The icon of a view container in the activity bar. @param {string} name */
  activityIcon(name) {
    return this.page.locator(`.activitybar .action-label[aria-label^="${name}"]`);
  }

  /**
   * Shows the side bar of a view container. An extension's icon also tells that its contributions are known: a model
   * opened before that opens as text.
   * @param {string} name
   */
  async showView(name) {
    const icon = this.activityIcon(name);
    await icon.waitFor();
    const item = icon.locator('xpath=..');
    if (!(await item.getAttribute('class'))?.split(' ').includes('checked')) await icon.click();
  }

  /** Runs a command of the command palette by its full title. @param {string} title */
  async runCommand(title) {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.quickInput.pick(title);
  }

  /**
   * Switches the colour theme. Through the list: an open window does not take a new theme from its settings file.
   * @param {keyof typeof themes} theme
   */
  async useTheme(theme) {
    const { label, wears } = themes[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.row(/.*/).first().waitFor();
    await this.quickInput.fill(label);
    await this.quickInput.pick(label);
    await this.page.locator(`.monaco-workbench.${wears}`).waitFor();
  }

  /** A file or folder in the explorer, by its name. @param {string} name */
  explorerItem(name) {
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({
      has: this.page.locator('.label-name', { hasText: exactly(name) }),
    });
  }

  /** Opens a file from the explorer in a tab that stays. @param {string} name */
  async openFile(name) {
    await this.showView('Explorer');
    await this.explorerItem(name).dblclick();
    await this.tab(name).waitFor();
  }

  /**
   * Opens a model in a window that has just come up, and waits for its editor. Until VS Code knows of the extension's
   * editor, a model opens as text.
   * @param {string} name
   */
  async openFirstModel(name) {
    const model = this.page.locator('iframe.webview');
    const text = this.page.locator('.monaco-editor-pane-placeholder, .editor-instance .monaco-editor');
    for (;;) {
      await this.openFile(name);
      await model.or(text).first().waitFor({ state: 'attached' });
      if ((await model.count()) > 0) return;
      await this.runCommand('View: Close All Editors');
    }
  }

  /**
   * Right-clicks a file in the explorer and chooses from its menu.
   * @param {string} name
   * @param {...string} choices a menu entry, after the submenus that lead to it
   */
  async chooseFromExplorer(name, ...choices) {
    await this.showView('Explorer');
    for (;;) {
      await this.explorerItem(name).click({ button: 'right' });
      const entry = this.menuEntry(/** @type {string} */ (choices[0]));
      await entry.waitFor();
      if (!(await entry.getAttribute('class'))?.split(' ').includes('disabled')) break;
      // A window knows only after a moment that its folder is trusted; its open menu does not follow.
      await this.page.keyboard.press('Escape');
      await entry.waitFor({ state: 'detached' });
    }
    await this.chooseFromMenu(...choices);
  }

  /** An entry of the menu that is open. @param {string} label */
  menuEntry(label) {
    const text = this.page.locator('.action-label', { hasText: exactly(label) });
    return this.page.locator('.monaco-menu .action-item').filter({ has: text }).first();
  }

  /** Chooses from the menu that is open. @param {...string} choices an entry, after the submenus that lead to it */
  async chooseFromMenu(...choices) {
    for (const choice of choices) {
      const entry = this.menuEntry(choice);
      await entry.waitFor();
      await this.page.waitForTimeout(menuSettleMs);
      await entry.hover();
      await entry.click();
    }
  }

  /** The tab of an open editor. @param {string} title */
  tab(title) {
    return this.page.locator(`.tabs-container .tab[data-resource-name="${title}"]`);
  }

  /** A row of a tree in the side bar. @param {string | RegExp} label */
  treeItem(label) {
    return this.page.locator('.sidebar .monaco-list-row').filter({ hasText: label });
  }

  /** An entry of the status bar. @param {string | RegExp} label */
  statusItem(label) {
    return this.page.locator('.statusbar-item').filter({ hasText: label });
  }

  /**
   * The document of a webview that is on the screen.
   * @param {number} [index] which, when several are
   */
  webview(index = 0) {
    const outer = this.page.locator('iframe.webview.ready').filter({ visible: true }).nth(index).contentFrame();
    return outer.frameLocator('iframe#active-frame');
  }

  /** A notification that says `text`. @param {string | RegExp} text */
  notification(text) {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** Presses a notification's button. @param {string | RegExp} text @param {string} button */
  async answerNotification(text, button) {
    const notification = this.notification(text);
    await notification.waitFor();
    await notification.hover();
    await notification.locator('.monaco-button', { hasText: button }).click();
  }

  /** Presses a modal dialog's button. @param {string | RegExp} text @param {string} button */
  async answerDialog(text, button) {
    const dialog = this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    await dialog.locator('.monaco-button', { hasText: button }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /**
   * Saves a picture of the window as out/screenshots/NAME.png, without the pointer's hover effects.
   * @param {string} name
   * @returns {Promise<string>} the file
   */
  async screenshot(name) {
    const file = path.join(screenshotFolder, `${name}.png`);
    await mkdir(screenshotFolder, { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Loads the window again, as VS Code does it: the page's own reload loses what is not stored yet. */
  async reload() {
    const loaded = this.page.waitForEvent('load');
    await this.page.keyboard.press('F1');
    await this.quickInput.fill('>Developer: Reload Window');
    await this.quickInput.row('Developer: Reload Window').first().click();
    await loaded;
    await this.activityIcon('TinyML').waitFor();
  }

  close() {
    return this.page.context().close();
  }
}
