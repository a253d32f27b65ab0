import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

describe('trying a model', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('conv_int8.tflite');
    editor = new ModelEditor(w);
    await editor.tab('Try it').click();
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  /** @param {string | RegExp} name */
  const button = (name) => editor.frame.getByRole('button', { name });
  const output = () => editor.frame.locator('.run-output').first();
  const told = () => editor.frame.locator('.run-bar [role=status]');

  it('runs an integer model on the integer engine with made-up values', async () => {
    await button(/^Run$/).click();
    await expectText(told(), /Integer engine · 1 step/);
    await expectText(output(), 'int8 1×5');
    await expectText(editor.frame.locator('.run-tensors'), '4 tensors');
  });

  it('shows the values of a tensor and selects its operator everywhere', async () => {
    await editor.frame.locator('.run-tensors .layer-row', { hasText: 'FULLY_CONNECTED' }).click();
    const values = editor.frame.getByRole('complementary', { name: 'Values of a tensor' });
    await expectText(values, 'int8 1×5');
    await values.getByRole('radio', { name: 'As stored' }).click();
    await editor.tab('Graph').click();
    await expectText(editor.inspector, 'FULLY_CONNECTED');
    await editor.tab('Try it').click();
    await expectText(values, 'int8 1×5');
    await w.screenshot('try-it');
  });

  it('runs on a picture that was chosen', async () => {
    const before = await output().innerText();
    await button('Choose a file for x').click();
    const pictures = path.join(folder, 'calibration');
    const first = readdirSync(pictures, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.png'));
    assert.ok(first, 'the workspace holds a picture');
    await w.quickInput.chooseFile(path.join(pictures, first));
    await expectText(editor.frame.getByRole('region', { name: 'Inputs' }), first);
    await button(/^Run$/).click();
    await expectSoon('another output', async () => (await output().innerText()) !== before);
  });

  it('compares with the other executor, and with the tensors that it exported', async () => {
    await button('Compare with ONNX Runtime').click();
    await expectText(editor.frame.locator('.callout'), /No difference to ONNX Runtime|First operator that differs/);
    const file = path.join(folder, 'run.npz');
    await button('Export tensors…').click();
    await w.quickInput.chooseFile(file);
    await expectSoon('the archive is written', async () => existsSync(file));
    await button('Compare with file…').click();
    await w.quickInput.chooseFile(file);
    await expectText(editor.frame.locator('.callout'), 'No difference to run.npz in 5 tensors.');
  });

  it('runs a float model on ONNX Runtime', async () => {
    await w.openFile('conv_float.onnx');
    await editor.tab('Try it').click();
    await button(/^Run$/).click();
    await expectText(told(), /ONNX Runtime · 1 step/);
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
