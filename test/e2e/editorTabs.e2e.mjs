import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'selfie_segmentation.tflite';
const tabs = ['Overview', 'Graph', 'Layers', 'Memory', 'Try it'];
const board = 'Arduino Nano 33 BLE (Sense) / Tiny ML Kit';

describe('the model editor', () => {
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

  it('shows its tabs by click', async () => {
    for (const tab of [...tabs].reverse()) {
      await editor.tab(tab).click();
      await expectText(editor.openTab, tab);
    }
  });

  it('shows its tabs by keys', async () => {
    await editor.tab('Overview').focus();
    for (const tab of tabs.slice(1)) {
      await w.page.keyboard.press('ArrowRight');
      await expectText(editor.openTab, tab);
    }
    for (const [index, tab] of tabs.entries()) {
      await w.page.keyboard.press(`${index + 1}`);
      await expectText(editor.openTab, tab);
    }
  });

  it('finds an operator and shows its tensors, attributes and weights', async () => {
    await editor.tab('Graph').click();
    await editor.findInGraph('DEPTHWISE_CONV_2D');
    await expectText(editor.inspector, 'DEPTHWISE_CONV_2D');
    await expectText(editor.inspector, 'stride_w');
    await expectText(editor.inspector, /float32 1×64×64×16/);
    await editor.inspector.getByRole('img', { name: /Histogram of 144 values/ }).waitFor();
    await w.screenshot('graph');
  });

  it('picks an operator by a click into the graph', async () => {
    const canvas = editor.frame.locator('.canvas-holder canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    await editor.inspector.getByRole('button', { name: 'Close the inspector' }).click();
    await editor.inspector.waitFor({ state: 'detached' });
    // The operator found before stands in the middle of what was the canvas then.
    await w.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await editor.inspector.waitFor();
    await editor.inspector.getByRole('button', { name: 'Close the inspector' }).click();
  });

  it('sorts and filters the layers and copies them as CSV', async () => {
    await editor.tab('Layers').click();
    await editor.frame.getByRole('columnheader', { name: 'MACs' }).getByRole('button').click();
    await expectText(editor.layerRows.first(), '7,077,888');
    await w.screenshot('layers');
    await editor.frame.getByLabel(/^Filter layers/).fill('CONV_2D >1M macs');
    await expectText(editor.frame.locator('.toolbar [role=status]'), /^\d+ of 246 layers/);
    await expectSoon('only convolutions are listed', async () => {
      const rows = await editor.layerRows.allInnerTexts();
      return rows.length > 0 && rows.every((row) => row.includes('CONV_2D'));
    });
    const listed = await editor.layerRows.count();
    await w.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await editor.frame.getByRole('button', { name: 'Copy as CSV' }).click();
    await editor.frame.getByRole('button', { name: 'Copied' }).waitFor();
    await expectSoon('the clipboard holds the table', async () => {
      const lines = (await w.page.evaluate(() => navigator.clipboard.readText())).trim().split('\n');
      return lines.length === listed + 1 && /,macs,/.test(lines[0] ?? '') && /7077888/.test(lines[1] ?? '');
    });
    await editor.frame.getByLabel(/^Filter layers/).fill('');
  });

  it('follows the selection from the layers to the memory', async () => {
    await editor.layerRows.first().click();
    await editor.tab('Memory').click();
    await expectText(editor.frame.getByRole('complementary', { name: 'Tensors alive and arena' }), 'Operator #2');
  });

  it('names what lies under the pointer and leads from the memory to the graph', async () => {
    const chart = editor.frame.locator('.memory canvas').first();
    const box = await chart.boundingBox();
    assert.ok(box);
    await w.page.mouse.move(box.x + box.width / 2, box.y + 95);
    await expectText(editor.frame.locator('.card'), '1,048,576');
    await w.screenshot('memory');
    await editor.frame.getByRole('button', { name: 'Show in graph' }).click();
    await expectText(editor.openTab, 'Graph');
    await expectText(editor.inspector, '#2 of 246');
  });

  it('measures the model against the board chosen in the status bar', async () => {
    await editor.tab('Overview').click();
    await expectText(editor.verdict, 'no board chosen');
    await w.statusItem('Choose board').click();
    await w.quickInput.fill('Nano 33 BLE');
    await w.quickInput.pick(board);
    await expectText(editor.verdict, /over by at least 3,932,160 B/);
    await expectText(editor.screen, `Fit on ${board}`);
    await expectText(w.statusItem(/./), board);
    await w.screenshot('overview');
    await w.statusItem(board).click();
    await w.quickInput.fill('RT1060');
    await w.quickInput
      .row(/RT1060/)
      .first()
      .click();
    await expectSoon('another verdict', async () => !/3,932,160/.test(await editor.verdict.innerText()));
  });

  it('plans for the runtime that was picked', async () => {
    await editor.frame.getByRole('button', { name: /^Runtime/ }).click();
    await w.quickInput.pick('ONNX Runtime');
    await expectText(editor.frame.locator('.picker'), 'ONNX Runtime');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
