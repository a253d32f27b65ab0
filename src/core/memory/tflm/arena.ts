/** Alignment of kernels' buffers and of the plan (MicroArenaBufferAlignment in micro_arena_constants.h). */
export const ARENA_ALIGNMENT = 16;

/**
 * TFLM's arena as its allocator fills it: what is planned and temporary grows from the head, what is persistent from
 * the tail downwards. It never runs out: it notes the least bytes with which every step so far would have succeeded.
 * Source: SingleArenaBufferAllocator in tensorflow/tflite-micro single_arena_buffer_allocator.cc.
 */
export class Arena {
  #tail = 0;
  #head = 0;
  #temporary = 0;
  #needed = 0;

  /** Bytes from the tail that are taken for good, gaps of alignment included. */
  get tail(): number {
    return this.#tail;
  }

  /** Bytes without which a step so far would have failed. */
  get needed(): number {
    return this.#needed;
  }

  /** Takes bytes from the tail. As in TFLM, only the head bounds them: temporary structures are not looked at. */
  persistent(bytes: number, alignment: number): void {
    this.#tail = roundUp(this.#tail + bytes, alignment);
    this.#need(this.#tail + this.#head);
  }

  /** Makes the head this long; nothing temporary may be left in it. */
  resizeHead(bytes: number): void {
    this.#head = bytes;
    this.#temporary = bytes;
    this.#need(this.#tail + bytes);
  }

  temporary(bytes: number, alignment: number): void {
    this.#temporary = roundUp(this.#temporary, alignment) + bytes;
    this.#need(this.#temporary + this.#tail);
  }

  resetTemporary(): void {
    this.#temporary = this.#head;
  }

  /** Both ends are aligned before what lies between them is handed out, as GetAvailableMemory does. */
  everythingLeft(atLeast: number): void {
    this.#need(roundUp(this.#temporary, ARENA_ALIGNMENT) + roundUp(this.#tail, ARENA_ALIGNMENT) + atLeast);
  }

  #need(bytes: number): void {
    this.#needed = Math.max(this.#needed, bytes);
  }
}

function roundUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
