import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { ModelEditor } from './modelEditor.mjs';

describe('stripping from the explorer', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  const bytesOf = (/** @type {string} */ name) => statSync(path.join(folder, name)).size;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('conv_int8.tflite');
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('asks who must still load the file, writes a smaller one beside it and says what was saved', async () => {
    await w.chooseFromExplorer('conv_int8.tflite', 'Strip…');
    await w.quickInput.pick('For TensorFlow Lite Micro only');
    await new ModelEditor(w).waitForOverview('conv_int8.stripped.tflite');
    await w.notification(/bytes, [\d,]+ saved: /).waitFor();
    await w.screenshot('strip');
    assert.ok(bytesOf('conv_int8.stripped.tflite') < bytesOf('conv_int8.tflite'));
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
