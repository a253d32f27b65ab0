import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { TransformReport } from './transformReport.mjs';

describe('pruning from the explorer', () => {
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

  it('refuses a share that is none', async () => {
    await w.chooseFromExplorer('conv_float.tflite', 'Prune…');
    await w.quickInput.fill('100');
    await expectText(w.quickInput.message, 'A number from 1 to 99');
    await w.quickInput.cancel();
  });

  it('sets half of the weights to zero and says what that brings', async () => {
    await w.chooseFromExplorer('selfie_segmentation.tflite', 'Prune…');
    await w.quickInput.answer('50');
    await w.quickInput.pick('Without data');
    await expectText(report.heading, 'selfie_segmentation.tflite to selfie_segmentation.pruned.tflite', 30_000);
    await expectText(report.change('Zero weights'), /\d/);
    await expectText(report.change('File, gzip'), /−\d+\.\d %/);
    await expectText(report.change('Planned arena'), 'same');
    await expectText(report.page, 'not measured');
    await w.screenshot('prune-report');
    assert.ok(existsSync(path.join(folder, 'selfie_segmentation.pruned.tflite')));
  });

  it('measures the output on data', async () => {
    await w.chooseFromExplorer('conv_float.onnx', 'Prune…');
    await w.quickInput.answer('50');
    await w.quickInput.pick('Choose folder…');
    await w.quickInput.chooseFile(path.join(folder, 'calibration'));
    await w.quickInput.pick('0 to 1');
    await expectText(report.heading, 'conv_float.onnx to conv_float.pruned.onnx');
    await expectText(report.page, /SQNR of the output\s+-?−?\d+\.\d\s*dB/);
    await w.screenshot('prune-measured');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
