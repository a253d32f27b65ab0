import { RelativePattern, commands, l10n, window, workspace } from 'vscode';
import type { Memento, Uri, WorkspaceFolder } from 'vscode';
import type { Board } from '../../core/targets/board';
import { detectBoards, type BoardSuggestion } from '../../core/targets/detect/detectBoards';
import { LARGEST_PROJECT_FILE } from '../../core/targets/detect/projectHint';
import { setBoard, targetOf } from './targetSettings';

const FILES = [
  ...['platformio.ini', 'sketch.yaml', 'sketch.yml', 'sdkconfig', 'sdkconfig.defaults', 'prj.conf', '*.ioc'],
  ...['build/CMakeCache.txt', 'build/zephyr/.config'],
];
/** Project files lie at the top of a folder or a level below. */
const PATTERN = `{${FILES.flatMap((file) => [file, `*/${file}`]).join(',')}}`;
const EXCLUDED = '**/{node_modules,.git,.pio,managed_components}/**';
const MOST_FILES = 20;
const DISMISSED = 'boardSuggestions.dismissed';

/** Suggests the board that the project beside a model is built for. It is never chosen without being asked for. */
export class BoardSuggestions {
  readonly #memory: Memento;
  readonly #boards: () => Promise<readonly Board[]>;
  readonly #offered = new Set<string>();

  constructor(memory: Memento, boards: () => Promise<readonly Board[]>) {
    this.#memory = memory;
    this.#boards = boards;
  }

  /** Boards that project files of the model's workspace folder speak of, the most certain first. */
  async find(resource: Uri | undefined): Promise<readonly BoardSuggestion[]> {
    const folder = resource ? workspace.getWorkspaceFolder(resource) : workspace.workspaceFolders?.[0];
    if (!folder) return [];
    const files = await workspace.findFiles(new RelativePattern(folder, PATTERN), EXCLUDED, MOST_FILES);
    const boards = await this.#boards();
    const found = await Promise.all(files.map((file) => suggestionsIn(file, folder, boards)));
    return found.flat().toSorted((a, b) => a.boards.length - b.boards.length);
  }

  /** Asks once whether to check models against the suggested board, while none is chosen. */
  async offer(resource: Uri): Promise<void> {
    const folder = workspace.getWorkspaceFolder(resource)?.uri.toString();
    if (folder === undefined || targetOf(resource).board !== null || this.#offered.has(folder)) return;
    this.#offered.add(folder);
    const [suggestion] = await this.find(resource);
    if (suggestion && !this.#isDismissed(suggestion)) await this.#ask(resource, suggestion);
  }

  /** A file that names only the chip leaves the choice among its boards. */
  async #ask(resource: Uri, suggestion: BoardSuggestion): Promise<void> {
    const only = suggestion.boards.length === 1 ? suggestion.boards[0] : undefined;
    const choose = l10n.t('Choose…');
    const never = l10n.t('Not This Board');
    const use = only && l10n.t('Use {0}', only.name);
    const message = l10n.t('{0} is for {1}. Check models against it?', suggestion.file, wordsFor(suggestion));
    const answer = await window.showInformationMessage(message, ...(use === undefined ? [] : [use]), choose, never);
    if (answer === undefined) return;
    await this.#dismiss(suggestion);
    if (answer === choose) await commands.executeCommand('tinyml.pickBoard', resource);
    else if (only && answer === use) await setBoard(resource, only.id);
  }

  #isDismissed({ file, said }: BoardSuggestion): boolean {
    return this.#memory.get<readonly string[]>(DISMISSED, []).includes(`${file} ${said}`);
  }

  async #dismiss({ file, said }: BoardSuggestion): Promise<void> {
    const before = this.#memory.get<readonly string[]>(DISMISSED, []);
    await this.#memory.update(DISMISSED, [...before, `${file} ${said}`].slice(-100));
  }
}

function wordsFor({ boards, said }: BoardSuggestion): string {
  return boards.length === 1 ? boards[0]!.name : l10n.t('a board with {0}', said);
}

async function suggestionsIn(
  file: Uri,
  folder: WorkspaceFolder,
  boards: readonly Board[],
): Promise<readonly BoardSuggestion[]> {
  try {
    const { size } = await workspace.fs.stat(file);
    if (size > LARGEST_PROJECT_FILE) return [];
    const text = new TextDecoder().decode(await workspace.fs.readFile(file));
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const shown = file.path.slice(folder.uri.path.length + 1);
    return detectBoards(name, text, boards).map((suggestion) => ({ ...suggestion, file: shown }));
  } catch {
    return []; // it went away, or cannot be read: nothing to suggest from it
  }
}
