/* global DataTransfer, DragEvent -- the page's own, in functions that run there */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

describe('what a model is tried on', () => {
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

  const inputs = () => editor.frame.getByRole('region', { name: 'Inputs' });
  const input = (/** @type {string} */ name) => editor.frame.locator('.try-input', { hasText: name });
  const told = () => editor.frame.locator('.run-bar [role=status]');
  const output = () => editor.frame.locator('.run-output').first();
  const notes = () => editor.frame.locator('.try-notes');
  const run = () => editor.frame.getByRole('button', { name: /^Run$/ }).click();

  /** @param {string} file */
  async function tryModel(file) {
    await w.openFile(file);
    await editor.tab('Try it').click();
    await inputs().waitFor();
  }

  /** As a file from the desktop. @param {import('playwright-core').Locator} target @param {string} name @param {Buffer} bytes */
  async function drop(target, name, bytes) {
    await target.evaluate(
      (element, file) => {
        const dataTransfer = new DataTransfer();
        const content = Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0));
        dataTransfer.items.add(new File([content], file.name));
        for (const type of ['dragenter', 'dragover', 'drop']) {
          element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
        }
      },
      { name, base64: bytes.toString('base64') },
    );
  }

  it('steps through a stream, and resets its state', async () => {
    await tryModel('sum.onnx');
    await expectText(input('state'), 'A state: zeros, then carried over');
    await input('x').getByRole('radio', { name: 'Constant' }).click();
    const constant = editor.frame.getByLabel('Constant for x');
    await constant.fill('2');
    await constant.press('Enter');
    const steps = editor.frame.getByLabel('Steps');
    await steps.fill('3');
    await steps.press('Enter');
    await run();
    await expectText(told(), /3 steps · /);
    await expectText(output(), /y\s.*\b6\b/s);
    await run();
    await expectText(told(), /3 steps, 6 steps since reset/);
    await expectText(output(), /\b12\b/);
    await editor.frame.getByRole('button', { name: 'Reset state' }).click();
    await run();
    await expectText(output(), /\b6\b/);
    await expectText(notes(), 'From step to step stateN to state is carried over.');
    await w.screenshot('try-it-stream');
  });

  it('says what to set when made-up values do not do, and takes shapes and constants', async () => {
    await tryModel('tokens.onnx');
    await run();
    await expectText(editor.frame.locator('.callout'), /shape of tokens open.*Random integers for tokens/s);
    await w.screenshot('try-it-advice');
    const shape = input('tokens').getByLabel('Shape');
    await shape.fill('3');
    await shape.press('Enter');
    await input('tokens').getByRole('radio', { name: 'Constant' }).click();
    const constant = editor.frame.getByLabel('Constant for tokens');
    await constant.fill('2');
    await constant.press('Enter');
    await expectText(input('tokens'), 'int64 3');
    await run();
    await expectText(output(), /float32 3×2/);
    await expectText(output(), /4\s+5\s+4\s+5\s+4\s+5/);
  });

  it('enters by a signature, with its names and several inputs', async () => {
    await tryModel('signatures.tflite');
    await editor.frame.getByLabel('Signature').selectOption('sum');
    await expectText(input('left'), 'float32 1×4');
    for (const { name, value } of [
      { name: 'left', value: '1.5' },
      { name: 'right', value: '2' },
    ]) {
      await input(name).getByRole('radio', { name: 'Constant' }).click();
      const constant = editor.frame.getByLabel(`Constant for ${name}`);
      await constant.fill(value);
      await constant.press('Enter');
    }
    await run();
    await expectText(output(), /total.*3\.5/s);
    await drop(editor.frame.locator('.run-bar'), 'x.npy', Buffer.from('x'));
    await expectText(editor.frame.locator('.callout'), 'The model has 2 inputs: drop the file onto the one');
  });

  it('takes a dropped sound of two channels and another rate, and says what it did', async () => {
    await w.chooseFromExplorer('g_model.cc', 'Open as Model');
    await editor.tab('Try it').click();
    await inputs().waitFor();
    await drop(input('x'), 'tone.wav', readFileSync(path.join(folder, 'other', 'tone.wav')));
    await expectText(input('x'), 'tone.wav');
    await run();
    await expectText(notes(), 'its 2 channels are mixed to one, taken at the 44100 Hz that it was recorded at');
    await editor.frame.getByLabel('Rate of sounds').selectOption('16000');
    await run();
    await expectText(notes(), 'resampled from 44100 Hz to 16000 Hz');
    await w.screenshot('try-it-sound');
  });

  it('takes a picture dropped anywhere on the tab, and its own value back', async () => {
    await drop(editor.frame.locator('.run-bar'), 'dot.png', onePixel);
    await expectText(input('x'), 'dot.png');
    await run();
    await expectText(told(), /1 step/);
    await editor.frame.getByRole('button', { name: 'Take back the file for x' }).click();
    await expectText(input('x'), 'Random');
  });

  it('takes a file dragged from the explorer with the Shift key held', async () => {
    const { mouse, keyboard } = w.page;
    const from = await w.explorerItem('tone.wav').boundingBox();
    const to = await input('x').boundingBox();
    assert.ok(from && to);
    await mouse.move(from.x + 40, from.y + 10);
    await mouse.down();
    await mouse.move(from.x + 60, from.y + 20, { steps: 3 });
    await keyboard.down('Shift');
    await mouse.move(to.x + 60, to.y + 40, { steps: 12 });
    await w.page.waitForTimeout(400); // the workbench lets the page have the drag after a moment
    await mouse.move(to.x + 64, to.y + 44, { steps: 3 });
    await mouse.up();
    await keyboard.up('Shift');
    await expectText(input('x'), 'tone.wav');
    await run();
    await expectText(notes(), /its 2 channels are mixed to one/);
  });

  it('says what does not fit', async () => {
    await drop(input('x'), 'short.bin', Buffer.from([1, 2, 3]));
    await expectText(input('x'), 'short.bin');
    await run();
    await expectText(editor.frame.locator('.callout'), /short\.bin holds 3 bytes; the input x takes 192/);
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});

/** A red PNG of one pixel. */
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
