import assert from 'node:assert/strict';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

/** What each file says of itself; `stats` are the only figures there are. */
const files = [
  {
    file: 'net.h5',
    summary: /Keras · 4 operators/,
    parameters: '149',
    refusal: /Models run here as \.tflite or \.onnx/,
  },
  { file: 'net.keras', summary: /Keras · 4 operators/, parameters: '149', refusal: /Models run here as/ },
  { file: 'weights.gguf', summary: /GGUF · 2 tensors/, parameters: '70', refusal: /weights without the graph/ },
  { file: 'weights.safetensors', summary: /safetensors · 2 tensors/, parameters: '9', refusal: /weights without/ },
];

describe('opening other formats', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(path.join(folder, 'other'));
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('sum.onnx');
    editor = new ModelEditor(w);
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  for (const { file, summary, parameters, refusal } of files) {
    it(`shows ${file} by Open as Model, and says why it cannot be run`, async () => {
      await w.chooseFromExplorer(file, 'Open as Model');
      await editor.waitForOverview(file);
      await expectText(editor.screen, summary);
      await expectText(editor.stat('Parameters'), parameters);
      await expectText(editor.screen, 'opens for reading only');
      await editor.tab('Try it').click();
      await expectText(editor.screen, refusal);
    });
  }

  it('has a sentence where weights alone have no graph, layers or memory, and no figures of an arena', async () => {
    await w.tab('weights.gguf').click();
    for (const tab of ['Graph', 'Layers', 'Memory']) {
      await editor.tab(tab).click();
      await expectText(editor.screen, 'This file holds tensors without the operators that compute with them.');
    }
    await editor.frame.getByRole('button', { name: 'Show the overview' }).click();
    await expectText(editor.screen, 'token_embd.weight');
    assert.equal(await editor.stat('MACs').count(), 0);
    assert.equal(await editor.stat('Tensor arena').count(), 0);
    await w.screenshot('weights-overview');
  });

  it('opens C source as text, and as a model with Reopen Editor With', async () => {
    await w.openFile('g_model.cc');
    await w.page.locator('.editor-instance .monaco-editor').waitFor();
    await w.runCommand('View: Reopen Editor With...');
    await w.quickInput.pick(/^TinyML Model \(read-only\)/);
    await editor.waitForOverview('g_model.cc');
    await expectText(editor.screen, 'The model is the array g_model of g_model.cc: 2,120 bytes.');
  });

  it('runs the model of a C array', async () => {
    await editor.tab('Try it').click();
    await editor.frame.getByRole('button', { name: /^Run$/ }).click();
    await expectText(editor.frame.locator('.run-bar [role=status]'), /Integer engine · 1 step/);
  });

  it('says that C source without a model holds none', async () => {
    await w.chooseFromExplorer('main.cc', 'Open as Model');
    await expectText(editor.problem, 'main.cc holds no model: it holds no array of bytes.');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
