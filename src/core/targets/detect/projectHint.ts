import type { BoardNames } from '../board';

/** What a project file says of the board that its firmware is built for. */
export interface ProjectHint {
  /** `name` is what this tool calls a board, `mcu` a chip that several boards have. */
  readonly kind: keyof BoardNames | 'mcu';
  readonly name: string;
}

/** Project files are small; what lies beyond is not looked at. */
export const LARGEST_PROJECT_FILE = 1024 * 1024;
const MOST_HINTS = 20;

/** Each hint once, in the order in which the file gives them. */
export function distinct(hints: readonly ProjectHint[]): readonly ProjectHint[] {
  const seen = new Set<string>();
  return hints
    .filter(({ kind, name }) => name !== '' && !seen.has(`${kind} ${name}`) && seen.add(`${kind} ${name}`))
    .slice(0, MOST_HINTS);
}
