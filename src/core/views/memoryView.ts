import type { PlannerId } from '../memory/planners';
import type { WhatIf } from '../memory/whatIf/whatIf';

/** A rectangle of the memory heatmap. Times are positions of operators; an input is alive from -1. */
export interface BufferView {
  readonly tensor: number;
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  /** First and last operator during which it must stay. */
  readonly first: number;
  readonly last: number;
  readonly kind: 'activation' | 'scratch' | 'input' | 'output';
  readonly dtype: string;
  readonly shape: string;
}

export interface MemoryView {
  readonly buffers: readonly BufferView[];
  readonly operators: readonly string[];
  /** Node of the file at each position; null in the order of the file, where they are the same. */
  readonly order: readonly number[] | null;
  /** Bytes alive at each operator. */
  readonly live: Float64Array;
  readonly planned: number;
  readonly lowerBound: number;
  /** Operator at which most is alive. */
  readonly peak: number;
  readonly planner: string;
  /** Arena bytes per region of the board, largest internal region first; null without a board. */
  readonly limit: { readonly region: string; readonly bytes: number } | null;
}

/** Which plan of a model is asked for: by whose planner, and with what changed. */
export interface MemoryQuestion {
  readonly planner: PlannerId;
  readonly whatIf: WhatIf;
}

/** A plan other than the runtime's own of the model as it is. */
export interface MemoryPlanView {
  readonly memory: MemoryView;
  readonly figures: ArenaFiguresView;
  /** What was assumed, a sentence each. */
  readonly notes: readonly string[];
}

/** Why there is no such plan, as one sentence. */
export interface NoPlanView {
  readonly reason: string;
}

/** In bytes; null where it is not known. */
export interface ArenaFiguresView {
  readonly planned: number;
  readonly persistent: number | null;
  readonly total: number | null;
  readonly minimum: number | null;
}

export type WhatIfId = 'int8' | 'halfInput' | 'inPlace' | 'patches' | 'reorder';

/** One change, made alone. */
export interface WhatIfRow {
  readonly id: WhatIfId;
  readonly name: string;
  /** By the runtime's own planner; null where it cannot be, for `reason`. */
  readonly figures: ArenaFiguresView | null;
  readonly reason: string | null;
  /** The rule behind the figures and where it comes from. */
  readonly rule: string;
  /** "7 operators", "first 4 operators, 4×4, +3.5 % MACs". */
  readonly detail: string;
}

/** What can be asked of the memory of a model on a target. */
export interface MemoryOptionsView {
  readonly planners: readonly { readonly id: PlannerId; readonly name: string; readonly planned: number }[];
  /** The runtime's own planner. */
  readonly planner: PlannerId;
  readonly whatIfs: readonly WhatIfRow[];
  /** How many first operators can run in patches, and how many patches a side; null where none can. */
  readonly patches: { readonly layers: readonly number[]; readonly grids: readonly number[] } | null;
  /** True when "Optimize Arena" can write a lower plan into the file. */
  readonly canOptimize: boolean;
  /** What the runtime takes besides its arena, by name. */
  readonly outside: readonly { readonly name: string; readonly note: string }[];
}
