import path from 'node:path';
import type { Board } from '../../core/targets/board';
import { boardById } from '../../core/targets/boards';
import type { ModelFile } from '../../protocol/engine';
import { userBoardsFrom } from '../userBoards';

/**
 * The board with an id, as the workspace of a model describes it or the catalog has it; null when neither does. Throws
 * ModelError where the file of the workspace cannot be used.
 */
export function boardFor(file: ModelFile, id: string | null): Board | null {
  if (id === null) return null;
  const own = userBoardsFrom(file.workspace ?? path.dirname(file.path));
  return own.find((board) => board.id === id) ?? boardById(id);
}
