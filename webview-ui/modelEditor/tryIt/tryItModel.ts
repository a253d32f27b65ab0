import { batch, signal } from '@preact/signals';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import type { RunComparison } from '../../../src/core/answers/runAnswer';
import type { PixelScale } from '../../../src/core/datasets/picture';
import type { Progress } from '../../../src/core/ports/progress';
import type { ExecutorId } from '../../../src/core/transforms/run/modelSession';
import type { Answerer, Caller } from '../../../src/protocol/connection';
import type {
  ChosenFile,
  DroppedFile,
  EditorNotifications,
  EditorRequestNotifications,
  EditorRequests,
  TryItState,
} from '../../../src/protocol/modelEditor';
import type { RunInput } from '../../../src/protocol/run';
import type { RunTensorView, RunView } from '../../../src/protocol/views';
import { describeFailure, Resource, type Failure } from '../../shared/Resource';
import { targetsOf } from './dropTargets';

/** What is being done about the model; one thing at a time. */
export type Busy = 'running' | 'comparing' | 'exporting' | null;

/** All that *Try it* knows: what a run needs, the last run and what was asked of it. */
export class TryItModel {
  readonly form = new Resource<EditorRequests['runForm']['result']>();
  readonly settings = signal<TryItState>({} as TryItState);
  readonly run = signal<RunView | null>(null);
  readonly busy = signal<Busy>(null);
  readonly progress = signal<Progress | null>(null);
  readonly failure = signal<Failure | null>(null);
  readonly comparison = signal<RunComparison | null>(null);
  /** The file that the tensors were written to. */
  readonly exported = signal<string | null>(null);
  /** Place in the run of the tensor whose values are shown. */
  readonly picked = signal<number | null>(null);
  readonly tensor = new Resource<RunTensorView>();

  readonly #host: Caller<EditorRequests, EditorRequestNotifications>;
  readonly #trusted = signal(0);
  #file = '';
  #runs = 0;
  #cancel: CancellationTokenSource | null = null;

  constructor(host: Caller<EditorRequests, EditorRequestNotifications>, state: TryItState) {
    this.#host = host;
    this.settings.value = state;
  }

  listen(host: Answerer<object, EditorNotifications>): void {
    host.onNotification('runProgress', (progress) => {
      this.progress.value = progress;
    });
    host.onNotification('trusted', () => {
      this.#trusted.value += 1;
    });
  }

