import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope?: string }>> };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;

describe('the manifest', () => {
  it('has a string for every key and no key without use', () => {
    const used = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!);
    expect(new Set(used)).toEqual(new Set(Object.keys(strings)));
  });

  it('names only declared commands in its menus', () => {
    const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
    const named = Object.values(manifest.contributes.menus).flatMap((entries) => entries.map(({ command }) => command));
    for (const command of named) expect(declared, command).toContain(command);
  });

  it('declares the commands that the extension registers, and no others', () => {
    const registered = [...read('src/extension/commands/registerCommands.ts').matchAll(/^ {2}'(tinyml\.\w+)':/gm)];
    const declared = manifest.contributes.commands.map(({ command }) => command);
    expect(registered.map((match) => match[1]).sort()).toEqual([...declared].sort());
  });

  it('scopes every setting, so that a folder or a machine can have its own', () => {
    for (const [name, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
      expect(scope, name).toMatch(/^(resource|machine-overridable)$/);
    }
  });
});
