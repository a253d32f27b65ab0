/** A device clock that runs this far from the host's was set anew (a reset), or counts something else. */
const MAX_DRIFT_MS = 2000;

/**
 * Maps a device's milliseconds to the host's. The lines that took least time to arrive tell the offset best, so it only
 * ever shrinks; a jump starts over.
 */
export class DeviceClock {
  #offset: number | null = null;

  toHost(deviceMs: number, hostMs: number): number {
    const seen = hostMs - deviceMs;
    if (this.#offset === null || Math.abs(seen - this.#offset) > MAX_DRIFT_MS || seen < this.#offset) {
      this.#offset = seen;
    }
    return deviceMs + this.#offset;
  }
}
