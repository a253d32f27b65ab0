import { randomUUID } from 'node:crypto';
import { Uri, workspace } from 'vscode';
import type { ReportView } from '../../protocol/report';

/** How many reports are kept; the oldest go first. */
const KEPT = 50;

/** Before/after reports as JSON files in the workspace's storage: they open again after a restart. */
export class ReportStore {
  readonly #folder: Uri;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'reports');
  }

  /** Stores a report and answers its id. */
  async add(report: ReportView): Promise<string> {
    await workspace.fs.createDirectory(this.#folder);
    // Sortable by age: the listing needs to read no file.
    const id = `${String(report.madeAtMs).padStart(15, '0')}-${randomUUID().slice(0, 8)}`;
    await workspace.fs.writeFile(this.#file(id), new TextEncoder().encode(JSON.stringify(report)));
    await this.#dropOldest();
    return id;
  }

  /** Undefined when it was dropped. */
  async get(id: string): Promise<ReportView | undefined> {
    return workspace.fs.readFile(this.#file(id)).then(
      (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as ReportView,
      () => undefined,
    );
  }

  /** Ids, newest first. */
  async ids(): Promise<string[]> {
    const entries = await workspace.fs.readDirectory(this.#folder).then(
      (found) => found,
      () => [],
    );
    return entries
      .map(([name]) => name)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse();
  }

  #file(id: string): Uri {
    return Uri.joinPath(this.#folder, `${id}.json`);
  }

  async #dropOldest(): Promise<void> {
    for (const id of (await this.ids()).slice(KEPT)) await workspace.fs.delete(this.#file(id));
  }
}
