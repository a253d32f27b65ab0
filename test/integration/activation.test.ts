import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import type { Extension } from 'vscode';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describe('activation', () => {
  let extension: Extension<unknown>;

  before(async () => {
    const found = extensions.getExtension('tinyml-workbench.tinyml-workbench');
    assert.ok(found, 'the extension is not installed under its published id');
    extension = found;
    await extension.activate();
  });

  it('registers exactly the commands that the manifest declares', async () => {
    const { contributes } = extension.packageJSON as Manifest;
    const declared = contributes.commands.map(({ command }) => command);
    const all = await commands.getCommands(true);
    // VS Code adds commands of its own for a view and its container.
    const ofViews = /^tinyml\.\w+\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/;
    const registered = all.filter((command) => command.startsWith('tinyml.') && !ofViews.test(command));
    assert.deepEqual(registered.sort(), declared.sort());
  });
});
