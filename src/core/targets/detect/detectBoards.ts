import type { Board } from '../board';
import { cubeMxHints } from './cubeMx';
import { espIdfHints } from './espIdf';
import { platformioHints } from './platformio';
import type { ProjectHint } from './projectHint';
import { sketchYamlHints } from './sketchYaml';
import { zephyrHints } from './zephyr';

/** Boards that a project file speaks of. */
export interface BoardSuggestion {
  /** The file's name, as it is shown: `platformio.ini`. */
  readonly file: string;
  /** What the file says: `nano33ble`, `esp32s3`. */
  readonly said: string;
  /** One when the file names the board, more when it names only the chip. */
  readonly boards: readonly Board[];
}

type HintReader = (text: string) => readonly ProjectHint[];

/** What reads a project file, by its name, in the order in which files are trusted. */
const READERS: readonly (readonly [name: RegExp, read: HintReader])[] = [
  [/^platformio\.ini$/, platformioHints],
  [/^sketch\.ya?ml$/, sketchYamlHints],
  [/^CMakeCache\.txt$|^\.config$|^prj\.conf$/, zephyrHints],
  [/^sdkconfig(?:\.defaults)?$/, espIdfHints],
  [/\.ioc$/, cubeMxHints],
];

/** Whether a file of this name can say which board a project is for. */
export function isProjectFile(name: string): boolean {
  return READERS.some(([pattern]) => pattern.test(name));
}

/** The boards that a project file speaks of, among those known; empty where it speaks of none of them. */
export function detectBoards(name: string, text: string, boards: readonly Board[]): readonly BoardSuggestion[] {
  const read = READERS.find(([pattern]) => pattern.test(name))?.[1];
  if (!read) return [];
  const seen = new Set<Board>();
  const found = read(text)
    .map((hint) => ({ file: name, said: hint.name, boards: boardsFor(hint, boards) }))
    .filter((suggestion) => suggestion.boards.some((board) => !seen.has(board) && seen.add(board)));
  const named = found.filter((suggestion) => suggestion.boards.length === 1);
  return named.length > 0 ? named : found.slice(0, 1);
}

function boardsFor({ kind, name }: ProjectHint, boards: readonly Board[]): readonly Board[] {
  if (kind === 'mcu') return boards.filter((board) => isChip(board.mcu, name));
  const wanted = plain(name);
  const named = boards.filter((board) => (board.names?.[kind] ?? []).some((each) => plain(each) === wanted));
  const own = boards.filter((board) => plain(board.id) === wanted);
  return [...named, ...own].slice(0, 1);
}

/** `STM32H743ZITx` is an STM32H743, `esp32s3` an ESP32-S3, and an ESP32 is neither. */
function isChip(mcu: string, name: string): boolean {
  const [own, wanted] = [plain(mcu), plain(name)];
  return own.startsWith('stm32') ? wanted.startsWith(own) : wanted === own;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
