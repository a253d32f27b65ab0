import assert from 'node:assert/strict';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

/** @type {Readonly<Record<string, {title: string, sentence: RegExp}>>} */
const broken = {
  'empty.tflite': { title: 'empty.tflite is empty', sentence: /holds no bytes/ },
  'truncated.tflite': { title: 'truncated.tflite ends early', sentence: /holds 1476 bytes, but refers to byte 1568/ },
  'truncated.onnx': { title: 'truncated.onnx ends early', sentence: /has 1122 bytes and its content goes to 1138/ },
  'pointer.onnx': { title: 'This is a Git LFS pointer', sentence: /git lfs pull/ },
  'notes.tflite': { title: 'notes.tflite is not a model', sentence: /is plain text, not a model/ },
  'offsets.tflite': { title: 'offsets.tflite ends early', sentence: /refers to byte 2147483636/ },
  'cyclic.onnx': { title: 'The graph of cyclic.onnx has a cycle', sentence: /Add #0 waits for its own result/ },
};

describe('a file that is no model', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(path.join(folder, 'broken'));
    await w.activityIcon('TinyML').waitFor();
    editor = new ModelEditor(w);
    await w.openFirstModel('empty.tflite');
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  for (const [file, { title, sentence }] of Object.entries(broken)) {
    it(`is told apart: ${file}`, async () => {
      await w.openFile(file);
      await expectText(editor.problem.getByRole('heading'), title);
      await expectText(editor.problem.locator('p'), sentence);
      await w.screenshot(`bad-${file.replace('.', '-')}`);
    });
  }

  it('does not follow external data out of its folder', async () => {
    await w.openFile('outside.onnx');
    await expectText(editor.problem.locator('p'), /"\.\.\/weights\.bin", which is outside its folder/);
    await w.screenshot('bad-outside-onnx');
  });

  it('can be opened as text', async () => {
    await w.openFile('notes.tflite');
    await editor.problem.getByRole('button', { name: 'Open as text' }).click();
    await expectText(w.page.locator('.monaco-editor .view-line'), /not\sa\smodel\./);
  });

  it('shows the log', async () => {
    await w.openFile('empty.tflite');
    await editor.problem.getByRole('button', { name: 'Show log' }).click();
    // Only that it is ours: this server is installed without the native module that writes what a log shows.
    await expectText(w.page.locator('.part.panel'), 'TinyML Workbench');
    await w.screenshot('log');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
