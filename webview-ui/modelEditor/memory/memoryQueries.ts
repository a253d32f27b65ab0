import type { BufferView, MemoryView, ProfileView } from '../../../src/protocol/views';
import { nodeAt } from './memoryChoice';

/** Index of the buffer under a point of the chart, within a slack around small ones; -1 for none. The smallest wins. */
export function bufferAt(
  buffers: readonly BufferView[],
  time: number,
  byte: number,
  slackTime: number,
  slackBytes: number,
): number {
  let best = -1;
  let bestArea = Infinity;
  for (const [index, buffer] of buffers.entries()) {
    if (time < buffer.first - slackTime || time > buffer.last + 1 + slackTime) continue;
    if (byte < buffer.offset - slackBytes || byte > buffer.offset + buffer.bytes + slackBytes) continue;
    const area = (buffer.last - buffer.first + 1) * buffer.bytes;
    const inside =
      time >= buffer.first && time <= buffer.last + 1 && byte >= buffer.offset && byte <= buffer.offset + buffer.bytes;
    // A hit beside the rectangle yields to any hit inside one.
    const rank = inside ? area : area + 1e15;
    if (rank < bestArea) {
      best = index;
      bestArea = rank;
    }
  }
  return best;
}

/** Buffers alive while an operator runs, largest first. */
export function aliveAt(buffers: readonly BufferView[], operator: number): readonly BufferView[] {
  return buffers.filter(({ first, last }) => first <= operator && operator <= last).sort((a, b) => b.bytes - a.bytes);
}

/** What a buffer is to the operator at a position, and why it is still there, in words. */
export function describeRole(memory: MemoryView, buffer: BufferView, position: number): string {
  const number = (at: number): string => `#${nodeAt(memory, at)}`;
  const until = `${number(buffer.last)} ${memory.operators[buffer.last] ?? ''}`.trim();
  if (buffer.kind === 'scratch') {
    return buffer.first === buffer.last ? `scratch of ${number(buffer.first)}` : 'buffer of all kernels';
  }
  if (buffer.kind === 'input') return buffer.last > position ? `input, kept for ${until}` : 'input of the model';
  if (buffer.first === position) return `output of ${number(position)}`;
  if (buffer.last === position) return `made by ${number(buffer.first)}, last used here`;
  const isKept = buffer.kind === 'output' && buffer.last === memory.operators.length - 1;
  return `made by ${number(buffer.first)}, ${isKept ? 'an output, kept to the end' : `kept for ${until}`}`;
}

/** "input", "#4": what made it. */
export function makerOf(memory: MemoryView, buffer: BufferView): string {
  return buffer.first < 0 ? 'input' : `#${nodeAt(memory, buffer.first)}`;
}

/** Bytes of the board that the plan may take, and what was taken off; null without a board. */
export function roomOnBoard(
  { memory, profile }: ProfileView,
  persistent: number | null = profile.arena.persistent,
): { readonly bytes: number; readonly note: string } | null {
  const limit = memory?.limit ?? null;
  if (limit === null) return null;
  const firmware = profile.fits.regions.find(
    (region) => region.kind === 'ram' && region.name === limit.region,
  )?.firmware;
  const taken = [...(firmware ? ['firmware'] : []), ...(persistent ? ['persistent'] : [])];
  const note = taken.length === 0 ? `all of ${limit.region}` : `${limit.region} less ${taken.join(' and ')}`;
  return { bytes: limit.bytes - (firmware ?? 0) - (persistent ?? 0), note };
}

/** The largest live figure of each pixel column, so that a long model draws as fast as a short one. */
export function peaksPerColumn(view: MemoryView, from: number, to: number, columns: number): Float64Array {
  const peaks = new Float64Array(columns);
  const span = to - from;
  for (let column = 0; column < columns; column += 1) {
    const first = Math.max(0, Math.floor(from + (column / columns) * span));
    const last = Math.min(view.live.length - 1, Math.ceil(from + ((column + 1) / columns) * span) - 1);
    for (let operator = first; operator <= last; operator += 1) {
      if (view.live[operator]! > peaks[column]!) peaks[column] = view.live[operator]!;
    }
  }
  return peaks;
}
