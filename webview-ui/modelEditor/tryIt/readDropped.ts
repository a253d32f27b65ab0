import type { DroppedFile } from '../../../src/protocol/modelEditor';

/** Crosses to the host in one message: larger data is chosen, which names the file and copies nothing. */
const MAX_DROPPED_BYTES = 64 * 2 ** 20;

/** The workbench's own list of what is dragged, one address a line. */
const URI_LISTS = ['application/vnd.code.uri-list', 'text/uri-list'] as const;

/** Whether something dragged is a file, from the desktop or from the workbench. */
export function isFileDrag({ types }: DataTransfer): boolean {
  return types.includes('Files') || URI_LISTS.some((type) => types.includes(type));
}

/** The one file of a drop; must be called before the event ends, its bytes are read by what it returns. */
export function readDropped(data: DataTransfer): () => Promise<DroppedFile> {
  const addresses = URI_LISTS.map((type) => data.getData(type)).find((text) => text !== '') ?? '';
  const lines = addresses.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const files = [...data.files];
  return async () => {
    const [uri] = lines;
    if (Math.max(lines.length, files.length) > 1) throw new Error('One input takes one file: drop one at a time.');
    if (uri !== undefined) return { uri };
    const [file] = files;
    if (!file) throw new Error('What was dropped is no file.');
    if (file.size > MAX_DROPPED_BYTES) {
      throw new Error(`${file.name} is larger than 64 MiB: choose it with the button instead of dropping it.`);
    }
    return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
  };
}
