import { ModelError } from '../ir/errors';
import type { ByteSource } from '../ports/byteSource';

/** Enough to see what kind of text or archive a file is. */
const headBytes = 1024;

/** A Git LFS pointer is a text of three lines. */
const maxPointerBytes = 1024;

interface Kind {
  readonly what: string;
  readonly test: (head: string) => boolean;
  readonly remedy: string;
}

const kinds: readonly Kind[] = [
  {
    what: 'a zip archive',
    test: (head) => head.startsWith('PK\x03\x04'),
    remedy: 'unpack it and open the model inside.',
  },
  { what: 'compressed with gzip', test: (head) => head.startsWith('\x1f\x8b'), remedy: 'unpack it first.' },
  {
    what: 'a web page',
    test: (head) => /^\s*<(!doctype html|html|head|\?xml)/i.test(head),
    remedy: 'the download gave a page instead of the model; download the file itself.',
  },
  { what: 'JSON text', test: isJson, remedy: 'open the model that it describes.' },
  { what: 'plain text', test: isText, remedy: 'open the model itself.' },
];

/**
 * The error for a file that no format recognises: `lfs-pointer` with the size of the file it stands for, `empty`, or
 * `not-a-model` with what it is instead.
 */
export function strangeFileError(source: ByteSource, expected: string): ModelError {
  const { name, size } = source;
  if (size === 0) return new ModelError('empty', `${name} is empty.`);
  const head = latin1(source.read(0, Math.min(size, headBytes)));
  if (size <= maxPointerBytes && head.startsWith('version https://git-lfs')) return pointerError(name, head);
  if (/^\0+$/.test(head)) return new ModelError('not-a-model', `${name} holds only zeros where a model begins.`);
  const kind = kinds.find((candidate) => candidate.test(head));
  if (kind) return new ModelError('not-a-model', `${name} is ${kind.what}, not a model: ${kind.remedy}`);
  return new ModelError('not-a-model', `${name} is not a ${expected} model: its first bytes are of no format we know.`);
}

function pointerError(name: string, text: string): ModelError {
  const size = /^size (\d{1,15})\s*$/m.exec(text)?.[1];
  const stands = size === undefined ? '' : ` for a file of ${Number(size).toLocaleString('en')} bytes`;
  return new ModelError('lfs-pointer', `${name} is a Git LFS pointer${stands}; run "git lfs pull" to get it.`);
}

function isJson(head: string): boolean {
  return /^\s*[{[]/.test(head) && isText(head);
}

/** No control characters but line breaks and tabs. */
function isText(head: string): boolean {
  return /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(head) && /[A-Za-z]/.test(head);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
