import { ModelError } from '../../ir/errors';

/** Thrown by a converter: this node cannot be said in the other format. Collected, so that all are told at once. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fix: string | null;

  constructor(reason: string, fix: string | null = null) {
    super(reason);
    this.fix = fix;
  }
}

/** A node that does not convert. */
export interface Unsupported {
  /** Index of the node in the source's main graph. */
  readonly node: number;
  readonly op: string;
  /** The node's own name, or that of its first output. */
  readonly name: string;
  readonly reason: string;
  /** What a person can do about it; null when nothing is known to help. */
  readonly fix: string | null;
}

/** ModelError `unsupported-operator` with one line a node in `details`. */
export function unsupportedError(nodes: readonly Unsupported[], format: string): ModelError {
  const names = [...new Set(nodes.map((node) => node.op))];
  const shown = names.slice(0, 4).join(', ') + (names.length > 4 ? ' and others' : '');
  return new ModelError(
    'unsupported-operator',
    `The model cannot be converted to ${format} because of ${shown}.`,
    nodes.map(({ op, name, reason, fix }) => `${op} ${name}: ${reason}${fix === null ? '' : ` (${fix})`}`),
  );
}
