/** Which parts of a file the known tables, vectors and texts take. */
export class Claims {
  #ranges: (readonly [number, number])[] = [];
  readonly #layouts = new Set<number>();
  readonly #size: number;
  #isSorted = true;

  constructor(size: number) {
    this.#size = size;
  }

  add(start: number, end: number): void {
    this.#ranges.push([start, end]);
    this.#isSorted = false;
  }

  addLayout(vtable: number, byteLength: number): void {
    if (this.#layouts.has(vtable)) return;
    this.#layouts.add(vtable);
    this.add(vtable, vtable + byteLength);
  }

  /** Whether the layout of a known table begins here. */
  isLayout(position: number): boolean {
    return this.#layouts.has(position);
  }

  /** Where the free part around a position ends; null when something known lies there. */
  freeUntil(position: number): number | null {
    if (position < 0 || position >= this.#size) return null;
    const next = this.#after(position);
    const before = this.#ranges[next - 1];
    return before && before[1] > position ? null : (this.#ranges[next]?.[0] ?? this.#size);
  }

  /** Where the free part around a position begins. */
  freeFrom(position: number): number {
    return this.#ranges[this.#after(position) - 1]?.[1] ?? 0;
  }

  /** The first range that begins behind a position. */
  #after(position: number): number {
    this.#sort();
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]![0] <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** In order, overlapping ones joined. */
  #sort(): void {
    if (this.#isSorted) return;
    const joined: [number, number][] = [];
    for (const [start, end] of this.#ranges.sort((a, b) => a[0] - b[0])) {
      const last = joined.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    this.#ranges = joined;
    this.#isSorted = true;
  }
}
