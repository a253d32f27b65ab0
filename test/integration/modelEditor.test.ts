import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { TabInputCustom, TabInputText, Uri, commands, window, workspace } from 'vscode';
import type { Disposable } from 'vscode';
import { MemoryFileSystem } from './memoryFileSystem';
import { soon } from './soon';

const MODEL_EDITOR = 'tinyml.modelEditor';

function inWorkspace(name: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return Uri.joinPath(folder.uri, name);
}

function activeInput(): unknown {
  return window.tabGroups.activeTabGroup.activeTab?.input;
}

/** What opens a file when nothing is said about it. */
async function editorOf(uri: Uri): Promise<unknown> {
  await commands.executeCommand('vscode.open', uri);
  await soon(`${uri.path} is open`, () => {
    const input = activeInput();
    return (
      (input instanceof TabInputCustom || input instanceof TabInputText) && input.uri.toString() === uri.toString()
    );
  });
  return activeInput();
}

describe('the model editor', () => {
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));

  for (const name of ['conv_float.tflite', 'conv_float.onnx', 'broken/notes.tflite']) {
    it(`is what opens ${name}`, async () => {
      const input = await editorOf(inWorkspace(name));
      assert.ok(input instanceof TabInputCustom);
      assert.equal(input.viewType, MODEL_EDITOR);
    });
  }

  it('leaves other files alone', async () => {
    assert.ok(!(activeInput() instanceof TabInputCustom));
    await commands.executeCommand('vscode.open', inWorkspace('weights.bin'));
    assert.ok(!(activeInput() instanceof TabInputCustom));
  });

  it('can be left for the text of a file', async () => {
    await commands.executeCommand('vscode.openWith', inWorkspace('broken/notes.tflite'), 'default');
    await soon('it is open as text', () => activeInput() instanceof TabInputText);
  });

  it('stays open while its file is rewritten, deleted and written again', async () => {
    const uri = inWorkspace('rewritten.tflite');
    const [first, second] = await Promise.all(
      ['conv_float.tflite', 'conv_int8.tflite'].map((name) => workspace.fs.readFile(inWorkspace(name))),
    );
    assert.ok(first && second);
    await workspace.fs.writeFile(uri, first);
    await editorOf(uri);
    await workspace.fs.writeFile(uri, second);
    await workspace.fs.delete(uri);
    await workspace.fs.writeFile(uri, first);
    const input = activeInput();
    assert.ok(input instanceof TabInputCustom);
    assert.equal(input.uri.toString(), uri.toString());
    await workspace.fs.delete(uri);
  });
});

describe('a model on a virtual file system', () => {
  let registration: Disposable;
  const files = new MemoryFileSystem();
  const uri = Uri.from({ scheme: 'memfs', path: '/model.tflite' });

  before(async () => {
    registration = workspace.registerFileSystemProvider('memfs', files, { isReadonly: true });
    files.put(uri, await workspace.fs.readFile(inWorkspace('conv_float.tflite')));
  });

  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    registration.dispose();
  });

  it('opens in the model editor', async () => {
    const input = await editorOf(uri);
    assert.ok(input instanceof TabInputCustom);
    assert.equal(input.viewType, MODEL_EDITOR);
  });

  it('does not become a file of the workspace', async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder);
    assert.ok(!(await readdir(folder)).includes('model.tflite'));
  });
});
