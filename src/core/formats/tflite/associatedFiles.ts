import { ModelError } from '../../ir/errors';
import type { ModelMetadata } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import { printableText } from '../printableText';
import type { ZipEntry } from '../zip/zipDirectory';
import { zipDirectory } from '../zip/zipDirectory';
import { maxMetadataText } from './limits';

/** Files of one archive whose first lines are looked at. */
const maxPreviews = 16;

/**
 * Files that the archive behind a model holds (labels, vocabularies), with the beginning of those that are text. Source:
 * tensorflow.org/lite, "Adding metadata": associated files are appended as a zip archive.
 */
export function associatedFiles(source: ByteSource): readonly ModelMetadata[] {
  const entries = zipDirectory(source) ?? [];
  return entries
    .filter(({ name }) => !name.endsWith('/'))
    .map((entry, index) => ({
      name: entry.name,
      byteLength: entry.byteLength,
      text: index < maxPreviews ? preview(entry) : null,
      isAttached: true,
    }));
}

function preview(entry: ZipEntry): string | null {
  try {
    const head = entry.head(maxMetadataText);
    if (!head) return null;
    // The cut may have split a character.
    const whole = head.byteLength < entry.byteLength ? withoutSplitCharacter(head) : head;
    const text = printableText(whole);
    return text !== null && head.byteLength < entry.byteLength ? `${text}…` : text;
  } catch (error) {
    if (error instanceof ModelError && error.reason !== 'gone') return null;
    throw error;
  }
}

function withoutSplitCharacter(bytes: Uint8Array): Uint8Array {
  const last = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return last >= 0 && bytes[last]! >= 0x80 ? bytes.subarray(0, last) : bytes;
}
