import { Uri, workspace } from 'vscode';

/** Pages with a heading for each rule. */
const PAGES = ['lint.md', 'ci.md'];

/** What to do about a rule's finding: its heading in one of the pages that the extension brings along. */
export class RuleHelp {
  readonly #docs: Uri;
  #places: Promise<ReadonlyMap<string, Uri>> | undefined;

  constructor(extensionUri: Uri) {
    this.#docs = Uri.joinPath(extensionUri, 'docs');
  }

  /** A page at a line, which the Problems panel opens from the rule's name. */
  async linkOf(rule: string): Promise<Uri> {
    this.#places ??= headings(PAGES.map((page) => Uri.joinPath(this.#docs, page)));
    return (await this.#places).get(rule) ?? Uri.joinPath(this.#docs, 'lint.md');
  }
}

async function headings(pages: readonly Uri[]): Promise<ReadonlyMap<string, Uri>> {
  const places = await Promise.all(pages.map(headingsOf));
  return new Map(places.flat());
}

/** Where each rule's heading is: lines from 1, as VS Code opens them. */
async function headingsOf(page: Uri): Promise<readonly (readonly [string, Uri])[]> {
  const text = await workspace.fs.readFile(page).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  );
  return text.split('\n').flatMap((line, index) => {
    const rule = /^#+ .*?(tinyml\/[\w-]+)/.exec(line)?.[1];
    return rule === undefined ? [] : [[rule, page.with({ fragment: `L${index + 1}` })] as const];
  });
}
