import type { ExecutorId } from '../../../src/core/transforms/run/modelSession';
import type { RunFormView, RunView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { formatMilliseconds, plural } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import { useShortcuts } from '../../shared/shortcuts';
import type { EditorModel } from '../editorModel';
import { CountField } from './CountField';
import type { TryItModel } from './tryItModel';
import { MAX_STEPS } from './tryItState';

export const executorNames: Readonly<Record<ExecutorId, string>> = {
  integer: 'Integer engine',
  onnxruntime: 'ONNX Runtime',
};

/** Run, on what, how often; and what to do with the result. */
export function RunBar({ model, form }: { readonly model: EditorModel; readonly form: RunFormView }) {
  const { tryIt } = model;
  const isBusy = tryIt.busy.value !== null;
  useShortcuts({ r: () => void tryIt.start() });
  return (
    <div class="toolbar run-bar">
      {isBusy ? (
        <Button
          icon="stop"
          onClick={() => {
            tryIt.cancel();
          }}
        >
          Cancel
        </Button>
      ) : (
        <Button kind="primary" icon="play" onClick={() => void tryIt.start()}>
          Run
        </Button>
      )}
      <ExecutorSelect tryIt={tryIt} form={form} />
      <CountField
        label="Steps"
        value={tryIt.settings.value.steps}
        low={1}
        high={MAX_STEPS}
        onChange={(steps) => {
          tryIt.change({ steps });
        }}
      />
      {form.isStateful ? (
        <Button disabled={isBusy || tryIt.run.value === null} onClick={() => void tryIt.reset()}>
          Reset state
        </Button>
      ) : null}
      <Told tryIt={tryIt} run={tryIt.run.value} />
      <span class="grow" />
      <ResultActions tryIt={tryIt} form={form} />
    </div>
  );
}

function ExecutorSelect({ tryIt, form }: { readonly tryIt: TryItModel; readonly form: RunFormView }) {
  const chosen = form.chosen === null ? '' : executorNames[form.chosen];
  return (
    <select
      class="select"
      aria-label="Executor"
      value={tryIt.settings.value.executor ?? ''}
      onChange={({ currentTarget }) => {
        const id = form.executors.find((each) => each.id === currentTarget.value)?.id ?? null;
        tryIt.change({ executor: id });
      }}
    >
      <option value="">Automatic: {chosen}</option>
      {form.executors.map(({ id, refusal, details }) => (
        <option key={id} value={id} disabled={refusal !== null} title={[refusal ?? '', ...details].join('\n')}>
          {executorNames[id]}
          {refusal === null ? '' : ' (cannot run it)'}
        </option>
      ))}
    </select>
  );
}

function Told({ tryIt, run }: { readonly tryIt: TryItModel; readonly run: RunView | null }) {
  const progress = tryIt.progress.value;
  if (tryIt.busy.value !== null) {
    return (
      <span class="caption row" role="status">
        <Icon name="busy" size="small" />
        {progress?.detail ?? 'Working…'}
      </span>
    );
  }
  if (run === null) return null;
  const steps = run.stepsSinceReset === run.steps ? '' : `, ${plural(run.stepsSinceReset, 'step')} since reset`;
  return (
    <span class="caption num" role="status">
      {executorNames[run.executor]} · {plural(run.steps, 'step')}
      {steps} · {formatMilliseconds(run.seconds * 1000)} ms here
    </span>
  );
}

function ResultActions({ tryIt, form }: { readonly tryIt: TryItModel; readonly form: RunFormView }) {
  const run = tryIt.run.value;
  const disabled = run === null || tryIt.busy.value !== null;
  const other = form.executors.find(({ id, refusal }) => refusal === null && id !== run?.executor);
  return (
    <span class="row">
      {other && run !== null ? (
        <Button disabled={disabled} onClick={() => void tryIt.compare(other.id)}>
          Compare with {executorNames[other.id]}
        </Button>
      ) : null}
      <Button disabled={disabled} onClick={() => void tryIt.compare(null)}>
        Compare with file…
      </Button>
      <Button disabled={disabled} icon="copy" onClick={() => void tryIt.export()}>
        Export tensors…
      </Button>
    </span>
  );
}
