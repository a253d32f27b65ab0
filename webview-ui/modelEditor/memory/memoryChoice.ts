import type {
  ArenaFiguresView,
  MemoryOptionsView,
  MemoryQuestion,
  MemoryView,
  ProfileView,
} from '../../../src/protocol/views';
import type { EditorModel } from '../editorModel';

export type WhatIf = MemoryQuestion['whatIf'];

export const NOTHING_CHANGED: WhatIf = { int8: false, halfInput: false, inPlace: false, reorder: false, patches: null };

/** The plan on the screen: the runtime's own, or the one that was asked for. */
export interface ShownPlan {
  readonly memory: MemoryView;
  readonly figures: ArenaFiguresView;
  readonly question: MemoryQuestion;
  /** True for the runtime's own plan of the model as it is. */
  readonly isOwn: boolean;
  readonly notes: readonly string[];
  /** Why what was asked for cannot be: the plan shown is the runtime's own. */
  readonly reason: string | null;
  readonly isPending: boolean;
}

export function changesOf(whatIf: WhatIf): number {
  return Object.values(whatIf).filter((value) => value !== false && value !== null).length;
}

/** What the screen shows, of what is known so far. */
export function shownPlan(model: EditorModel, view: ProfileView, memory: MemoryView): ShownPlan {
  const { arena } = view.profile;
  const options = model.memoryOptions.value.value;
  const own: ShownPlan = {
    memory,
    figures: { planned: memory.planned, persistent: arena.persistent, total: arena.total, minimum: arena.minimum },
    question: { planner: options?.planner ?? 'greedy', whatIf: NOTHING_CHANGED },
    isOwn: true,
    notes: [],
    reason: null,
    isPending: false,
  };
  const question = model.memoryQuestion.value;
  if (question === null) return own;
  const isPending = model.memoryPlan.pending.value;
  const answer = model.memoryPlan.value.value;
  const failure = model.memoryPlan.failure.value;
  if (failure !== null) return { ...own, question, isPending, reason: failure.message };
  if (answer === null) return { ...own, question, isPending };
  if ('reason' in answer) return { ...own, question, isPending, reason: answer.reason };
  return { ...answer, question, isOwn: false, reason: null, isPending };
}

/** Asks for a plan; the runtime's own needs no question. */
export function choose(model: EditorModel, options: MemoryOptionsView | null, question: MemoryQuestion): void {
  const isOwn = options !== null && question.planner === options.planner && changesOf(question.whatIf) === 0;
  model.memoryQuestion.value = isOwn ? null : question;
}

/** Bytes that there must be for the plan: planning may itself need more than what stays. */
export function neededRoom({ planned, persistent, minimum }: ArenaFiguresView): number {
  return minimum === null || persistent === null ? planned : Math.max(planned, minimum - persistent);
}

/** The file's number of the operator at a position of the plan. */
export function nodeAt(memory: MemoryView, position: number): number {
  return memory.order?.[position] ?? position;
}

/** Where an operator of the file runs in the plan; -1 for one that does not. */
export function positionOf(memory: MemoryView, node: number): number {
  return memory.order === null ? (node < memory.operators.length ? node : -1) : memory.order.indexOf(node);
}

/** Operators at which more is alive than there is room for, the worst first. */
export function operatorsOver(memory: MemoryView, room: number): readonly number[] {
  const over: number[] = [];
  for (const [position, bytes] of memory.live.entries()) if (bytes > room) over.push(position);
  return over.sort((a, b) => memory.live[b]! - memory.live[a]!);
}
