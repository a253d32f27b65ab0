import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

const file = 'conv_int8.tflite';

/** A board of 64 KiB of flash and some RAM. @param {string} ram */
const boardsWith = (ram) => `{
  // our own
  "boards": [{
    "id": "acme", "name": "Acme One", "mcu": "nRF52840", "core": "Cortex-M4F",
    "regions": [
      { "name": "SRAM", "kind": "ram", "size": "${ram}", "address": "0x20000000" },
      { "name": "flash", "kind": "flash", "size": "64K", "address": 0 },
    ],
  }],
}`;

/** The map of a link that takes some RAM. @param {number} bss */
const mapWith = (bss) => `Linker script and memory map

.text           0x00000000     0x4000
.bss            0x20000000     0x${bss.toString(16)}
`;

describe('boards of a workspace and its firmware', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {ModelEditor} */ let editor;

  before(async function () {
    folder = await makeWorkspace();
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(path.join(folder, '.vscode', 'tinyml-boards.json'), boardsWith('16K'));
    await writeFile(path.join(folder, 'platformio.ini'), '[env:main]\nboard = nano33ble\n');
    await writeFile(path.join(folder, 'app.map'), mapWith(8192));
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

  it('are suggested by the project, and used when one says so', async () => {
    await w.answerNotification('platformio.ini is for Arduino Nano 33 BLE', 'Use Arduino Nano 33 BLE');
    await expectText(editor.screen, 'Fit on Arduino Nano 33 BLE');
  });

  it('are described in a file, come before the others, and change with the file', async () => {
    await w.runCommand('TinyML: Choose Board…');
    await expectText(w.quickInput.rows.nth(0), 'Acme One');
    await expectText(w.quickInput.rows.nth(1), 'from platformio.ini');
    await w.quickInput.pick('Acme One');
    await expectText(editor.screen, 'Fit on Acme One');
    await expectText(editor.screen, '16 KiB');
    await writeFile(path.join(folder, '.vscode', 'tinyml-boards.json'), boardsWith('32K'));
    await expectText(editor.screen, '32 KiB');
  });

  it('are told of in one sentence when the file cannot be used', async () => {
    await writeFile(path.join(folder, '.vscode', 'tinyml-boards.json'), '{"boards": [{"id": "acme"}]}');
    await expectText(editor.screen, 'tinyml-boards.json cannot be used: boards[0] ("acme") lists no "regions"');
    await writeFile(path.join(folder, '.vscode', 'tinyml-boards.json'), boardsWith('32K'));
    await expectText(editor.screen, 'Fit on Acme One');
  });

  it('show a firmware beside the model, and again when it is built', async () => {
    await editor.frame.getByRole('button', { name: 'Add firmware (.elf, .map)…' }).click();
    await w.quickInput.chooseFile(path.join(folder, 'app.map'));
    await expectText(editor.screen, 'app.map: .bss 8,192 B');
    await writeFile(path.join(folder, 'app.map'), mapWith(12_288));
    await expectText(editor.screen, 'app.map: .bss 12,288 B');
    await w.screenshot('fit-firmware');
    await editor.frame.getByRole('button', { name: 'Remove' }).click();
    await expectText(editor.screen, 'Add firmware');
  });
});
