import type { ResourceStore } from './kernel';

interface Variable {
  readonly bytes: Uint8Array;
  readonly initial: number;
}

/** Resource variables of one session. Source: TFLM micro_resource_variable.cc. */
export class Resources implements ResourceStore {
  readonly #ids = new Map<string, number>();
  readonly #variables = new Map<number, Variable>();

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(name, id);
    return id;
  }

  allocate(id: number, byteLength: number, initial: number): void {
    if (this.#variables.has(id)) return;
    this.#variables.set(id, { bytes: new Uint8Array(byteLength).fill(initial & 0xff), initial });
  }

  bytesOf(id: number): Uint8Array | null {
    return this.#variables.get(id)?.bytes ?? null;
  }

  /** All variables back to what they held before the first assignment: zero points, not what CALL_ONCE assigned. */
  reset(): void {
    for (const { bytes, initial } of this.#variables.values()) bytes.fill(initial & 0xff);
  }
}
