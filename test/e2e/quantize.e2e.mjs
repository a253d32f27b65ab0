import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { engineProcess, engineProcesses } from './engineProcesses.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';
import { TransformReport } from './transformReport.mjs';

const command = 'Quantize to int8…';
const slow = 'selfie_segmentation.tflite';

describe('quantizing from the explorer', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {TransformReport} */ let report;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    report = new TransformReport(w);
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  const file = (/** @type {string} */ name) => path.join(folder, name);
  const names = () => readdirSync(folder).sort();

  it('asks for calibration data and shows what a .tflite gained', async () => {
    const original = readFileSync(file('conv_float.tflite'));
    await w.chooseFromExplorer('conv_float.tflite', command);
    await w.quickInput.chooseFile(file('calibration'));
    await w.quickInput.pick('0 to 1');
    await expectText(report.heading, 'conv_float.tflite to conv_float.int8.tflite');
    await expectText(report.page, '24 samples of calibration/');
    await expectText(
      report.change('File'),
      `2,952 B\t${statSync(file('conv_float.int8.tflite')).size.toLocaleString('en-US')} B`,
    );
    await expectText(report.change('Planned arena'), /1,024 B\s+256 B/);
    await expectText(report.page, /SQNR of the output\s+\d+\.\d\s*dB/);
    await expectText(report.page, /Agrees with the original\s+\d+\.\d %/);
    await expectText(report.page, /logits #2/);
    assert.deepEqual(readFileSync(file('conv_float.tflite')), original);
    await w.screenshot('quantize-report');
  });

  it('opens the result from the report', async () => {
    await report.button('Open result').click();
    const editor = new ModelEditor(w);
    await editor.waitForOverview('conv_float.int8.tflite');
    await expectText(editor.screen, 'int8 per-channel, int8 in and out');
  });

  it('keeps what an earlier run made, or replaces it, as asked', async () => {
    const first = statSync(file('conv_float.int8.tflite')).mtimeMs;
    for (const [answer, heading] of [
      ['Keep Both', 'conv_float.int8-2.tflite'],
      ['Replace', 'conv_float.int8.tflite'],
    ]) {
      await w.runCommand('View: Close All Editors');
      await w.chooseFromExplorer('conv_float.tflite', command);
      await w.quickInput.pick('calibration');
      await w.quickInput.pick('0 to 1');
      await w.page.locator('.monaco-dialog-box').waitFor();
      await w.screenshot('replace-or-keep');
      await w.answerDialog('conv_float.int8.tflite exists already.', /** @type {string} */ (answer));
      await expectText(report.heading, `conv_float.tflite to ${heading}`);
      const changed = statSync(file('conv_float.int8.tflite')).mtimeMs > first;
      assert.equal(changed, answer === 'Replace');
    }
  });

  it('takes an .onnx from the editor title', async () => {
    await w.openFile('conv_float.onnx');
    await new ModelEditor(w).waitForOverview('conv_float.onnx');
    await w.page.locator('.editor-actions').getByRole('button', { name: command }).click();
    await w.quickInput.pick('calibration');
    await w.quickInput.pick('0 to 1');
    await expectText(report.heading, 'conv_float.onnx to conv_float.int8.onnx');
    await expectText(report.page, /SQNR of the output\s+\d+\.\d\s*dB/);
    assert.ok(existsSync(file('conv_float.int8.onnx')));
  });

  for (const [name, reason] of /** @type {const} */ ([
    ['conv_int8.tflite', /already quantized \(int8\)/],
    ['conv_hybrid.tflite', /already has quantized weights \(int8, float activations\)/],
    ['branches.onnx', /no convolution or dense layer/],
  ])) {
    it(`says why ${name} cannot be quantized`, async () => {
      const before = names();
      await w.chooseFromExplorer(name, command);
      await w.notification(reason).waitFor();
      await w.screenshot(`refused-${name.split('.')[0]}`);
      assert.deepEqual(names(), before);
      await w.runCommand('Notifications: Clear All Notifications');
    });
  }

  it('stops when it is cancelled, and leaves no half file', async function () {
    const before = names();
    const others = engineProcesses(this.session, 'job');
    await w.chooseFromExplorer(slow, command);
    await w.quickInput.pick('calibration');
    await w.quickInput.pick('0 to 1');
    const job = await engineProcess(this.session, 'job', others);
    process.kill(job, 'SIGSTOP'); // it would be done before a person could click
    await w.notification(/Quantizing selfie_segmentation/).waitFor();
    await w.screenshot('quantize-progress');
    await w.answerNotification(/Quantizing selfie_segmentation/, 'Cancel');
    await w.notification(/Quantizing/).waitFor({ state: 'detached' });
    await expectSoon('the job is gone', () => !engineProcesses(this.session, 'job').includes(job));
    assert.deepEqual(names(), before);
  });

  it('says so when its process is killed', async function () {
    const before = names();
    const others = engineProcesses(this.session, 'job');
    await w.chooseFromExplorer(slow, command);
    await w.quickInput.pick('calibration');
    await w.quickInput.pick('0 to 1');
    const job = await engineProcess(this.session, 'job', others);
    process.kill(job, 'SIGSTOP');
    await w.notification(/Quantizing selfie_segmentation/).waitFor();
    process.kill(job, 'SIGKILL');
    await w.notification(/process stopped \(SIGKILL\)/).waitFor();
    await w.screenshot('job-died');
    await w.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await w.answerNotification(/process stopped \(SIGKILL\)/, 'Copy Report');
    await expectSoon('the report is in the clipboard', async () =>
      /TinyML Workbench \d[^]*engine-died/.test(await w.page.evaluate(() => navigator.clipboard.readText())),
    );
    assert.deepEqual(names(), before);
  });

  it('quantizes a real model', async () => {
    await w.chooseFromExplorer(slow, command);
    await w.quickInput.pick('calibration');
    await w.quickInput.pick('0 to 1');
    await expectText(report.heading, `${slow} to selfie_segmentation.int8.tflite`, 45_000);
    await expectText(report.change('Planned arena'), /4,194,304 B\s+1,048,576 B/);
    await w.screenshot('quantize-real');
  });

  it('opens stored reports again', async () => {
    await w.runCommand('Notifications: Clear All Notifications');
    await w.runCommand('View: Close All Editors');
    await w.runCommand('TinyML: Open Report…');
    await w.quickInput.rows.first().waitFor();
    await w.screenshot('reports');
    await w.quickInput.pick('Quantized: conv_float.onnx');
    await expectText(report.heading, 'conv_float.onnx to conv_float.int8.onnx');
    await w.reload();
    await expectText(report.heading, 'conv_float.onnx to conv_float.int8.onnx');
    await expectText(report.change('Parameters'), /173\s+173/);
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
