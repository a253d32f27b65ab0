import { useEffect } from 'preact/hooks';
import type { RunFormView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import type { EditorModel } from '../editorModel';
import { Empty, Skeleton, TabProblem } from '../StatePages';
import { InputsPanel } from './InputsPanel';
import { RunBar } from './RunBar';
import { RunOutputs } from './RunOutputs';
import { RunTensors } from './RunTensors';
import { TensorValues } from './TensorValues';
import { useFileDrop } from './useFileDrop';
import { Verdicts } from './Verdicts';

/** Run the model: what goes in, what comes out, and every tensor between. */
export function TryItTab({ model }: { readonly model: EditorModel }) {
  const { form } = model.tryIt;
  const known = form.value.value;
  const failure = form.failure.value;
  useEffect(() => {
    if (known !== null) model.noteDrawn('tryIt');
  }, [model, known]);
  if (failure?.reason === 'untrusted') return <Untrusted model={model} message={failure.message} />;
  if (failure !== null && known === null) {
    if (failure.reason === 'bad-data') return <OldSettings model={model} message={failure.message} />;
    return <TabProblem model={model} failure={failure} />;
  }
  if (known === null) {
    return (
      <div class="page">
        <Skeleton rows={10} />
      </div>
    );
  }
  if (known.form.chosen === null) return <CannotRun model={model} form={known.form} />;
  return <Runnable model={model} form={known.form} />;
}

function Runnable({ model, form }: { readonly model: EditorModel; readonly form: RunFormView }) {
  const drop = useFileDrop((read) => void model.tryIt.dropFile(null, read));
  return (
    <div class={drop.isOver ? 'try-it over' : 'try-it'} {...drop.handlers}>
      <RunBar model={model} form={form} />
      <Verdicts model={model} form={form} />
      <div class="split">
        <InputsPanel tryIt={model.tryIt} form={form} />
        <div class="split-main">
          <Results model={model} />
        </div>
        <TensorValues tryIt={model.tryIt} />
      </div>
    </div>
  );
}

function Results({ model }: { readonly model: EditorModel }) {
  const run = model.tryIt.run.value;
  if (run === null) {
    return (
      <p class="try-hint muted">
        Run shows the outputs here, and what every operator makes. Inputs without a file get the same made-up values
        each time.
      </p>
    );
  }
  return (
    <>
      <RunOutputs run={run} />
      <RunTensors model={model} run={run} />
    </>
  );
}

function Untrusted({ model, message }: { readonly model: EditorModel; readonly message: string }) {
  return (
    <Empty icon="info" title="The workspace is not trusted" message={message}>
      <Button
        kind="primary"
        onClick={() => {
          model.act('manageTrust');
        }}
      >
        Manage trust
      </Button>
    </Empty>
  );
}

/** A shape or signature kept from before, which the file does not have any more. */
function OldSettings({ model, message }: { readonly model: EditorModel; readonly message: string }) {
  return (
    <Empty icon="info" title="The settings do not fit the model" message={message}>
      <Button
        kind="primary"
        onClick={() => {
          model.tryIt.change({ shapes: {}, signature: null });
        }}
      >
        Use the model's own
      </Button>
    </Empty>
  );
}

/** Why neither executor takes the model, operator by operator. */
function CannotRun({ model, form }: { readonly model: EditorModel; readonly form: RunFormView }) {
  const refusals = form.executors.filter(({ refusal }) => refusal !== null);
  const best = refusals.find(({ details }) => details.length > 0) ?? refusals[0];
  const hasGraph = (model.overview.value.value?.inspect.nodes ?? 0) > 0;
  return (
    <Empty
      icon="info"
      title="This model cannot be run here"
      message={[...new Set(refusals.map(({ refusal }) => refusal))].join(' ')}
      details={best?.details ?? []}
    >
      <Button
        onClick={() => {
          model.tab.value = hasGraph ? 'graph' : 'overview';
        }}
      >
        {hasGraph ? 'Show the graph' : 'Show the overview'}
      </Button>
    </Empty>
  );
}
