import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const convert = 'Convert to ONNX/TFLite…';

describe('converting from the explorer', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;
  const at = (/** @type {string} */ name) => path.join(folder, name);

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('conv_int8.tflite');
    editor = new ModelEditor(w);
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('makes an ONNX model of a TFLite one, and opens it', async () => {
    await w.chooseFromExplorer('conv_int8.tflite', convert);
    await editor.waitForOverview('conv_int8.onnx');
    await expectText(editor.screen, /ONNX · \d+ operators/);
    assert.ok(existsSync(at('conv_int8.onnx')));
  });

  it('makes a TFLite model of an ONNX one', async () => {
    await w.chooseFromExplorer('conv_qdq.onnx', convert);
    await editor.waitForOverview('conv_qdq.tflite');
    await expectText(editor.screen, /TensorFlow Lite · \d+ operators/);
  });

  it('leaves a file that is there alone when the question is cancelled', async () => {
    writeFileSync(at('conv_float.tflite.bak'), readFileSync(at('conv_float.tflite')));
    await w.chooseFromExplorer('conv_float.onnx', convert);
    await w.answerDialog('conv_float.tflite exists already.', 'Cancel');
    assert.deepEqual(readFileSync(at('conv_float.tflite')), readFileSync(at('conv_float.tflite.bak')));
  });

  it('keeps both', async () => {
    await w.chooseFromExplorer('conv_float.onnx', convert);
    await w.answerDialog('conv_float.tflite exists already.', 'Keep Both');
    await editor.waitForOverview('conv_float-2.tflite');
    assert.deepEqual(readFileSync(at('conv_float.tflite')), readFileSync(at('conv_float.tflite.bak')));
  });

  it('replaces', async () => {
    await w.chooseFromExplorer('conv_float.onnx', convert);
    await w.answerDialog('conv_float.tflite exists already.', 'Replace');
    const converted = readFileSync(at('conv_float-2.tflite'));
    await expectSoon('the file is replaced', () => readFileSync(at('conv_float.tflite')).equals(converted));
    await editor.waitForOverview('conv_float.tflite');
  });

  it('lists node by node what cannot be converted, and writes nothing', async () => {
    await w.chooseFromExplorer('branches.onnx', convert);
    const sentence = 'The model cannot be converted to TFLite because of If.';
    await w.notification(sentence).waitFor();
    await w.screenshot('convert-refused');
    await w.answerNotification(sentence, 'Show Details');
    await expectText(w.quickInput.rows, /^If y\s+\S/);
    await w.screenshot('convert-obstacles');
    await w.quickInput.cancel();
    assert.ok(!existsSync(at('branches.tflite')));
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
