import { l10n, window } from 'vscode';
import type { QuickPickItem, Uri } from 'vscode';
import type { Board } from '../../core/targets/board';
import type { Workbench } from '../workbench';
import { boardChip, boardMemory } from '../targets/describeBoard';
import { setBoard, targetOf } from '../targets/targetSettings';

interface BoardItem extends QuickPickItem {
  readonly board: Board;
}

/** Asks for the board that models are seen against, and remembers it in the settings. */
export async function pickBoard(workbench: Workbench, resource?: Uri): Promise<void> {
  const boards = await workbench.inspector.request('boards', null);
  const current = targetOf(resource).board;
  const items: BoardItem[] = boards.map((board) => ({
    label: board.name,
    description: board.id === current ? l10n.t('{0} (current)', boardChip(board)) : boardChip(board),
    detail: boardMemory(board),
    board,
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Board that models are checked against'),
    placeHolder: l10n.t('Search {0} boards by name, chip or core', boards.length),
    matchOnDescription: true,
  });
  if (picked) await setBoard(resource, picked.board.id);
}
