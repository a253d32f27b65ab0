import type { LogLine, LogMatches, LogQuery } from './sessionViews';

/** Lines kept; the oldest go first. */
export const LOG_LINES = 100_000;

/** Characters kept over all lines, so that long lines do not add up to gigabytes. */
const LOG_CHARS = 32 * 1024 * 1024;

/** The newest lines of a session, in a ring. */
export class LineLog {
  readonly #lines: (LogLine | undefined)[] = [];
  #first = 0;
  #next = 0;
  #chars = 0;

  /** Lines ever added. */
  get count(): number {
    return this.#next;
  }

  add(timeMs: number, text: string, level: LogLine['level']): LogLine {
    const line: LogLine = { seq: this.#next, timeMs, text, level };
    while (
      this.#next - this.#first >= LOG_LINES ||
      (this.#chars + text.length > LOG_CHARS && this.#first < this.#next)
    ) {
      const slot = this.#first % LOG_LINES;
      this.#chars -= this.#lines[slot]!.text.length;
      this.#lines[slot] = undefined;
      this.#first += 1;
    }
    this.#lines[this.#next % LOG_LINES] = line;
    this.#next += 1;
    this.#chars += text.length;
    return line;
  }

  /** The newest `limit` lines, oldest first. */
  tail(limit: number): LogLine[] {
    const lines: LogLine[] = [];
    for (let seq = Math.max(this.#first, this.#next - limit); seq < this.#next; seq += 1) lines.push(this.#at(seq));
    return lines;
  }

  search({ text, levels, limit }: LogQuery): LogMatches {
    const wanted = text.toLowerCase();
    const lines: LogLine[] = [];
    let matches = 0;
    for (let seq = this.#next - 1; seq >= this.#first; seq -= 1) {
      const line = this.#at(seq);
      if (!levels.includes(line.level)) continue;
      if (wanted !== '' && !line.text.toLowerCase().includes(wanted)) continue;
      matches += 1;
      if (lines.length < limit) lines.push(line);
    }
    return { lines: lines.reverse(), matches };
  }

  #at(seq: number): LogLine {
    return this.#lines[seq % LOG_LINES]!;
  }
}
