import assert from 'node:assert/strict';
import { ConfigurationTarget, DiagnosticSeverity, Uri, commands, extensions, languages, workspace } from 'vscode';
import type { Diagnostic } from 'vscode';
import { soon } from './soon';

function inWorkspace(name: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return Uri.joinPath(folder.uri, name);
}

const config = inWorkspace('tinyml.json');

function write(uri: Uri, content: string): Thenable<void> {
  return workspace.fs.writeFile(uri, new TextEncoder().encode(content));
}

function ours(uri: Uri): readonly Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source }) => source === 'TinyML');
}

function ruleOf({ code }: Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

function rules(uri: Uri): readonly string[] {
  return ours(uri).map(ruleOf);
}

function said(uri: Uri, rule: string): Diagnostic {
  const found = ours(uri).find((each) => ruleOf(each) === rule);
  assert.ok(found, `no ${rule} on ${uri.path}`);
  return found;
}

describe('the Problems panel', () => {
  const hybrid = inWorkspace('conv_hybrid.tflite');
  const float = inWorkspace('conv_float.tflite');

  before(() => extensions.getExtension('tinyml-workbench.tinyml-workbench')?.activate());
  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await workspace.fs.delete(config).then(undefined, () => undefined);
    await soon('nothing is said any more', () =>
      languages.getDiagnostics().every(([, each]) => each.every(({ source }) => source !== 'TinyML')),
    );
  });

  it('lists what stands in the way of an open model, with a link, until it is closed', async () => {
    await commands.executeCommand('vscode.open', hybrid);
    await soon('the finding is there', () => rules(hybrid).includes('tinyml/hybrid-quantization'));
    const finding = said(hybrid, 'tinyml/hybrid-quantization');
    assert.equal(finding.severity, DiagnosticSeverity.Error);
    assert.equal(finding.range.start.line, 0);
    assert.ok(typeof finding.code === 'object');
    assert.match(finding.code.target.path, /\/docs\/lint\.md$/);
    const { lineAt } = await workspace.openTextDocument(finding.code.target.with({ fragment: '' }));
    assert.match(lineAt(Number(finding.code.target.fragment.slice(1)) - 1).text, /tinyml\/hybrid-quantization/);
    await commands.executeCommand('workbench.action.closeAllEditors');
    await soon('the finding is gone', () => rules(hybrid).length === 0);
  });

  it('says why an open file is no model', async () => {
    const notes = inWorkspace('broken/notes.tflite');
    await commands.executeCommand('vscode.open', notes);
    await soon('the reason is there', () => rules(notes).includes('tinyml/unusable-model'));
    assert.match(said(notes, 'tinyml/unusable-model').message, /plain text/);
  });

  it('holds a model that is not open to its tinyml.json, on both files, until the limit is raised', async () => {
    const limited = (bytes: number): string =>
      `{\n  "model": "conv_float.tflite",\n  "board": "nano33ble",\n  "maxArena": ${bytes}\n}\n`;
    await write(config, limited(1));
    await soon('the budget is exceeded', () => rules(float).includes('tinyml/budget-exceeded'));
    const [, taken = ''] =
      /^Arena ([\d,]+) B .* over the limit/.exec(said(float, 'tinyml/budget-exceeded').message) ?? [];
    const arena = Number(taken.replaceAll(',', ''));
    assert.ok(arena > 1);
    await soon('its line says so', () => rules(config).includes('tinyml/budget-exceeded'));
    const line = said(config, 'tinyml/budget-exceeded');
    assert.deepEqual([line.range.start.line, line.range.start.character], [3, 2]);
    await write(config, limited(arena - 1));
    await soon('it lacks a byte', () => ours(float).some(({ message }) => message.includes(' is 1 B over the limit')));
    await write(config, limited(arena));
    await soon('both are gone', () => [float, config].every((uri) => !rules(uri).includes('tinyml/budget-exceeded')));
  });

  it('points at a model that is not there, a limit nobody measured, and a key that does not exist', async () => {
    await write(
      config,
      '{"models": [\n{"model": "gone.tflite"},\n{"model": "conv_float.tflite", "maxAccuracyDrop": 0.1}]}',
    );
    await soon('both are there', () => rules(config).length === 2);
    assert.equal(said(config, 'tinyml/unusable-model').range.start.line, 1);
    const unmeasured = said(config, 'tinyml/budget-not-measured');
    assert.equal(unmeasured.range.start.line, 2);
    assert.equal(unmeasured.severity, DiagnosticSeverity.Information);
    await write(config, '{"model": "conv_float.tflite",\n "maxRam": 1}');
    await soon('the key is pointed at', () => rules(config).join() === 'tinyml/budget-file');
    assert.equal(said(config, 'tinyml/budget-file').range.start.line, 1);
    assert.match(said(config, 'tinyml/budget-file').message, /no key "maxRam"/);
  });

  it('follows the file of a model that is named', async () => {
    const model = inWorkspace('named.tflite');
    await workspace.fs.copy(hybrid, model);
    await write(config, '{"model": "named.tflite"}');
    await soon('it is refused', () => rules(model).includes('tinyml/hybrid-quantization'));
    await workspace.fs.copy(float, model, { overwrite: true });
    await soon('it is not refused any more', () => !rules(model).includes('tinyml/hybrid-quantization'));
    await workspace.fs.delete(model);
    await soon('it is missed', () => rules(config).includes('tinyml/unusable-model'));
  });

  it('takes in the whole workspace only where it was asked for', async () => {
    const settings = workspace.getConfiguration('tinyml');
    assert.deepEqual(rules(hybrid), []);
    await settings.update('lint.scanWorkspace', true, ConfigurationTarget.Workspace);
    await soon('a model that is not open is listed', () => rules(hybrid).includes('tinyml/hybrid-quantization'));
    await settings.update('lint.scanWorkspace', undefined, ConfigurationTarget.Workspace);
    await soon('it is not any more', () => rules(hybrid).length === 0);
  });
});
