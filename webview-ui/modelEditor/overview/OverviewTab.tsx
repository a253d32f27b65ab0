import { useEffect } from 'preact/hooks';
import type { ModelOverview } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { plural } from '../../shared/formatNumber';
import type { EditorModel } from '../editorModel';
import { Notes } from '../Notes';
import { Skeleton } from '../StatePages';
import { Checks } from './Checks';
import { formatName } from './describeFormat';
import { FitSection } from './FitSection';
import { OperatorsTable } from './OperatorsTable';
import { StoredTensors } from './StoredTensors';
import { StatsStrip } from './StatsStrip';
import { WhatItIs } from './WhatItIs';

/** What the model is, whether it fits, and what to do next. */
export function OverviewTab({ model }: { readonly model: EditorModel }) {
  const overview = model.overview.value.value;
  useEffect(() => {
    if (overview !== null) model.noteDrawn('overview');
  }, [model, overview]);
  if (overview === null) {
    return (
      <div class="page">
        <Skeleton rows={14} />
      </div>
    );
  }
  const hasGraph = overview.inspect.nodes > 0;
  return (
    <div class="page" tabIndex={-1}>
      <Title overview={overview} model={model} />
      <StatsStrip overview={overview} profile={model.profile.value.value} />
      <div class="columns">
        <div class="stack wide-gap">
          {hasGraph ? <FitSection model={model} /> : null}
          {hasGraph ? <OperatorsTable overview={overview} /> : <StoredTensors overview={overview} />}
        </div>
        <div class="stack wide-gap">
          <WhatItIs overview={overview} />
          {hasGraph ? <Checks model={model} /> : null}
          <NotesSection overview={overview} model={model} />
        </div>
      </div>
    </div>
  );
}

/** What the figures above leave out, in the engine's words. */
function NotesSection({ overview, model }: { readonly overview: ModelOverview; readonly model: EditorModel }) {
  const profiled = overview.inspect.nodes > 0 ? model.profile.value.value?.profile.notes : undefined;
  const notes = [...overview.inspect.notes, ...(profiled ?? [])];
  if (notes.length === 0) return null;
  return (
    <section class="stack tight">
      <h2>Notes</h2>
      <Notes notes={notes} />
    </section>
  );
}

function Title({ overview, model }: { readonly overview: ModelOverview; readonly model: EditorModel }) {
  const { inspect } = overview;
  const canQuantize = overview.quantizeRefusal === null;
  const summary = [
    formatName(inspect),
    ...(inspect.nodes > 0 ? [plural(inspect.nodes, 'operator')] : []),
    plural(inspect.tensors, 'tensor'),
    inspect.quantization,
  ];
  if (overview.graphs.length > 1) summary.splice(-2, 0, plural(overview.graphs.length, 'graph'));
  return (
    <div class="title-row">
      <div>
        <h1>{model.context.value?.fileName ?? ' '}</h1>
        <div class="muted small">{summary.join(' · ')}</div>
      </div>
      <div class="row actions">
        {canQuantize ? (
          <Button
            kind="primary"
            icon="wand"
            onClick={() => {
              model.act('quantize');
            }}
          >
            Quantize…
          </Button>
        ) : null}
        {overview.readOnly === null ? (
          <Button
            icon="prune"
            onClick={() => {
              model.act('prune');
            }}
          >
            Prune…
          </Button>
        ) : null}
      </div>
    </div>
  );
}
