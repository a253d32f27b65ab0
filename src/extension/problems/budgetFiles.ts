import { EventEmitter, Uri, workspace } from 'vscode';
import type { Event } from 'vscode';
import { BUDGET_FILE_NAME } from '../../core/budget/budget';
import type { BudgetPlan, BudgetRefusal, NamedModel, PlannedBudget } from '../../core/budget/budgetPlan';
import { isPattern } from '../../core/budget/modelPattern';
import type { BackgroundInspector } from '../engine/backgroundInspector';
import { failureOf } from '../failures';
import type { Disposable } from '../disposable';
import { giveTargets, type GivenTarget } from '../targets/targetFiles';

/** Files of that name that are followed in one workspace. */
const MOST_FILES = 50;
const SKIPPED = '**/{node_modules,.git}/**';

/** An editor saves in many steps. */
const QUIET_MS = 300;

/** A budget that names a model. */
export interface Naming {
  readonly config: Uri;
  readonly budget: PlannedBudget;
  readonly model: NamedModel;
}

/** The `tinyml.json` files of the workspace's folders on disk, read by the background inspector and followed. */
export class BudgetFiles implements Disposable {
  readonly onDidChange: Event<void>;
  readonly #changed = new EventEmitter<void>();
  readonly #inspector: BackgroundInspector;
  readonly #watching: Disposable[];
  readonly #files = new Map<string, { readonly uri: Uri; readonly plan: BudgetPlan | BudgetRefusal }>();
  #namings: ReadonlyMap<string, readonly Naming[]> = new Map();
  #quiet: NodeJS.Timeout | undefined;
  #reading = 0;

  constructor(inspector: BackgroundInspector) {
    this.#inspector = inspector;
    this.onDidChange = this.#changed.event;
    const watcher = workspace.createFileSystemWatcher(`**/${BUDGET_FILE_NAME}`);
    const again = (): void => this.reload();
    this.#watching = [
      watcher,
      watcher.onDidChange(again),
      watcher.onDidCreate(again),
      watcher.onDidDelete(again),
      workspace.onDidChangeWorkspaceFolders(again),
    ];
    void this.#read();
  }

  /** Each file with what it says or why it cannot be used. */
  get files(): Iterable<{ readonly uri: Uri; readonly plan: BudgetPlan | BudgetRefusal }> {
    return this.#files.values();
  }

  /** Models that are named, by the text of their URI. */
  get namings(): ReadonlyMap<string, readonly Naming[]> {
    return this.#namings;
  }

  /** True when a new file can become one that is named. */
  get hasPatterns(): boolean {
    return [...this.#files.values()].some(
      ({ plan }) => 'planned' in plan && plan.planned.some(({ budget }) => isPattern(budget.model)),
    );
  }

  /** Reads all again, once it has been quiet. */
  reload(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#read(), QUIET_MS);
  }

  async #read(): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    const found = (await workspace.findFiles(`**/${BUDGET_FILE_NAME}`, SKIPPED, MOST_FILES)).filter(
      ({ scheme }) => scheme === 'file',
    );
    if (found.length === 0 && this.#files.size === 0) return;
    const plans = await Promise.all(found.map(async (uri) => ({ uri, plan: await this.#plan(uri) })));
    if (reading !== this.#reading) return;
    this.#files.clear();
    for (const each of plans) this.#files.set(each.uri.toString(), each);
    this.#namings = namingsOf(plans);
    giveTargets((resource) => this.#given(resource));
    this.#changed.fire();
  }

  async #plan(uri: Uri): Promise<BudgetPlan | BudgetRefusal> {
    try {
      return await this.#inspector.request('budgets', { config: uri.fsPath });
    } catch (error) {
      return { reason: failureOf(error).message, at: null };
    }
  }

  /** The nearest file's word: that of the first budget that names the model, else of its top level. */
  #given(resource: Uri): GivenTarget | null {
    const above = [...this.#files.values()]
      .filter(({ uri }) => isBelow(resource, uri))
      .toSorted((a, b) => b.uri.path.length - a.uri.path.length);
    for (const { uri, plan } of above) {
      if ('reason' in plan) continue;
      const naming = this.#namings.get(resource.toString())?.find(({ config }) => config.path === uri.path);
      const { board, runtime } = naming?.budget.budget ?? plan.file;
      if (board !== null || runtime !== null) return { board, runtime, file: uri };
    }
    return null;
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    this.#reading += 1;
    for (const item of this.#watching) item.dispose();
    this.#changed.dispose();
    giveTargets();
  }
}

function isBelow(resource: Uri, config: Uri): boolean {
  const folder = config.path.slice(0, config.path.lastIndexOf('/') + 1);
  return resource.scheme === config.scheme && resource.path.startsWith(folder);
}

function namingsOf(
  plans: readonly { readonly uri: Uri; readonly plan: BudgetPlan | BudgetRefusal }[],
): ReadonlyMap<string, readonly Naming[]> {
  const namings = new Map<string, Naming[]>();
  for (const { uri, plan } of plans) {
    if ('reason' in plan) continue;
    for (const budget of plan.planned) {
      for (const model of budget.models) {
        const key = Uri.file(model.path).toString();
        namings.set(key, [...(namings.get(key) ?? []), { config: uri, budget, model }]);
      }
    }
  }
  return namings;
}
