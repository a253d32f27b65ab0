import { arraysOf, compareRun } from '../../core/answers/compareRun';
import { exportedTensors, type ModelRun, type RunRecord } from '../../core/answers/runModel';
import type { RunComparison } from '../../core/answers/runAnswer';
import { writeNpz } from '../../core/datasets/writeNpz';
import { ModelError } from '../../core/ir/errors';
import { buildRunForm } from '../../core/views/buildRunForm';
import { buildRunTensor, buildRunView, classLabels } from '../../core/views/buildRunView';
import type { RunFormView, RunTensorView, RunView } from '../../core/views/runView';
import type { ModelFile } from '../../protocol/engine';
import type { RunFormRequest, RunOptions, RunParameters, RunReference, RunTensorRequest } from '../../protocol/run';
import { writeAtomically } from '../atomicWrite';
import { loadRun, openModelFile, readArchive, readInputs, type FedInputs, type OpenedFile } from '../runFile';

type Pause = (done: number, of: number) => Promise<void>;

interface Loaded {
  /** Names file, generation and options: another one loads anew. */
  readonly key: string;
  readonly opened: OpenedFile;
  readonly run: ModelRun;
}

interface Fed extends FedInputs {
  readonly key: string;
}

/** Keeps one model loaded with its state, and its last run: what stands behind an editor's *Try it*. */
export class RunDesk {
  #loaded: Loaded | null = null;
  #fed: Fed | null = null;
  #record: RunRecord | null = null;
  /** Runs since the state was reset: another executor repeats them to compare. */
  #since: RunParameters[] = [];

  async form({ file, signature, shapes }: RunFormRequest & { readonly file: ModelFile }): Promise<RunFormView> {
    const { model, source } = await openModelFile(file);
    return buildRunForm(model, source, signature, shapes);
  }

  async run(request: RunParameters & { readonly file: ModelFile }, pause: Pause): Promise<RunView> {
    const { run, opened } = await this.#load(request);
    if (!run.isStateful) this.#since = [];
    const first = this.#stepsSinceReset;
    const { sources, notes } = this.#feed(run, request);
    const record = await run.run(sources, request.steps, (done) => pause(done, request.steps), first);
    this.#record = record;
    this.#since.push(request);
    const labels = classLabels(opened.model);
    const graph = opened.model.signatures.find(({ key }) => key === request.signature)?.graph ?? 0;
    return buildRunView(run, record, labels, { graph, notes, stepsSinceReset: this.#stepsSinceReset });
  }

  tensor({ index, offset, length }: RunTensorRequest): RunTensorView {
    const { run, record } = this.#last();
    return buildRunTensor(run, record, index, offset, length);
  }

  reset(): void {
    this.#loaded?.run.reset();
    this.#since = [];
    this.#fed = null;
  }

  async export(output: string): Promise<void> {
    const { run, record } = this.#last();
    await writeAtomically(output, writeNpz(exportedTensors(run, record)));
  }

  async compare(reference: RunReference, pause: Pause): Promise<RunComparison> {
    const { run, record } = this.#last();
    const [other, against] =
      reference.kind === 'file'
        ? [readArchive(reference.path), reference.path.replace(/^.*[\\/]/, '')]
        : [arraysOf(await this.#repeat({ executor: reference.executor }, pause)), executorName(reference.executor)];
    return compareRun(run, record, other, null, against);
  }

  get #stepsSinceReset(): number {
    return this.#since.reduce((sum, { steps }) => sum + steps, 0);
  }

  #last(): { readonly run: ModelRun; readonly record: RunRecord } {
    if (this.#loaded && this.#record) return { run: this.#loaded.run, record: this.#record };
    throw new ModelError('gone', 'There is no run any more; run the model again.');
  }

  async #load(request: RunOptions & { readonly file: ModelFile }): Promise<Loaded> {
    const opened = await openModelFile(request.file);
    const { executor, signature, shapes, observe } = request;
    const key = JSON.stringify([request.file.path, opened.source.generation, executor, signature, shapes, observe]);
    if (this.#loaded?.key === key) return this.#loaded;
    await this.#loaded?.run.dispose();
    this.#loaded = null;
    this.#record = null;
    this.#fed = null;
    this.#since = [];
    const run = await loadRun(opened, { executor, signature, shapes, observe });
    this.#loaded = { key, opened, run };
    return this.#loaded;
  }

  /** Streams go on where the last run ended: what reads them is kept while the same inputs are asked for. */
  #feed(run: ModelRun, { inputs, steps, ...fit }: RunParameters): FedInputs {
    const key = JSON.stringify([inputs, fit.scale, fit.soundRate]);
    if (!run.isStateful || this.#fed?.key !== key) this.#fed = { key, ...readInputs(run, inputs, fit, steps) };
    return this.#fed;
  }

  async #repeat(options: Pick<RunOptions, 'executor'>, pause: Pause): Promise<RunRecord> {
    const [first] = this.#since;
    if (!first || !this.#loaded) throw new ModelError('gone', 'There is no run any more; run the model again.');
    const other = await loadRun(this.#loaded.opened, { ...first, ...options });
    try {
      let done = 0;
      let record: RunRecord | null = null;
      let key = '';
      let sources: FedInputs['sources'] = [];
      for (const { inputs, steps, ...fit } of this.#since) {
        const asked = JSON.stringify([inputs, fit.scale, fit.soundRate]);
        if (asked !== key) sources = readInputs(other, inputs, fit, steps).sources;
        key = asked;
        record = await other.run(sources, steps, (step) => pause(step, steps), done);
        done += steps;
      }
      return record!;
    } finally {
      await other.dispose();
    }
  }
}

function executorName(executor: RunOptions['executor']): string {
  return executor === 'integer' ? 'the integer engine' : 'ONNX Runtime';
}
