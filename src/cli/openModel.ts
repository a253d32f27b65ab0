import { readModel } from '../core/formats/readModel';
import type { Model } from '../core/ir/model';
import { FileByteSource } from '../node/fileByteSource';
import { readerPortsFor } from '../node/readerPorts';
import { withFileAsync } from './commandErrors';

/** Reads the model that an operand names. Rejects with InputError. */
export function openModel(file: string): Promise<Model> {
  return withFileAsync(file, async () => {
    const source = new FileByteSource(file);
    return readModel(source, await readerPortsFor(source));
  });
}
