import { useState } from 'preact/hooks';
import { Button, Segments } from '../../shared/controls';
import { RunPicture } from './RunPicture';
import { statsText } from './RunOutputs';
import type { TryItModel } from './tryItModel';
import { ValueGrid } from './ValueGrid';

type Shown = 'reals' | 'stored';

/** The values of the tensor that is picked in the list. */
export function TensorValues({ tryIt }: { readonly tryIt: TryItModel }) {
  const [shown, setShown] = useState<Shown>('reals');
  const view = tryIt.tensor.value.value;
  const failure = tryIt.tensor.failure.value;
  if (tryIt.picked.value === null || (view === null && failure === null)) return null;
  return (
    <aside class="side" aria-label="Values of a tensor">
      <div class="row">
        <h2 class="grow">Values</h2>
        <Button
          kind="bare"
          icon="close"
          label="Close the values"
          onClick={() => {
            tryIt.picked.value = null;
          }}
        >
          {null}
        </Button>
      </div>
      {failure === null ? null : <p class="muted small">{failure.message}</p>}
      {view === null ? null : (
        <>
          <div class="stack tight">
            <span class="mono small break">{view.name}</span>
            <span class="caption num">
              {view.dtype} {view.shape}
            </span>
            <span class="caption num">{statsText(view)}</span>
          </div>
          {view.picture === null ? null : <RunPicture picture={view.picture} label={`${view.name} drawn`} />}
          {view.reals === null ? null : (
            <Segments<Shown>
              label="Values as"
              options={[
                ['reals', 'Reals'],
                ['stored', 'As stored'],
              ]}
              value={shown}
              onChange={setShown}
            />
          )}
          <ValueGrid
            values={shown === 'reals' && view.reals !== null ? view.reals : view.stored}
            count={view.count}
            label={`Values of ${view.name}`}
          />
        </>
      )}
    </aside>
  );
}
