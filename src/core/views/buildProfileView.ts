import { arenaFigures } from '../answers/arenaFigures';
import { profile, type ProfileTarget } from '../answers/profile';
import type { Model } from '../ir/model';
import { arenaRulesFor } from '../targets/arenaRules';
import type { Board } from '../targets/board';
import { buildMemoryView } from './buildMemoryView';
import type { ProfileView } from './profileView';

/** What the editor shows of a model on a board. Give it a model whose shapes are inferred. */
export function buildProfileView(model: Model, target: ProfileTarget): ProfileView {
  const figures = arenaFigures(model, target.runtime, target.board);
  const { plan } = figures;
  const { planner } = arenaRulesFor(target.runtime, model.format, target.board);
  return {
    profile: profile(model, target, figures),
    memory: 'reason' in plan ? null : buildMemoryView(model, plan, target.board, { planner }),
    boardName: target.board?.name ?? null,
    boardDetail: target.board && boardDetail(target.board),
    runtimeName: target.runtime.name,
  };
}

function boardDetail({ mcu, core, npu, clockMHz }: Board): string {
  return [mcu, core, npu, clockMHz === null ? null : `${clockMHz} MHz`].filter((part) => part !== null).join(' · ');
}
