import type { Board } from '../targets/board';
import type { Budget, BudgetFile } from './budget';
import type { Span } from './span';

/** A file that a budget names; it need not exist. */
export interface NamedModel {
  readonly path: string;
  /** From the folder of `tinyml.json`, with `/`. */
  readonly name: string;
}

/** A budget and the models it is for: none when its pattern matches nothing. */
export interface PlannedBudget {
  readonly budget: Budget;
  /** The board that the budget names. */
  readonly board: Board | null;
  readonly models: readonly NamedModel[];
  /** A sentence when not every file was looked at. */
  readonly note: string | null;
}

/** A `tinyml.json` and the files it is about. */
export interface BudgetPlan {
  readonly file: BudgetFile;
  readonly planned: readonly PlannedBudget[];
}

/** A `tinyml.json` that cannot be used. */
export interface BudgetRefusal {
  readonly reason: string;
  readonly at: Span | null;
}
