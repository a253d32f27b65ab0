/** A device clock that runs this far from the host's was set anew (a reset), or counts something else. */
const MAX_DRIFT_MS = 2000;

/** The quickest line is looked for among those of the last one to two spans: clocks run apart by a few ms a minute. */
const SPAN_MS = 4000;

/**
 * Maps a device's milliseconds to the host's. The lines that took least time to arrive tell the offset best, so the
 * smallest of the last seconds counts; a jump starts over.
 */
export class DeviceClock {
  #least = Infinity;
  #leastBefore = Infinity;
  #spanStartMs = -Infinity;

  toHost(deviceMs: number, hostMs: number): number {
    const seen = hostMs - deviceMs;
    const offset = Math.min(this.#least, this.#leastBefore);
    if (Math.abs(seen - offset) > MAX_DRIFT_MS) {
      this.#least = Infinity;
      this.#leastBefore = Infinity;
      this.#spanStartMs = hostMs;
    } else if (hostMs - this.#spanStartMs > SPAN_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#spanStartMs = hostMs;
    }
    this.#least = Math.min(this.#least, seen);
    return deviceMs + Math.min(this.#least, this.#leastBefore);
  }
}
