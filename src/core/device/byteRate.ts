const SLOT_MS = 100;
const SLOTS = 20;

/** So that the first bytes do not look like a flood. */
const MIN_SPAN_MS = 1000;

/** Bytes a second over the last two seconds. */
export class ByteRate {
  readonly #slots = new Float64Array(SLOTS);
  #slot: number | null = null;
  #startMs = 0;

  add(bytes: number, timeMs: number): void {
    this.#advance(timeMs);
    this.#slots[this.#slot! % SLOTS]! += bytes;
  }

  perSecond(timeMs: number): number {
    if (this.#slot === null) return 0;
    this.#advance(timeMs);
    const total = this.#slots.reduce((sum, bytes) => sum + bytes, 0);
    const covered = (SLOTS - 1) * SLOT_MS + (timeMs % SLOT_MS); // the newest slot is not over yet
    return (total * 1000) / Math.min(covered, Math.max(timeMs - this.#startMs, MIN_SPAN_MS));
  }

  #advance(timeMs: number): void {
    const slot = Math.floor(timeMs / SLOT_MS);
    if (this.#slot === null) this.#startMs = timeMs;
    const last = this.#slot ?? slot;
    if (slot - last >= SLOTS) this.#slots.fill(0);
    else for (let empty = last + 1; empty <= slot; empty += 1) this.#slots[empty % SLOTS] = 0;
    this.#slot = Math.max(last, slot);
  }
}
