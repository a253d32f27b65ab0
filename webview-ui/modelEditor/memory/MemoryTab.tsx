import { useState } from 'preact/hooks';
import type { MemoryView, ProfileView } from '../../../src/protocol/views';
import { Button, Ramp, Segments } from '../../shared/controls';
import { formatBytes } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import { largestOf } from '../../shared/heatRamp';
import type { EditorModel } from '../editorModel';
import { fitVerdict } from '../fitVerdict';
import { verdictIcons } from '../Frame';
import { isEstimated } from '../estimated';
import { Notes } from '../Notes';
import { Empty, NoOperators, Skeleton, TabProblem } from '../StatePages';
import { KIND_CATEGORY, type MemoryColouring } from './drawMemory';
import { MemoryChart } from './MemoryChart';
import { MemorySide } from './MemorySide';
import { roomOnBoard } from './memoryQueries';

/** The arena over time: what lies where, what is alive, and what the board has room for. */
export function MemoryTab({ model }: { readonly model: EditorModel }) {
  const view = model.profile.value.value;
  const failure = model.profile.failure.value;
  if (failure !== null && view === null) return <TabProblem model={model} failure={failure} />;
  if (view === null) {
    return (
      <div class="page">
        <Skeleton rows={12} />
      </div>
    );
  }
  if (model.overview.value.value?.inspect.nodes === 0) return <NoOperators model={model} />;
  if (view.memory === null) return <NoPlan view={view} model={model} />;
  if (view.memory.operators.length === 0 || view.memory.buffers.length === 0) {
    return <Empty icon="info" title="Nothing to plan" message="This graph has no tensors that need the arena." />;
  }
  return <MemoryScreen model={model} view={view} memory={view.memory} />;
}

function NoPlan({ model, view }: { readonly model: EditorModel; readonly view: ProfileView }) {
  const first = view.profile.notes[0] ?? 'A shape that the plan needs is not known.';
  const rest = view.profile.notes.slice(1);
  return (
    <Empty
      icon="info"
      title="The arena cannot be planned"
      message={`${first} Export the model with fixed input sizes to see its memory here.`}
      details={rest}
    >
      <Button
        onClick={() => {
          model.tab.value = 'layers';
        }}
      >
        Show the layers
      </Button>
    </Empty>
  );
}

interface MemoryScreenProps {
  readonly model: EditorModel;
  readonly view: ProfileView;
  readonly memory: MemoryView;
}

function MemoryScreen({ model, view, memory }: MemoryScreenProps) {
  const [colouring, setColouring] = useState<MemoryColouring>('size');
  const [whatIf, setWhatIf] = useState<number | null>(null);
  const board = roomOnBoard(view);
  const largest = largestOf(memory.buffers.map((buffer) => buffer.bytes));
  const room = whatIf ?? board?.bytes ?? null;
  const node = model.selection.value.node;
  const operator = node !== null && node < memory.operators.length ? node : memory.peak;
  return (
    <div class="split memory">
      <div class="split-main padded">
        <div class="toolbar">
          <span class="plan-name">
            {memory.planner} <b class="num strong">{formatBytes(memory.planned)}</b>
            {isEstimated(view.profile, 'arena.planned') ? <span class="muted"> estimate</span> : null}
          </span>
          <Segments
            label="Colour tensors by"
            options={[
              ['size', 'Size'],
              ['kind', 'Kind'],
            ]}
            value={colouring}
            onChange={setColouring}
          />
          <span class="grow" />
          <ChartLegend memory={memory} colouring={colouring} largest={largest} />
        </div>
        <Verdict model={model} view={view} memory={memory} whatIf={whatIf} />
        <h2>
          Arena offset<span class="note">over operator index</span>
        </h2>
        <MemoryChart
          model={model}
          memory={memory}
          colouring={colouring}
          onColouring={setColouring}
          largest={largest}
          room={room}
          boardRoom={board?.bytes ?? null}
          roomLabel={whatIf === null ? 'Room on the board' : 'What if there were'}
          roomNote={whatIf === null && board !== null ? `, ${board.note}:` : ''}
          onWhatIf={setWhatIf}
          operator={operator}
        />
        <Notes notes={view.profile.notes} />
      </div>
      <MemorySide
        model={model}
        view={view}
        memory={memory}
        operator={operator}
        largest={largest}
        colouring={colouring}
      />
    </div>
  );
}

const kindNames = { activation: 'activation', input: 'input', scratch: 'scratch', output: 'output' } as const;

interface LegendProps {
  readonly memory: MemoryView;
  readonly colouring: MemoryColouring;
  readonly largest: number;
}

function ChartLegend({ memory, colouring, largest }: LegendProps) {
  if (colouring === 'size') {
    const smallest = memory.buffers.reduce((least, buffer) => Math.min(least, buffer.bytes), largest);
    return (
      <>
        <span class="caption wide-only">tensor size</span>
        <Ramp low={formatBytes(smallest)} high={formatBytes(largest)} />
      </>
    );
  }
  const present = new Set(memory.buffers.map((buffer) => buffer.kind));
  return (
    <span class="row caption">
      {(['input', 'activation', 'scratch', 'output'] as const)
        .filter((kind) => present.has(kind))
        .map((kind) => (
          <span key={kind} class="row">
            <span class="swatch" style={{ background: `var(--c-${KIND_CATEGORY[kind] + 1})` }} />
            {kindNames[kind]}
          </span>
        ))}
    </span>
  );
}

interface VerdictProps extends MemoryScreenProps {
  readonly whatIf: number | null;
}

/** The answer in words above the picture; for the board, or for what the handle asks. */
function Verdict({ model, view, memory, whatIf }: VerdictProps) {
  if (whatIf !== null) {
    const spare = whatIf - memory.planned;
    const words = spare >= 0 ? `fits with ${formatBytes(spare)} to spare` : `does not fit by ${formatBytes(-spare)}`;
    return (
      <div class={`callout ${spare < 0 ? 'bad' : ''}`} role="status">
        <Icon name={spare < 0 ? 'error' : 'ok'} />
        <span>
          With room for {formatBytes(whatIf)} the plan <b>{words}</b>. Double-click the handle for the board’s own
          limit.
        </span>
      </div>
    );
  }
  if (view.boardName === null) {
    return (
      <div class="callout">
        <Icon name="chip" />
        <span>
          <b>Which board is it for?</b> The plan is right for any board; only the limit is missing.
        </span>
        <span class="grow" />
        <Button
          onClick={() => {
            model.act('pickBoard');
          }}
        >
          Choose a board…
        </Button>
      </div>
    );
  }
  const verdict = fitVerdict(view.profile);
  return (
    <div class={`callout ${verdict.level}`} role="status">
      <Icon name={verdictIcons[verdict.level]} />
      <span>
        <b>{verdict.sentence}</b>
        {view.profile.arena.persistent === null ? ' Persistent bytes are not known yet and come on top.' : ''}
      </span>
    </div>
  );
}
