import type { Model } from '../../ir/model';
import type { Board } from '../board';
import type { Need } from '../fit';
import type { Runtime } from '../runtime';
import type { LintCode } from './catalog';

/** What a rule looks at. */
export interface LintSubject {
  readonly model: Model;
  readonly runtime: Runtime;
  readonly board: Board | null;
  readonly need: Need;
}

/** What a rule says. */
export interface RuleFinding {
  /** `tinyml/arena-above-region`. */
  readonly rule: LintCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** Index of the node in the main graph; null for the whole model. */
  readonly node: number | null;
  readonly message: string;
}

/** Something a person should know before this model goes to this board. */
export interface Finding extends RuleFinding {
  /** What to do about it, as a sentence or two; more in docs/lint.md under the rule's name. */
  readonly help: string;
}

export type Rule = (subject: LintSubject) => readonly RuleFinding[];
