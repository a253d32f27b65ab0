import { useState } from 'preact/hooks';
import type { MemoryView, ProfileView } from '../../../src/protocol/views';
import { Button, Ramp, Segments } from '../../shared/controls';
import { formatBytes } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import { largestOf } from '../../shared/heatRamp';
import type { EditorModel } from '../editorModel';
import { fitVerdict } from '../fitVerdict';
import { verdictIcons } from '../Frame';
import { Notes } from '../Notes';
import { Empty, NoOperators, Skeleton, TabProblem } from '../StatePages';
import { KIND_CATEGORY, type MemoryColouring } from './drawMemory';
import type { Tail } from './drawTail';
import { LimitField } from './LimitField';
import { MemoryChart } from './MemoryChart';
import { neededRoom, positionOf, shownPlan, type ShownPlan } from './memoryChoice';
import { MemorySide } from './MemorySide';
import { roomOnBoard } from './memoryQueries';
import { OptimizeButton, PlannerBar } from './PlannerBar';

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

type Extent = 'plan' | 'arena';

/** The arena is shown whole unless its end would leave the plan less than this share of the picture. */
const LEAST_PLAN_SHARE = 0.3;

/** The persistent part above the plan, where it is known and asked for. */
function tailOf(view: ProfileView, { figures, isOwn }: ShownPlan, asked: Extent | null): Tail | null {
  const { planned, persistent, minimum } = figures;
  if (persistent === null || persistent === 0 || asked === 'plan') return null;
  if (asked === null && planned < LEAST_PLAN_SHARE * (planned + persistent)) return null;
  const { arena } = view.profile;
  return { persistent, minimum, parts: isOwn || persistent === arena.persistent ? arena.parts : [] };
}

/** What the limit line says: of the board, or as asked; in bytes for the plan, and as drawn. */
function limitOf(view: ProfileView, { figures }: ShownPlan, tail: Tail | null, asked: number | null) {
  // With the arena whole, the line is that of the region; with the plan alone, of what the tail leaves of it.
  const above = tail?.persistent ?? 0;
  const board = roomOnBoard(view, figures.persistent);
  const room = asked ?? board?.bytes ?? null;
  return {
    room,
    above,
    drawn: room === null ? null : Math.max(0, room + above),
    boardDrawn: board === null ? null : board.bytes + above,
    label: asked === null ? 'Room on the board' : 'What if there were',
    note: asked === null && board !== null && tail === null ? `, ${board.note}:` : '',
  };
}

function operatorOf(model: EditorModel, memory: MemoryView): number {
  const { node } = model.selection.value;
  const position = node === null ? -1 : positionOf(memory, node);
  return position < 0 ? memory.peak : position;
}

function MemoryScreen({ model, view, memory: own }: MemoryScreenProps) {
  const [colouring, setColouring] = useState<MemoryColouring>('size');
  const [asked, setAsked] = useState<number | null>(null);
  const [extent, setExtent] = useState<Extent | null>(null);
  const options = model.memoryOptions.value.value;
  const shown = shownPlan(model, view, own);
  const { memory } = shown;
  const tail = tailOf(view, shown, extent);
  const limit = limitOf(view, shown, tail, asked);
  const largest = largestOf(memory.buffers.map((buffer) => buffer.bytes));
  const ask = (bytes: number | null): void => {
    setAsked(bytes === null ? null : Math.max(0, bytes - limit.above));
  };
  const shared = { model, memory, largest, colouring, operator: operatorOf(model, memory) };
  return (
    <div class="split memory">
      <div class="split-main padded">
        <div class="toolbar">
          <PlannerBar model={model} options={options} shown={shown} />
          <Look {...{ colouring, setColouring, tail, setExtent }} hasTail={(shown.figures.persistent ?? 0) > 0} />
          <span class="grow" />
          <OptimizeButton model={model} options={options} shown={shown} />
        </div>
        <Verdict model={model} view={view} shown={shown} room={limit.room} whatIf={asked} above={limit.above} />
        <h2>
          Arena offset<span class="note wide-only">over operator index</span>
          <span class="grow" />
          <ChartLegend memory={memory} colouring={colouring} largest={largest} />
          {limit.drawn === null ? null : <LimitField room={limit.drawn} isAsked={asked !== null} onChange={ask} />}
        </h2>
        <MemoryChart
          {...shared}
          onColouring={setColouring}
          room={limit.drawn}
          boardRoom={limit.boardDrawn}
          roomLabel={limit.label}
          roomNote={limit.note}
          onWhatIf={ask}
          tail={tail}
        />
        <Notes notes={view.profile.notes} />
      </div>
      <MemorySide {...shared} view={view} shown={shown} options={options} room={limit.room} />
    </div>
  );
}

interface LookProps {
  readonly colouring: MemoryColouring;
  readonly setColouring: (colouring: MemoryColouring) => void;
  readonly tail: Tail | null;
  readonly setExtent: (extent: Extent) => void;
  readonly hasTail: boolean;
}

/** How the plan is coloured, and whether the tail stands above it. */
function Look({ colouring, setColouring, tail, setExtent, hasTail }: LookProps) {
  return (
    <>
      <Segments
        label="Colour tensors by"
        options={[
          ['size', 'Size'],
          ['kind', 'Kind'],
        ]}
        value={colouring}
        onChange={setColouring}
      />
      {hasTail ? (
        <Segments<Extent>
          label="Show"
          options={[
            ['plan', 'Plan'],
            ['arena', 'Whole arena'],
          ]}
          value={tail === null ? 'plan' : 'arena'}
          onChange={setExtent}
        />
      ) : null}
    </>
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

interface VerdictProps {
  readonly model: EditorModel;
  readonly view: ProfileView;
  readonly shown: ShownPlan;
  /** Bytes there are for the plan. */
  readonly room: number | null;
  readonly whatIf: number | null;
  /** Bytes of the tail, where it is on the picture. */
  readonly above: number;
}

/** The answer in words above the picture; for the board, or for what is asked. */
function Verdict({ model, view, shown, room, whatIf, above }: VerdictProps) {
  if (room !== null && (whatIf !== null || !shown.isOwn)) {
    const spare = room - neededRoom(shown.figures);
    const words = spare >= 0 ? `fits with ${formatBytes(spare)} to spare` : `does not fit by ${formatBytes(-spare)}`;
    const what = above > 0 ? 'arena' : 'plan';
    return (
      <div class={`callout ${spare < 0 ? 'bad' : 'ok'}`} role="status">
        <Icon name={spare < 0 ? 'error' : 'ok'} />
        <span>
          With room for {formatBytes(Math.max(0, room + above))} this {what} <b>{words}</b>.
          {whatIf === null ? '' : ' Double-click the handle for the board’s own limit.'}
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
