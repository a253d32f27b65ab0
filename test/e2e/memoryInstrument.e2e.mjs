import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'selfie_segmentation.tflite';

describe('the memory instrument', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;
  const callout = () => editor.frame.locator('.memory .split-main > .callout');
  const side = () => editor.frame.getByRole('complementary', { name: 'Tensors alive and arena' });

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel(file);
    editor = new ModelEditor(w);
    await editor.waitForOverview(file);
    await w.statusItem('Choose board').click();
    await w.quickInput.fill('Portenta H7');
    await w.page.keyboard.press('Enter');
    await editor.tab('Memory').click();
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('switches to the lower plan and back by key', async () => {
    const planners = editor.frame.getByRole('radiogroup', { name: 'Planner' });
    await expectText(planners, /TFLM greedy 4,194,304 B/);
    await planners.getByRole('radio', { name: /^Optimized 3,670,016 B/ }).click();
    await expectText(side(), '3,670,016');
    await editor.frame.locator('.memory canvas').first().focus();
    await w.page.keyboard.press('o');
    await expectText(planners.locator('[aria-checked=true]'), /^No reuse/);
    await w.page.keyboard.press('o');
    await expectText(planners.locator('[aria-checked=true]'), /^TFLM greedy/);
  });

  it('drags the limit and names what does not fit', async () => {
    const handle = editor.frame.getByRole('slider', { name: 'Room for the plan' });
    const limit = editor.frame.locator('.limit-field input');
    await limit.fill('3000000');
    await limit.press('Tab');
    await expectText(callout(), /does not fit by 1,194,304 B/);
    await expectText(side(), /Does not fit/);
    await handle.focus();
    await w.page.keyboard.press('ArrowUp');
    await expectText(callout(), /room for 3,001,0\d\d B/);
    const box = await handle.boundingBox();
    assert.ok(box);
    await w.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await w.page.mouse.down();
    await w.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 60, { steps: 5 });
    await w.page.mouse.up();
    await expectText(callout(), /room for [12],\d{3},\d{3} B .*does not fit/);
    await w.screenshot('memory-limit');
    await editor.frame.locator('.limit-field').getByRole('button', { name: 'Reset' }).click();
  });

  it('says what int8 activations would take', async () => {
    await editor.frame.getByLabel('int8 activations').check();
    await expectText(editor.frame.locator('.what-if [role=status]'), /planned 1,048,576 B instead of 4,194,304 B/);
    await w.screenshot('memory-what-if');
    await editor.frame.getByRole('region', { name: 'What if' }).getByRole('button', { name: 'Reset' }).click();
    await expectText(side(), '4,194,304');
  });
});
