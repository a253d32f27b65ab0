import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFramer, MAX_LINE_BYTES } from '../../../../../src/core/device/framing/lineFramer';
import type { FramedLine } from '../../../../../src/core/device/framing/lineFramer';

const encoder = new TextEncoder();

function frame(...chunks: readonly (string | Uint8Array)[]): { lines: FramedLine[]; framer: LineFramer } {
  const framer = new LineFramer();
  const lines: FramedLine[] = [];
  for (const chunk of chunks) {
    framer.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk, (line) => lines.push(line));
  }
  return { lines, framer };
}

const texts = (...chunks: readonly (string | Uint8Array)[]): string[] => frame(...chunks).lines.map(({ text }) => text);

/** Bytes in the order of a board's mistakes: text, line ends, colours, broken UTF-8. */
const boardBytes = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encoder.encode(text)),
      fc
        .constantFrom('\r', '\n', '\r\n', '\n\r', '\x1b[0;32m', 'idle: 0.5', 'é', '§')
        .map((text) => encoder.encode(text)),
      fc.uint8Array({ maxLength: 6 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

describe('LineFramer', () => {
  it.each([
    ['unix', 'a\nb\n', ['a', 'b']],
    ['windows', 'a\r\nb\r\n', ['a', 'b']],
    ['lone returns', 'a\rb\r', ['a', 'b']],
    ['feed before return', 'a\n\rb\n\r', ['a', 'b']],
    ['a doubled return', 'a\r\r\nb\r\r\n', ['a', 'b']],
    ['blank lines', 'a\n\nb\r\n\r\nc\n', ['a', '', 'b', '', 'c']],
    ['colours', '\x1b[0;32mI (21) boot\x1b[0m\n', ['I (21) boot']],
    ['no end yet', 'a\nb', ['a']],
  ])('ends lines: %s', (_, input, expected) => {
    expect(texts(input)).toEqual(expected);
  });

  it('decodes characters whose bytes came in two chunks', () => {
    const bytes = encoder.encode('>t:21.5§°C\n');
    expect(texts(bytes.subarray(0, 8), bytes.subarray(8))).toEqual(['>t:21.5§°C']);
  });

  it('shows broken UTF-8 instead of stopping', () => {
    expect(texts(Uint8Array.of(0x61, 0xff, 0x62, 0x0a))).toEqual(['a\ufffdb']);
  });

  it('marks the first line partial, and the first after a cut wire', () => {
    const { framer } = frame();
    const lines: FramedLine[] = [];
    const take = (line: FramedLine): number => lines.push(line);
    framer.push(encoder.encode('.5\n1.5\nhal'), take);
    framer.restart(take);
    framer.push(encoder.encode('f\nwhole\n'), take);
    expect(lines).toEqual([
      { text: '.5', partial: true },
      { text: '1.5', partial: false },
      { text: 'hal', partial: true },
      { text: 'f', partial: true },
      { text: 'whole', partial: false },
    ]);
  });

  it('cuts a line that never ends, at whole characters, and marks the rest', () => {
    const long = `\n${'x'.repeat(MAX_LINE_BYTES - 1)}é${'y'.repeat(9)}\nshort\n`;
    const { lines } = frame(long);
    expect(lines.map(({ text, partial }) => [text.length, partial])).toEqual([
      [MAX_LINE_BYTES - 1, false],
      [10, true],
      [5, false],
    ]);
    expect(lines[1]?.text.startsWith('é')).toBe(true);
  });

  it('gives the same lines however the bytes are cut, and accounts for every byte', () => {
    fc.assert(
      fc.property(boardBytes, fc.array(fc.nat(), { maxLength: 20 }), (bytes, cuts) => {
        const whole = frame(bytes);
        const parts = frame(...split(bytes, cuts));
        expect(parts.lines).toEqual(whole.lines);
        for (const { framer } of [whole, parts]) {
          expect(framer.textBytes + framer.endBytes + framer.pendingBytes).toBe(bytes.length);
        }
      }),
    );
  });
});
