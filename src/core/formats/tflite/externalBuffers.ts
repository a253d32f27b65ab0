import { ModelError } from '../../ir/errors';
import type { ConstantData } from '../../ir/tensor';
import type { FileContext } from './fileContext';

/**
 * A constant in another file (ExternalBuffer). The file is opened only when the bytes are asked for; a missing one is
 * `missing-external-data` then.
 */
export function externalConstant(context: FileContext, id: number): ConstantData {
  const { model, source, window } = context;
  const buffer = model.external_buffers?.find((candidate) => candidate.id === id);
  if (!buffer) throw window.corrupt(`a tensor refers to external buffer ${id}, which it does not describe`);
  const file = model.external_buffer_groups?.[buffer.group]?.name ?? '';
  const byteLength = Number(buffer.length);
  return {
    byteLength,
    storedBytes: byteLength,
    externalBytes: byteLength,
    key: `external:${id}`,
    read() {
      if (buffer.packing) {
        throw new ModelError('unsupported-dtype', `${source.name} packs its external data as ${buffer.packing}.`);
      }
      return source.sibling(file).read(Number(buffer.offset), byteLength);
    },
  };
}
