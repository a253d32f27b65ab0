import type { Model } from '../../ir/model';
import type { Board } from '../board';
import type { Need } from '../fit';
import type { Runtime } from '../runtime';

/** What a rule looks at. */
export interface LintSubject {
  readonly model: Model;
  readonly runtime: Runtime;
  readonly board: Board | null;
  readonly need: Need;
}

/** Something a person should know before this model goes to this board. */
export interface Finding {
  /** `tinyml/arena-above-region`. */
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Index of the node in the main graph; null for the whole model. */
  readonly node: number | null;
  readonly message: string;
}

export type Rule = (subject: LintSubject) => readonly Finding[];
