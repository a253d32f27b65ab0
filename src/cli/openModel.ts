import { readModel } from '../core/formats/readModel';
import type { Model } from '../core/ir/model';
import { FileByteSource } from '../node/fileByteSource';
import { withFile } from './commandErrors';

/** Reads the model that an operand names. Throws InputError. */
export function openModel(file: string): Model {
  return withFile(file, () => readModel(new FileByteSource(file)));
}
