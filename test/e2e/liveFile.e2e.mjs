import assert from 'node:assert/strict';
import { copyFile, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'conv_float.tflite';
const betweenWritesMs = 100;

/** Writes a file as a training script does: over what is there, in pieces. @param {string} to @param {Uint8Array} bytes */
async function writeInPieces(to, bytes) {
  const handle = await open(to, 'w');
  const piece = Math.ceil(bytes.length / 4);
  for (let at = 0; at < bytes.length; at += piece) {
    await handle.write(bytes.subarray(at, at + piece));
    await delay(betweenWritesMs);
  }
  await handle.close();
}

describe('the model editor and its file', () => {
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
    await w.close();
    await removeFolder(folder);
  });

  it('shows what a training script wrote, on the same tab and operator', async () => {
    await editor.tab('Graph').click();
    await editor.findInGraph('FULLY_CONNECTED');
    await expectText(editor.inspector, 'float32 5×64');
    await writeInPieces(path.join(folder, file), await readFile(path.join(folder, 'conv_int8.tflite')));
    await expectText(editor.inspector, 'int8 5×64');
    await expectText(editor.inspector, 'FULLY_CONNECTED');
    await expectText(editor.openTab, 'Graph');
    assert.equal(await editor.banner.count(), 0);
    await editor.tab('Overview').click();
    await expectText(editor.stat('File'), '2,120 B');
  });

  it('keeps the last view while a half-written file cannot be read', async () => {
    const whole = await readFile(path.join(folder, 'conv_hybrid.tflite'));
    const handle = await open(path.join(folder, file), 'w');
    await handle.write(whole.subarray(0, 900));
    await expectText(editor.banner, `${file} ends early`);
    await expectText(editor.stat('File'), '2,120 B');
    await w.screenshot('half-written');
    await handle.write(whole.subarray(900));
    await handle.close();
    await expectText(editor.stat('File'), '1,832 B');
    await editor.banner.waitFor({ state: 'detached' });
  });

  it('says that its file was deleted, and takes it back', async () => {
    await rename(path.join(folder, file), path.join(folder, 'elsewhere'));
    await expectText(editor.banner, `${file} was deleted`);
    await expectText(editor.stat('File'), '1,832 B');
    assert.match((await editor.screen.getAttribute('class')) ?? '', /\bstale\b/);
    await w.screenshot('deleted');
    await copyFile(path.join(folder, 'conv_int8.tflite'), path.join(folder, file));
    await expectText(editor.stat('File'), '2,120 B');
    await editor.banner.waitFor({ state: 'detached' });
    await rm(path.join(folder, 'elsewhere'));
  });

  it('shows one model in two editors, each on its own tab', async () => {
    await w.runCommand('View: Split Editor Right');
    await expectSoon('two editors', async () => (await w.page.locator('iframe.webview.ready:visible').count()) === 2);
    const [left, right] = [new ModelEditor(w, 0), new ModelEditor(w, 1)];
    await left.tab('Layers').click();
    await right.tab('Memory').click();
    await expectText(left.openTab, 'Layers');
    await expectText(right.openTab, 'Memory');
    await w.screenshot('split');
    await copyFile(path.join(folder, 'conv_hybrid.tflite'), path.join(folder, file));
    await left.tab('Overview').click();
    await right.tab('Overview').click();
    await expectText(left.stat('File'), '1,832 B');
    await expectText(right.stat('File'), '1,832 B');
    await w.runCommand('View: Close All Editors in Group');
  });

  it('keeps the tab and operator of a model that was hidden', async () => {
    await w.openFile(file);
    await editor.tab('Graph').click();
    await editor.findInGraph('SOFTMAX');
    await w.openFile('conv_float.onnx');
    await editor.waitForOverview('conv_float.onnx');
    await w.tab(file).click();
    await expectText(editor.openTab, 'Graph');
    await expectText(editor.inspector, 'SOFTMAX');
  });

  it('keeps them when the window is reloaded', async () => {
    await w.reload();
    await w.tab(file).waitFor();
    await expectText(editor.openTab, 'Graph');
    await expectText(editor.inspector, 'SOFTMAX');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
