import type { Span } from './span';

/** A `tinyml.json` cannot be used. `message` is one sentence that names the key; `at` is where it stands. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  readonly reason = 'bad-budget';
  readonly at: Span | null;

  constructor(message: string, at: Span | null) {
    super(message);
    this.at = at;
  }
}
