import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { engineProcess } from './engineProcesses.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

describe('when the inspector is killed', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    editor = new ModelEditor(w);
    await w.openFirstModel('conv_float.tflite');
    await editor.waitForOverview('conv_float.tflite');
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('the next request works', async function () {
    process.kill(await engineProcess(this.session, 'inspector'), 'SIGKILL');
    await w.openFile('conv_int8.tflite');
    await editor.waitForOverview('conv_int8.tflite');
  });

  it('in the middle of a request, the editor says so and tries again when asked', async function () {
    const inspector = await engineProcess(this.session, 'inspector');
    process.kill(inspector, 'SIGSTOP'); // so that the request is under way for sure
    await w.openFile('conv_float.onnx');
    await editor.frame.locator('main').waitFor();
    process.kill(inspector, 'SIGKILL');
    await expectText(editor.problem.getByRole('heading'), 'The engine stopped while reading conv_float.onnx');
    await w.screenshot('engine-died');
    await editor.problem.getByRole('button', { name: 'Try again' }).click();
    await editor.waitForOverview('conv_float.onnx');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
