import type { MemoryOptionsView, MemoryView, ProfileView } from '../../../src/protocol/views';
import { formatBytes, formatPercent } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import type { EditorModel } from '../editorModel';
import { AliveTable } from './AliveTable';
import { ArenaTable, OutsideArena } from './ArenaTable';
import { DoesNotFit } from './DoesNotFit';
import type { MemoryColouring } from './drawMemory';
import { neededRoom, type ShownPlan } from './memoryChoice';
import { WhatIfPanel } from './WhatIfPanel';

interface MemorySideProps {
  readonly model: EditorModel;
  readonly view: ProfileView;
  readonly memory: MemoryView;
  readonly shown: ShownPlan;
  readonly options: MemoryOptionsView | null;
  /** Bytes there are for the plan. */
  readonly room: number | null;
  /** Position in the plan. */
  readonly operator: number;
  readonly largest: number;
  readonly colouring: MemoryColouring;
}

/** What is alive at the operator in question, and what the arena is made of. */
export function MemorySide(props: MemorySideProps) {
  const { model, view, memory, shown, options, operator, largest, colouring } = props;
  return (
    <aside class="side" aria-label="Tensors alive and arena">
      <AliveTable {...{ model, memory, operator, largest, colouring }} />
      <PlanGap memory={memory} />
      <DoesNotFit model={model} memory={memory} needed={neededRoom(shown.figures)} room={props.room} />
      <ArenaTable view={view} shown={shown} />
      <WhatIfPanel
        model={model}
        options={options}
        shown={shown}
        planned={view.memory?.planned ?? memory.planned}
        total={view.profile.arena.total}
      />
      <OutsideArena options={options} />
    </aside>
  );
}

/** Why the plan may be taller than what is alive at once. */
function PlanGap({ memory }: { readonly memory: MemoryView }) {
  const gap = memory.planned - memory.lowerBound;
  if (gap <= 0) return null;
  return (
    <div class="callout">
      <Icon name="info" />
      <span>
        The plan stands <b class="num">{formatBytes(gap)}</b> above the peak ({formatPercent(gap / memory.lowerBound)}):
        gaps between tensors that no tensor fits into. No plan can be lower than {formatBytes(memory.lowerBound)}.
      </span>
    </div>
  );
}
