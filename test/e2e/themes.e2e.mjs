/* global getComputedStyle -- the page's own, in functions that run there */
import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'selfie_segmentation.tflite';
const narrow = { width: 760, height: 900 };
const drawn = { Graph: '.canvas-holder canvas', Layers: '.layer-row', Memory: '.memory canvas' };

describe('the look of the model editor', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel(file);
    editor = new ModelEditor(w);
    await editor.waitForOverview(file);
  });

  after(async () => {
    await w.useTheme('dark'); // the next window takes it from the user's settings
    await w.close();
    await removeFolder(folder);
  });

  for (const theme of /** @type {const} */ (['light', 'high-contrast'])) {
    it(`follows the theme: ${theme}`, async () => {
      const root = editor.frame.locator('body');
      const before = await root.evaluate((body) => getComputedStyle(body).color);
      await w.useTheme(theme);
      await editor.tab('Overview').click();
      await editor.frame.locator('.stats').waitFor();
      assert.notEqual(await root.evaluate((body) => getComputedStyle(body).color), before);
      await w.screenshot(`overview-${theme}`);
      for (const [tab, selector] of Object.entries(drawn)) {
        await editor.tab(tab).click();
        await editor.frame.locator(selector).first().waitFor();
        await w.screenshot(`${tab.toLowerCase()}-${theme}`);
      }
    });
  }

  it('fits a narrow window', async () => {
    await w.useTheme('dark');
    await w.page.setViewportSize(narrow);
    for (const [tab, selector] of Object.entries({ Overview: '.stats', ...drawn })) {
      await editor.tab(tab).click();
      await editor.frame.locator(selector).first().waitFor();
      await w.screenshot(`${tab.toLowerCase()}-narrow`);
      const overflow = await editor.frame.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
      assert.ok(overflow <= 0, `${tab} is ${overflow} px wider than its window`);
    }
    await expectText(editor.openTab, 'Memory');
  });
});
