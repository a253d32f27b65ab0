import type { MemoryOptionsView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { formatBytes, formatPercent } from '../../shared/formatNumber';
import { useShortcuts } from '../../shared/shortcuts';
import type { EditorModel } from '../editorModel';
import { changesOf, choose, type ShownPlan } from './memoryChoice';

interface PlannerBarProps {
  readonly model: EditorModel;
  readonly options: MemoryOptionsView | null;
  readonly shown: ShownPlan;
}

/** Whose plan is drawn, each with the height of its plan of the model as it is. */
export function PlannerBar({ model, options, shown }: PlannerBarProps) {
  const { question } = shown;
  const planners = options?.planners ?? [];
  const [first] = planners;
  const pick = (planner: typeof question.planner): void => {
    choose(model, options, { ...question, planner });
  };
  const step = (by: number): void => {
    const index = planners.findIndex(({ id }) => id === question.planner);
    const next = planners[(index + by + planners.length) % planners.length];
    if (next !== undefined) pick(next.id);
  };
  useShortcuts({
    o: () => {
      step(1);
    },
  });
  if (options === null || first === undefined) {
    return (
      <span class="plan-name">
        {shown.memory.planner} <b class="num strong">{formatBytes(shown.memory.planned)}</b>
      </span>
    );
  }
  return (
    <div class="segments planners" role="radiogroup" aria-label="Planner">
      {planners.map(({ id, name, planned }) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === question.planner}
          tabIndex={id === question.planner ? 0 : -1}
          onClick={() => {
            pick(id);
          }}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (by === 0) return;
            event.preventDefault();
            event.stopPropagation();
            step(by);
            const bar = event.currentTarget.parentElement;
            requestAnimationFrame(() => bar?.querySelector<HTMLElement>('[aria-checked=true]')?.focus());
          }}
        >
          {name} <b class="num">{formatBytes(planned)}</b>
          {planned < first.planned ? (
            <span class="num gain">−{formatPercent((first.planned - planned) / first.planned)}</span>
          ) : null}
        </button>
      ))}
    </div>
  );
}

/** Writes the lower plan into the file, where one was found for the model as it is. */
export function OptimizeButton({ model, options, shown }: PlannerBarProps) {
  if (options?.canOptimize !== true || changesOf(shown.question.whatIf) > 0) return null;
  const [greedy, search] = options.planners;
  const saved = (greedy?.planned ?? 0) - (search?.planned ?? 0);
  return (
    <Button
      kind="primary"
      onClick={() => {
        model.act('planArena');
      }}
    >
      Optimize Arena, −{formatBytes(saved)}
    </Button>
  );
}
