import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { exactly } from './exactly.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';
import { Session } from './session.mjs';

describe('a workspace that is not trusted', () => {
  /** @type {Session} */ let session;
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    session = await Session.start(this.session.vsix, { workspaceTrust: true });
    w = await session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('conv_int8.tflite');
    editor = new ModelEditor(w);
  });

  after(async () => {
    await session.stop();
    await removeFolder(folder);
  });

  it('opens and inspects models', async () => {
    await w.statusItem('Restricted Mode').waitFor();
    await editor.waitForOverview('conv_int8.tflite');
    await expectText(editor.stat('Parameters'), '437');
    await editor.tab('Layers').click();
    await editor.layerRows.first().waitFor();
  });

  it('runs none, and says why', async () => {
    await editor.tab('Try it').click();
    await expectText(editor.screen, 'Models run only in a workspace that you trust.');
    await w.screenshot('untrusted');
  });

  it('converts, quantizes and prunes none', async () => {
    await w.explorerItem('conv_int8.tflite').click({ button: 'right' });
    for (const title of ['Convert to ONNX/TFLite…', 'Quantize to int8…', 'Prune…']) {
      const entry = w.page.locator('.monaco-menu .action-item', {
        has: w.page.locator('.action-label', { hasText: exactly(title) }),
      });
      await entry.waitFor();
      assert.match((await entry.getAttribute('class')) ?? '', /disabled/, title);
    }
    await w.page.keyboard.press('Escape');
    await editor.tab('Overview').click();
    await editor.frame.getByRole('button', { name: 'Prune…' }).click();
    await w.notification('only in a workspace that you trust').waitFor();
    await editor.tab('Try it').click();
  });

  it('runs models once it is trusted', async () => {
    await editor.frame.getByRole('button', { name: 'Manage trust' }).click();
    await w.page
      .locator('.workspace-trust-editor .monaco-button', { hasText: exactly('Trust') })
      .first()
      .click();
    await w.page.locator('.monaco-modal-editor-block .codicon-close').click(); // the page of trust lies over the window
    await editor.frame.getByRole('button', { name: /^Run$/ }).click();
    await expectText(editor.frame.locator('.run-bar [role=status]'), /Integer engine · 1 step/);
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
