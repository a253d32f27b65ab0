import { DiagnosticSeverity, Uri, languages, workspace } from 'vscode';
import type { Diagnostic, DiagnosticCollection } from 'vscode';
import type { BudgetPlan, BudgetRefusal } from '../../core/budget/budgetPlan';
import type { ModelCheck } from '../../core/budget/modelCheck';
import type { CheckRequest, ModelFile } from '../../protocol/engine';
import type { Disposable } from '../disposable';
import type { ModelDocument } from '../editors/modelDocument';
import { failureOf, type Failure } from '../failures';
import { onDidChangeGivenTargets } from '../targets/targetFiles';
import { targetOf } from '../targets/targetSettings';
import type { Workbench } from '../workbench';
import { BudgetFiles, type Naming } from './budgetFiles';
import { findingsOf, problem, rangeOf, type Findings } from './diagnostics';
import { RuleHelp } from './ruleHelp';
import { WorkspaceScan } from './workspaceScan';

/** A page that opens is answered first, and a training script writes in many steps. */
const QUIET_MS = 500;
const MODEL_FILES = '**/*.{tflite,onnx,h5,hdf5,keras,gguf,safetensors}';

/** One question about a model: what named it, or null for the target of its settings. */
interface Ask {
  readonly naming: Naming | null;
  readonly request: Omit<CheckRequest, 'file'>;
}

interface Wanted {
  readonly uri: Uri;
  readonly document: ModelDocument | null;
}

/** What `tinyml check` would say, as entries of the Problems panel. */
type Published = ReadonlyMap<string, readonly Diagnostic[]>;

/**
 * The Problems panel's entries on models: those open, those that a `tinyml.json` names, and, where the user asked for it,
 * those of the whole workspace. Open models are checked by the inspector that shows them, the others one after another
 * by the one in the background.
 */
