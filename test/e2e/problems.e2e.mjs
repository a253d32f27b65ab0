import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';

const budget = { board: 'nano33ble', models: [{ model: 'conv_float.tflite', maxArena: 1000, maxFlash: '1 MiB' }] };

describe('the Problems panel', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;

  before(async function () {
    folder = await makeWorkspace();
    writeFileSync(path.join(folder, 'tinyml.json'), JSON.stringify(budget, null, 2));
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('conv_hybrid.tflite');
    await w.page.locator('[id="status.problems"]').click();
    await w.page.locator('.markers-panel').waitFor();
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('lists the open model, and a model of tinyml.json that is over its budget', async () => {
    const panel = w.page.locator('.markers-panel');
    await expectText(panel, /conv_hybrid\.tflite/);
    await expectText(panel, /does not compute float32 activations with int8 weights/);
    await expectText(panel, /tinyml\/hybrid-quantization/);
    await expectText(panel, /Arena [\d,]+ B \(arena\.\w+\) is [\d,]+ B over the limit of 1,000 B/);
    await expectText(w.page.locator('.statusbar'), /Nano 33 BLE.* · tinyml\.json/);
    await w.screenshot('problems');
  });

  it('leads from the code of a finding to what can be done', async () => {
    await w.page.locator('.markers-panel').locator('a', { hasText: 'tinyml/hybrid-quantization' }).first().click();
    await w.tab('lint.md').waitFor();
    await expectText(w.page.locator('.monaco-editor .view-lines').first(), /tinyml\/hybrid-quantization/);
  });

  it('shows the limit on its line of tinyml.json', async () => {
    await w.openFile('tinyml.json');
    await w.page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await expectText(w.page.locator('.markers-panel'), /conv_float\.tflite: arena [\d,]+ B/);
    await w.screenshot('problems-budget');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
