import { signal } from '@preact/signals';
import type { LogLine, LogMatches, LogQuery } from '../../src/protocol/device';

/** Lines kept by the page; the session keeps more, and finds them. */
const KEPT_LINES = 10_000;

export type LogFilter = 'quiet' | 'all' | 'results' | 'errors' | 'sent';

/** What the log can be narrowed to. */
export const logFilters: readonly (readonly [filter: LogFilter, name: string, levels: LogQuery['levels']])[] = [
  ['quiet', 'All but telemetry', ['raw', 'result', 'error', 'sent']],
  ['all', 'Everything', ['raw', 'result', 'telemetry', 'error', 'sent']],
  ['results', 'Results, errors', ['result', 'error']],
  ['errors', 'Errors', ['error']],
  ['sent', 'Sent, errors', ['sent', 'error']],
];

type Search = (query: LogQuery) => Promise<LogMatches>;

/** The log as the page shows it: an answer of the session, and what came since. */
export class LogModel {
  /** Grows with every change of `lines`. */
  readonly version = signal(0);
  readonly text = signal('');
  readonly filter = signal<LogFilter>('quiet');
  /** Lines that match, shown or not. */
  readonly matches = signal(0);
  lines: LogLine[] = [];
  #held: LogLine[] = [];
  #paused = false;
  #question = 0;
  #asking = false;
  readonly #search: Search;

  constructor(search: Search) {
    this.#search = search;
  }

  clear(): void {
    this.#question += 1;
    this.#asking = false;
    this.lines = [];
    this.#held = [];
    this.matches.value = 0;
    this.version.value += 1;
  }

  /** Asks the session anew: after a change of what is wanted, or when the page does not know what it missed. */
  refresh(): void {
    const question = (this.#question += 1);
    this.#asking = true;
    const query = { text: this.text.value, levels: this.#levels(), limit: KEPT_LINES };
    const answered = ({ lines, matches }: LogMatches): void => {
      if (question !== this.#question) return;
      this.#asking = false;
      this.lines = [...lines];
      this.matches.value = matches;
      if (!this.#paused) this.#release();
      this.version.value += 1;
    };
    this.#search(query).then(answered, () => answered({ lines: [], matches: 0 }));
  }

  narrow(text: string, filter: LogFilter): void {
    this.text.value = text;
    this.filter.value = filter;
    this.#held = [];
    this.refresh();
  }

  add(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    for (const line of lines) this.#held.push(line);
    if (this.#held.length > 2 * KEPT_LINES) this.#held = this.#held.slice(-KEPT_LINES);
    if (this.#asking || this.#paused) return;
    this.#release();
    this.version.value += 1;
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) return;
    this.#held = [];
    this.refresh();
  }

  #release(): void {
    const levels = this.#levels();
    const wanted = this.text.value.toLowerCase();
    const last = this.lines.at(-1)?.seq ?? -1;
    let added = 0;
    for (const line of this.#held) {
      if (line.seq <= last || !levels.includes(line.level)) continue;
      if (wanted !== '' && !line.text.toLowerCase().includes(wanted)) continue;
      this.lines.push(line);
      added += 1;
    }
    this.#held = [];
    this.matches.value += added;
    if (this.lines.length > 2 * KEPT_LINES) this.lines = this.lines.slice(-KEPT_LINES);
  }

  #levels(): LogQuery['levels'] {
    return logFilters.find(([filter]) => filter === this.filter.value)?.[2] ?? [];
  }
}
