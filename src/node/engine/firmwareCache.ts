import { readFirmware } from '../../core/firmware/readFirmware';
import type { FirmwareUsage } from '../../core/firmware/usage';
import { FileByteSource } from '../fileByteSource';

/** The firmware that was read last: the editor shows one, and a map can have millions of lines. */
export class FirmwareCache {
  #last: { readonly path: string; readonly generation: string; readonly usage: FirmwareUsage } | null = null;

  /** Throws ModelError. */
  open(path: string): FirmwareUsage {
    const source = new FileByteSource(path);
    const { generation } = source;
    if (this.#last?.path !== path || this.#last.generation !== generation) {
      this.#last = { path, generation, usage: readFirmware(source) };
    }
    return this.#last.usage;
  }
}
