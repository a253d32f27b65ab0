import type { RuntimeId } from '../targets/runtime';
import type { Span } from './span';

/** A limit of `tinyml.json`: bytes, or for `maxAccuracyDrop` a share from 0 to 1. */
export interface Limit {
  readonly key: 'maxArena' | 'maxFlash' | 'maxAccuracyDrop';
  readonly value: number;
  readonly at: Span;
}

/** What one model, or each of several, may take. */
export interface Budget {
  /** A path or a pattern, from the folder of `tinyml.json`, with `/`. */
  readonly model: string;
  readonly modelAt: Span;
  /** Null where the file does not say. */
  readonly board: string | null;
  readonly runtime: RuntimeId | null;
  readonly limits: readonly Limit[];
}

/** A whole `tinyml.json`. */
export interface BudgetFile {
  /** For models below the folder that no budget names. */
  readonly board: string | null;
  readonly runtime: RuntimeId | null;
  /** At least one. */
  readonly budgets: readonly Budget[];
}

/** The name that is looked for. */
export const BUDGET_FILE_NAME = 'tinyml.json';
