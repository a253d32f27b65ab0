import assert from 'node:assert/strict';
import { ConfigurationTarget, Uri, commands, extensions, workspace } from 'vscode';
import { soon } from './soon';

interface CommandEntry {
  readonly command: string;
  readonly enablement?: string;
}

interface Manifest {
  readonly contributes: { readonly commands: readonly CommandEntry[] };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: unknown } };
}

function manifest(): Manifest {
  const extension = extensions.getExtension('tinyml-workbench.tinyml-workbench');
  assert.ok(extension);
  return extension.packageJSON as Manifest;
}

describe('settings', () => {
  after(() => workspace.getConfiguration('tinyml').update('board', undefined, ConfigurationTarget.Workspace));

  it('have defaults', () => {
    const settings = workspace.getConfiguration('tinyml');
    assert.equal(settings.get('board'), '');
    assert.equal(settings.get('runtime'), 'tflm');
    assert.equal(settings.get('quantize.ranges'), 'mse');
    assert.equal(settings.get('quantize.samples'), 256);
    assert.equal(settings.get('lint.scanWorkspace'), false);
    assert.equal(settings.get('device.baudRate'), 115200);
  });

  it('hold a board for the files of a workspace', async () => {
    const model = Uri.joinPath(workspace.workspaceFolders![0]!.uri, 'conv_float.tflite');
    await workspace.getConfiguration('tinyml', model).update('board', 'rpi-pico', ConfigurationTarget.Workspace);
    const stored = workspace.getConfiguration('tinyml', model).inspect<string>('board');
    assert.equal(stored?.workspaceValue, 'rpi-pico');
    assert.equal(stored.globalValue, undefined);
  });
});

describe('trust', () => {
  it('is asked for by the commands that run a model or write one, and by no other', () => {
    const { contributes, capabilities } = manifest();
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    const guarded = contributes.commands.filter(({ enablement }) => enablement === 'isWorkspaceTrusted');
    assert.deepEqual(guarded.map(({ command }) => command).sort(), [
      'tinyml.convert',
      'tinyml.planArena',
      'tinyml.prune',
      'tinyml.quantize',
      'tinyml.strip',
    ]);
  });
});

describe('the log', () => {
  it('is an output channel of the extension', async () => {
    await commands.executeCommand('tinyml.showLog');
    await soon('its channel is there', () =>
      workspace.textDocuments.some(({ uri }) => uri.scheme === 'output' && uri.path.includes('TinyML Workbench')),
    );
  });
});
