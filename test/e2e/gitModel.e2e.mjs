import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { findOnPath } from '../../scripts/vscode/findOnPath.mjs';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'conv_float.tflite';

describe('a model of an earlier commit', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;

  before(async function () {
    if (!findOnPath('git')) {
      console.log('      skipped: git is not on PATH');
      this.skip();
    }
    folder = await makeWorkspace();
    const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: folder });
    git('init', '--quiet');
    git('add', '.');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', 'commit', '--quiet', '-m', 'models');
    await copyFile(path.join(folder, 'conv_int8.tflite'), path.join(folder, file));
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
  });

  after(async () => {
    await w?.close();
    if (folder) await removeFolder(folder);
  });

  it('opens beside the one of today', async () => {
    await w.showView('Source Control');
    await w.treeItem(file).first().click();
    await expectSoon('two models', async () => (await w.page.locator('iframe.webview.ready:visible').count()) === 2);
    await w.screenshot('git-changes');
    await expectText(new ModelEditor(w, 0).stat('File'), '2,952 B');
    await expectText(new ModelEditor(w, 1).stat('File'), '2,120 B');
    await w.screenshot('git-changes');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
