import { Uri, workspace } from 'vscode';

/** What to do about a rule's finding: the place of its heading in docs/lint.md, or for budgets docs/ci.md. */
export class RuleHelp {
  readonly #docs: Uri;
  readonly #headings = new Map<string, Promise<ReadonlyMap<string, number>>>();

  constructor(extensionUri: Uri) {
    this.#docs = Uri.joinPath(extensionUri, 'docs');
  }

  /** A file at a line, which the Problems panel opens from the rule's name. */
  async linkOf(rule: string): Promise<Uri> {
    const name = rule.startsWith('tinyml/budget') ? 'ci.md' : 'lint.md';
    const line = (await this.#linesOf(name)).get(rule);
    return Uri.joinPath(this.#docs, name).with({ fragment: line === undefined ? '' : `L${line}` });
  }

  #linesOf(name: string): Promise<ReadonlyMap<string, number>> {
    let lines = this.#headings.get(name);
    if (!lines) {
      lines = headingLines(Uri.joinPath(this.#docs, name));
      this.#headings.set(name, lines);
    }
    return lines;
  }
}

/** Lines, from 1, of the headings that hold a rule's name. */
async function headingLines(uri: Uri): Promise<ReadonlyMap<string, number>> {
  const text = await workspace.fs.readFile(uri).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  );
  const lines = text
    .split('\n')
    .map((line, index) => [/^#+ .*?(tinyml\/[\w-]+)/.exec(line)?.[1] ?? '', index + 1] as const);
  return new Map(lines.filter(([rule]) => rule !== ''));
}