  /** Asks for what is shown, once the tab is open; a run of another content of the file is forgotten. */
  follow(file: string, isOpen: boolean): void {
    if (file !== this.#file) {
      this.#file = file;
      this.#forgetRun();
    }
    if (!isOpen) return;
    const { signature, shapes } = this.settings.value;
    const key = JSON.stringify([file, this.#trusted.value, signature, shapes]);
    this.form.load(key, (token) => this.#host.request('runForm', { signature, shapes }, token));
    const index = this.picked.value;
    if (index === null || this.run.value === null) this.tensor.clear();
    else this.#askTensor(index);
  }

  change(settings: Partial<TryItState>): void {
    this.settings.value = { ...this.settings.peek(), ...settings };
  }

  /** The scale that pictures get: the one set here, else the one the host remembers. */
  get scale(): PixelScale {
    return this.settings.value.scale ?? this.form.value.value?.scale ?? '0..1';
  }

  async chooseFile(input: string): Promise<void> {
    const file = await this.#host.request('chooseInput', { input }).catch(() => null);
    if (file) this.#give([input], file);
  }

  /** Takes back the file of an input: it gets made-up values or a constant again. */
  removeFile(input: string): void {
    const { [input]: _, ...files } = this.settings.peek().files;
    this.change({ files });
  }

  /** One value for all elements of an input; null for made-up ones. */
  fill(input: string, value: number | null): void {
    const { [input]: _, ...others } = this.settings.peek().constants;
    this.change({ constants: value === null ? others : { ...others, [input]: value } });
  }

  /** A file dropped onto an input, or (null) beside them; `read` gives what the host needs to find it again. */
  async dropFile(input: string | null, read: () => Promise<DroppedFile>): Promise<void> {
    try {
      const inputs = this.form.value.peek()?.form.inputs ?? [];
      const dropped = await read();
      const targets = input === null ? targetsOf(inputs, nameOf(dropped)) : [input];
      this.#give(targets, await this.#host.request('dropInput', dropped));
      this.failure.value = null;
    } catch (error) {
      this.failure.value = describeFailure(error);
    }
  }

  async start(): Promise<void> {
    const form = this.form.value.peek()?.form;
    if (!form || this.busy.peek() !== null) return;
    const { executor, signature, shapes, steps, soundRate } = this.settings.peek();
    const inputs = form.inputs.flatMap(({ name, isState }) => this.#inputOf(name, isState));
    const parameters = { executor, signature, shapes, steps, inputs, scale: this.scale, soundRate, observe: true };
    const view = await this.#work('running', (token) => this.#host.request('run', parameters, token));
    if (!view) return;
    batch(() => {
      this.#runs += 1;
      this.run.value = view;
      this.comparison.value = null;
      this.exported.value = null;
      const count = view.tensors.indices.length;
      if ((this.picked.value ?? 0) >= count + form.inputs.length) this.picked.value = null;
    });
  }

  cancel(): void {
    this.#cancel?.cancel();
  }

  /** The state of a streaming model back to its beginning. */
  async reset(): Promise<void> {
    await this.#host.request('runReset', null).catch((error: unknown) => {
      this.failure.value = describeFailure(error);
    });
    this.#forgetRun();
  }

  async export(): Promise<void> {
    const file = await this.#work('exporting', (token) => this.#host.request('runExport', null, token));
    if (file !== null) this.exported.value = file;
  }

  /** With another executor, or (null) an archive that the user picks. */
  async compare(executor: ExecutorId | null): Promise<void> {
    const found = await this.#work('comparing', (token) => this.#host.request('runCompare', { executor }, token));
    if (found) this.comparison.value = found;
  }

  #give(inputs: readonly string[], file: ChosenFile): void {
    const given = Object.fromEntries(inputs.map((input) => [input, file]));
    this.change({ files: { ...this.settings.peek().files, ...given } });
  }

  #inputOf(name: string, isState: boolean): readonly RunInput[] {
    const { files, constants, seed } = this.settings.peek();
    const file = files[name];
    if (file) return [{ name, source: { kind: 'file', path: file.path } }];
    const value = constants[name];
    if (value !== undefined) return [{ name, source: { kind: 'constant', value } }];
    return isState ? [] : [{ name, source: { kind: 'seed', seed } }];
  }

  #askTensor(index: number): void {
    const range = { index, offset: 0, length: 4096 };
    this.tensor.load(`${this.#runs}/${index}`, (token) => this.#host.request('runTensor', range, token));
  }

  /** Does one thing that can be cancelled; null when it failed, was cancelled, or gave nothing. */
  async #work<T>(
    what: Exclude<Busy, null>,
    work: (token: CancellationTokenSource['token']) => Promise<T>,
  ): Promise<T | null> {
    if (this.busy.peek() !== null) return null;
    const source = new CancellationTokenSource();
    this.#cancel = source;
    batch(() => {
      this.busy.value = what;
      this.progress.value = null;
      this.failure.value = null;
    });
    try {
      return await work(source.token);
    } catch (error) {
      if (!source.token.isCancellationRequested) this.failure.value = describeFailure(error);
      return null;
    } finally {
      this.#cancel = null;
      this.busy.value = null;
    }
  }

  #forgetRun(): void {
    batch(() => {
      this.run.value = null;
      this.comparison.value = null;
      this.exported.value = null;
      this.failure.value = null;
      this.picked.value = null;
    });
  }
}

function nameOf(dropped: DroppedFile): string {
  return 'uri' in dropped ? dropped.uri : dropped.name;
}
