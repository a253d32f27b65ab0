import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const optimize = 'Optimize Arena…';

describe('a smaller arena from the explorer', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('fragmented.tflite');
    editor = new ModelEditor(w);
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('writes a plan beside the model, opens it and says what it gains', async () => {
    await w.chooseFromExplorer('fragmented.tflite', optimize);
    await editor.waitForOverview('fragmented.planned.tflite');
    await w.notification('Planned arena: 512 → 384 bytes').waitFor();
    await w.screenshot('plan-arena');
    assert.ok(existsSync(path.join(folder, 'fragmented.planned.tflite')));
    await expectText(editor.screen, 'OfflineMemoryAllocation');
  });

  it('says that there is nothing to gain, and writes nothing', async () => {
    await w.chooseFromExplorer('conv_int8.tflite', optimize);
    await w.notification('no plan can be smaller').waitFor();
    assert.ok(!existsSync(path.join(folder, 'conv_int8.planned.tflite')));
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
