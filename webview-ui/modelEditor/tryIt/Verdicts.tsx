import type { RunComparison } from '../../../src/core/answers/runAnswer';
import type { RunFormView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { Icon } from '../../shared/Icon';
import type { EditorModel } from '../editorModel';
import { Notes } from '../Notes';
import type { Failure } from '../../shared/Resource';
import { runAdvice } from './runAdvice';

/** What went wrong, where runs part, what was written; and the engine's notes. */
export function Verdicts({ model, form: known }: { readonly model: EditorModel; readonly form: RunFormView }) {
  const { failure, form, comparison, exported, run } = model.tryIt;
  const wrong = failure.value ?? form.failure.value;
  const found = comparison.value;
  const notes = run.value?.notes ?? [];
  return (
    <>
      {wrong === null ? null : (
        <Wrong
          failure={wrong}
          advice={wrong.reason === 'bad-data' ? runAdvice(known, model.tryIt.settings.value) : null}
        />
      )}
      {found === null ? null : <Compared model={model} comparison={found} />}
      {exported.value === null ? null : (
        <div class="callout banner" role="status">
          <Icon name="info" />
          <span>The tensors of this run are in {exported.value}.</span>
        </div>
      )}
      {notes.length === 0 ? null : (
        <div class="try-notes">
          <Notes notes={notes} />
        </div>
      )}
    </>
  );
}

function Wrong({ failure, advice }: { readonly failure: Failure; readonly advice: string | null }) {
  return (
    <div class="callout bad banner" role="alert">
      <Icon name="error" />
      <span>
        {failure.message}
        {failure.details.length > 0 ? <span class="muted"> {failure.details.slice(0, 3).join('; ')}</span> : null}
        {advice === null ? null : <div>{advice}</div>}
      </span>
    </div>
  );
}

function Compared({ model, comparison }: { readonly model: EditorModel; readonly comparison: RunComparison }) {
  const { first, compared, sentence } = comparison;
  const isSame = first === null && compared > 0;
  const node = first?.node ?? null;
  return (
    <div class={`callout banner ${isSame ? 'ok' : 'warn'}`} role="status">
      <Icon name={isSame ? 'ok' : 'warning'} />
      <span>{sentence}</span>
      {node === null ? null : <ShowInGraph model={model} node={node} />}
    </div>
  );
}

function ShowInGraph({ model, node }: { readonly model: EditorModel; readonly node: number }) {
  const graph = model.tryIt.run.value?.graph ?? 0;
  return (
    <Button
      kind="quiet"
      onClick={() => {
        model.reveal('graph', { graph, node, tensor: null });
      }}
    >
      Show #{node} in graph
    </Button>
  );
}