export class ModelProblems implements Disposable {
  readonly #workbench: Workbench;
  readonly #collection: DiagnosticCollection;
  readonly #help: RuleHelp;
  readonly #budgets: BudgetFiles;
  readonly #scan: WorkspaceScan;
  /** Two editors of different kinds have a document each. */
  readonly #open = new Map<string, readonly ModelDocument[]>();
  /** By model: what its last check said, by the URI it is said on. */
  readonly #said = new Map<string, Published>();
  /** By model: grows with each check, so that a slow one does not overwrite a later. */
  readonly #checks = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #queue = new Set<string>();
  readonly #disposables: Disposable[];
  #isWorking = false;
  #watcher: Disposable | undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#collection = languages.createDiagnosticCollection('tinyml');
    this.#help = new RuleHelp(workbench.extensionUri);
    this.#budgets = new BudgetFiles(workbench.background);
    this.#scan = new WorkspaceScan();
    this.#disposables = [
      this.#collection,
      this.#budgets,
      this.#scan,
      this.#budgets.onDidChange(() => void this.#budgetsChanged()),
      this.#scan.onDidChange(() => this.#checkAll()),
      onDidChangeGivenTargets(() => this.#checkAll()),
      workbench.userBoards.onDidChange(() => {
        this.#budgets.reload();
        this.#checkAll();
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('tinyml')) this.#checkAll();
      }),
    ];
  }

  /**
   * Follows a model that is open in an editor, until what it returns is disposed. What lies neither on disk nor in the
   * workspace, such as an old revision, has no problems to solve.
   */
  follow(document: ModelDocument): Disposable {
    const isOurs = document.uri.scheme === 'file' || workspace.getWorkspaceFolder(document.uri) !== undefined;
    if (!isOurs) return { dispose: () => undefined };
    const key = document.uri.toString();
    this.#open.set(key, [...(this.#open.get(key) ?? []), document]);
    const changes = document.onDidChange(() => this.#soon(key));
    this.#soon(key);
    return {
      dispose: () => {
        changes.dispose();
        const left = (this.#open.get(key) ?? []).filter((other) => other !== document);
        if (left.length > 0) this.#open.set(key, left);
        else this.#open.delete(key);
        this.#soon(key);
      },
    };
  }

  #wanted(key: string): Wanted | null {
    const document = this.#open.get(key)?.[0];
    if (document) return { uri: document.uri, document };
    const scanned = this.#scan.models.get(key);
    if (scanned) return { uri: scanned, document: null };
    return this.#budgets.namings.has(key) ? { uri: Uri.parse(key, true), document: null } : null;
  }

  async #budgetsChanged(): Promise<void> {
    this.#checkAll();
    await this.#publishConfigs();
  }

  #checkAll(): void {
    this.#watchFiles();
    const keys = [this.#open.keys(), this.#budgets.namings.keys(), this.#scan.models.keys(), this.#said.keys()];
    for (const key of new Set(keys.flatMap((each) => [...each]))) this.#soon(key);
  }

  /** Models that no editor follows are watched only when there are any. */
  #watchFiles(): void {
    if (this.#watcher || (this.#budgets.namings.size === 0 && !this.#budgets.hasPatterns && !this.#scan.isOn)) return;
    const watcher = workspace.createFileSystemWatcher(MODEL_FILES);
    const check = (uri: Uri): void => {
      if (this.#wanted(uri.toString())) this.#soon(uri.toString());
    };
    const listed = (uri: Uri): void => {
      if (this.#budgets.hasPatterns) this.#budgets.reload();
      if (this.#scan.isOn) void this.#scan.scan();
      check(uri);
    };
    this.#watcher = watcher;
    this.#disposables.push(
      watcher,
      watcher.onDidChange(check),
      watcher.onDidCreate(listed),
      watcher.onDidDelete(listed),
    );
  }

  /** Checks a model, or forgets it when nobody wants it any more, once it has been quiet. */
  #soon(key: string): void {
    clearTimeout(this.#timers.get(key));
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      if (this.#open.has(key)) void this.#check(key, this.#workbench.inspector);
      else if (this.#wanted(key)) void this.#later(key);
      else void this.#forget(key);
    }, QUIET_MS);
    this.#timers.set(key, timer);
  }

  async #later(key: string): Promise<void> {
    this.#queue.add(key);
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let [next] = this.#queue; next !== undefined; [next] = this.#queue) {
      this.#queue.delete(next);
      if (this.#wanted(next)) await this.#check(next, this.#workbench.background);
    }
    this.#isWorking = false;
  }

  async #check(key: string, inspector: Workbench['inspector']): Promise<void> {
    const wanted = this.#wanted(key);
    if (!wanted) return;
    const number = (this.#checks.get(key) ?? 0) + 1;
    this.#checks.set(key, number);
    const asks = this.#asks(key, wanted.uri);
    const findings = await Promise.all(asks.map((ask) => this.#findings(wanted, ask, asks.length > 1, inspector)));
    if (this.#checks.get(key) !== number || !this.#wanted(key)) return;
    this.#say(key, asks, findings);
    await this.#publish(key);
  }

  /** Every budget that names the model; its settings' target where none does. */
  #asks(key: string, uri: Uri): readonly Ask[] {
    const { board, runtime } = targetOf(uri);
    const namings = this.#budgets.namings.get(key) ?? [];
    if (namings.length === 0) return [{ naming: null, request: { name: nameOf(uri), limits: [], board, runtime } }];
    return namings.map((naming) => {
      const { budget } = naming.budget;
      const own = { board: naming.budget.board ?? board, runtime: budget.runtime ?? runtime };
      return { naming, request: { name: naming.model.name, limits: budget.limits, ...own } };
    });
  }

  async #findings(
    { uri, document }: Wanted,
    { naming, request }: Ask,
    isOneOfSeveral: boolean,
    inspector: Workbench['inspector'],
  ): Promise<Findings> {
    const name = nameOf(uri);
    let check: ModelCheck;
    try {
      const file: ModelFile = document ? await document.file() : { path: uri.fsPath, name };
      check = await inspector.request('check', { file, ...request });
    } catch (error) {
      return this.#unusable(naming, request, failureOf(error));
    }
    const target = isOneOfSeveral ? ` (${[check.board ?? '', check.runtime].join(' ').trim()})` : '';
    return findingsOf(this.#help, uri, check, { naming, target });
  }

  /** A file that is gone has no place in the panel but the line that names it. */
  async #unusable(naming: Naming | null, { name }: Ask['request'], failure: Failure): Promise<Findings> {
    if (failure.reason === 'engine-died') return { model: [], config: [] };
    const text = { rule: 'tinyml/unusable-model', severity: DiagnosticSeverity.Error, message: failure.message };
    const onModel = failure.reason === 'gone' ? [] : [await problem(this.#help, rangeOf(null), text)];
    if (!naming) return { model: onModel, config: [] };
    const at = rangeOf(naming.budget.budget.modelAt);
    return {
      model: onModel,
      config: [await problem(this.#help, at, { ...text, message: `${name}: ${failure.message}` })],
    };
  }

  #say(key: string, asks: readonly Ask[], findings: readonly Findings[]): void {
    const said = new Map<string, Diagnostic[]>([[key, distinct(findings.flatMap(({ model }) => model))]]);
    for (const [index, { naming }] of asks.entries()) {
      if (!naming) continue;
      const config = naming.config.toString();
      said.set(config, [...(said.get(config) ?? []), ...findings[index]!.config]);
    }
    this.#said.set(key, said);
  }

  async #forget(key: string): Promise<void> {
    if (!this.#said.delete(key)) return;
    this.#checks.delete(key);
    this.#collection.delete(Uri.parse(key, true));
    await this.#publishConfigs();
  }

  async #publish(key: string): Promise<void> {
    this.#collection.set(Uri.parse(key, true), this.#said.get(key)?.get(key) ?? []);
    await this.#publishConfigs();
  }

  /** Entries on each `tinyml.json`: its own mistakes, and what its models have to say on its lines. */
  async #publishConfigs(): Promise<void> {
    const configs = new Map<string, readonly Diagnostic[]>();
    for (const { uri, plan } of this.#budgets.files) configs.set(uri.toString(), await this.#ownProblems(plan));
    this.#collection.forEach((uri) => {
      if (isConfig(uri) && !configs.has(uri.toString())) this.#collection.delete(uri);
    });
    for (const [config, own] of configs) {
      const fromModels = [...this.#said.values()].flatMap((said) => said.get(config) ?? []);
      this.#collection.set(Uri.parse(config, true), [...own, ...fromModels]);
    }
  }

  async #ownProblems(plan: BudgetPlan | BudgetRefusal): Promise<readonly Diagnostic[]> {
    const severity = DiagnosticSeverity.Error;
    if ('reason' in plan) {
      const text = { rule: 'tinyml/budget-file', severity, message: plan.reason };
      return [await problem(this.#help, rangeOf(plan.at), text)];
    }
    const idle = plan.planned.filter(({ models, note }) => models.length === 0 || note !== null);
    return Promise.all(
      idle.map(({ budget, models, note }) => {
        const message = models.length === 0 ? 'No file matches this pattern.' : (note ?? '');
        return problem(this.#help, rangeOf(budget.modelAt), { rule: 'tinyml/budget-file', severity, message });
      }),
    );
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const item of this.#disposables) item.dispose();
  }
}

function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

function isConfig(uri: Uri): boolean {
  return uri.path.endsWith('.json');
}

/** Two budgets that differ only in their limits have the same findings. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ message, code }) => {
    const key = JSON.stringify([message, typeof code === 'object' ? code.value : code]);
    return seen.size < seen.add(key).size;
  });
}
