import { QuickPickItemKind, l10n, window } from 'vscode';
import type { QuickPickItem, Uri } from 'vscode';
import type { Board } from '../../core/targets/board';
import type { Workbench } from '../workbench';
import { boardChip, boardMemory } from '../targets/describeBoard';
import { setBoard, targetOf } from '../targets/targetSettings';

interface BoardItem extends QuickPickItem {
  /** Left out for headings. */
  readonly board?: Board;
}

/** Asks for the board that models are seen against, and remembers it in the settings. */
export async function pickBoard(workbench: Workbench, resource?: Uri): Promise<void> {
  const [boards, own, suggestions] = await Promise.all([
    workbench.boards(),
    workbench.userBoards.all(),
    workbench.suggestions.find(resource),
  ]);
  const current = targetOf(resource).board;
  const suggested = new Map(suggestions.flatMap(({ file, boards: named }) => named.map((board) => [board, file])));
  const item = (board: Board): BoardItem => ({
    label: board.name,
    description: board.id === current ? l10n.t('{0} (current)', boardChip(board)) : boardChip(board),
    detail: [boardMemory(board), ...fromFile(suggested.get(board))].join(' · '),
    board,
  });
  const rest = boards.filter((board) => !own.includes(board) && !suggested.has(board));
  const items = [
    ...group(l10n.t('Boards of this workspace'), own.map(item)),
    ...group(l10n.t('This project'), [...suggested.keys()].filter((board) => !own.includes(board)).map(item)),
    ...group(l10n.t('All boards'), rest.map(item)),
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Board that models are checked against'),
    placeHolder: l10n.t('Search {0} boards by name, chip or core', boards.length),
    matchOnDescription: true,
  });
  if (picked?.board) await setBoard(resource, picked.board.id);
}

function fromFile(file: string | undefined): readonly string[] {
  return file === undefined ? [] : [l10n.t('from {0}', file)];
}

/** Items under a heading; nothing for none. */
function group(label: string, items: readonly BoardItem[]): readonly BoardItem[] {
  return items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
}
