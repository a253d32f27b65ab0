import path from 'node:path';
import type { Board } from '../core/targets/board';
import { boardById, nearestBoardIds } from '../core/targets/boards';
import { userBoardsFrom } from '../node/userBoards';
import { UsageError } from './commandErrors';

/**
 * The board with an id: one that `.vscode/tinyml-boards.json` describes, in the working folder, beside the model or
 * above them, or one of the catalog. Throws UsageError, ModelError for a file that cannot be used.
 */
export function findBoard(id: string, modelFile: string | null = null): Board {
  const own = userBoardsFrom(process.cwd());
  const boards = own.length > 0 || modelFile === null ? own : userBoardsFrom(path.dirname(modelFile));
  const board = boards.find((each) => each.id === id) ?? boardById(id);
  if (!board) throw new UsageError(`There is no board "${id}". The nearest are ${nearestBoardIds(id).join(', ')}.`);
  return board;
}
