const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Above this many bytes the decoder is faster than building the string from codes. */
const SHORT_LINE_BYTES = 512;

const ESCAPE = '\x1b';
// ECMA-48 control sequences: CSI, parameters, intermediates, one final byte.
// eslint-disable-next-line no-control-regex -- the escape character is what a terminal sequence starts with
const CONTROL_SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]/g;

/** Text of the first `count` bytes: UTF-8 where it is, replacement characters where not, terminal colours taken out. */
export function decodeLine(bytes: Uint8Array, count: number, ascii: boolean): string {
  const line = bytes.subarray(0, count);
  const text = ascii && count <= SHORT_LINE_BYTES ? String.fromCharCode(...line) : utf8.decode(line);
  return text.includes(ESCAPE) ? text.replace(CONTROL_SEQUENCE, '') : text;
}
