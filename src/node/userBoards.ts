import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ModelError } from '../core/ir/errors';
import type { Board } from '../core/targets/board';
import { LARGEST_USER_BOARDS, parseUserBoards, USER_BOARDS_FILE } from '../core/targets/userBoards';

/** Boards of the nearest `.vscode/tinyml-boards.json` in `folder` or above it. Throws ModelError for one that is bad. */
export function userBoardsFrom(folder: string): readonly Board[] {
  let at = path.resolve(folder);
  for (;;) {
    const text = textOf(path.join(at, USER_BOARDS_FILE));
    if (text !== null) return parseUserBoards(text);
    const above = path.dirname(at);
    if (above === at) return [];
    at = above;
  }
}

/** Null where there is no such file. */
function textOf(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) return null;
  if (stats.size > LARGEST_USER_BOARDS) {
    throw new ModelError('too-large', `${USER_BOARDS_FILE} cannot be used: it is larger than 1 MB.`);
  }
  return readFileSync(file, 'utf8');
}
