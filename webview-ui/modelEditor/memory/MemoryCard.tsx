import type { MemoryView } from '../../../src/protocol/views';
import { formatBinary, formatBytes, formatInteger, plural } from '../../shared/formatNumber';
import { middleEllipsis } from '../../shared/middleEllipsis';
import { bufferStep, KIND_CATEGORY, type MemoryColouring } from './drawMemory';
import { nodeAt } from './memoryChoice';

export const CARD_SIZE = { width: 272, height: 152 } as const;

interface MemoryCardProps {
  readonly memory: MemoryView;
  readonly index: number;
  readonly at: { readonly x: number; readonly y: number };
  readonly isPinned: boolean;
  readonly colouring: MemoryColouring;
  readonly largest: number;
}

/** All about one tensor of the plan. */
export function MemoryCard({ memory, index, at, isPinned, colouring, largest }: MemoryCardProps) {
  const buffer = memory.buffers[index];
  if (buffer === undefined) return null;
  const step = bufferStep(buffer, largest, colouring);
  const color = step < 0 ? `var(--c-${KIND_CATEGORY[buffer.kind] + 1})` : `var(--heat-${step + 1})`;
  const steps = buffer.last - buffer.first + 1;
  return (
    <div
      class="card memory-card"
      role="tooltip"
      style={{ left: `${at.x}px`, top: `${at.y}px`, width: `${CARD_SIZE.width}px`, height: `${CARD_SIZE.height}px` }}
    >
      <div class="row">
        <span class="swatch" style={{ background: color }} />
        <span class="mono strong">{middleEllipsis(buffer.name === '' ? buffer.kind : buffer.name, 18)}</span>
        <span class="grow" />
        <span class="muted ellipsis">
          {buffer.first < 0 ? 'input' : `#${nodeAt(memory, buffer.first)} ${memory.operators[buffer.first] ?? ''}`}
        </span>
      </div>
      <dl class="facts">
        <dt>Size</dt>
        <dd>
          {formatBytes(buffer.bytes)}
          {buffer.bytes < 1024 ? '' : ` · ${formatBinary(buffer.bytes)}`}
        </dd>
        <dt>Shape</dt>
        <dd class="ellipsis">{buffer.kind === 'scratch' ? 'scratch' : `${buffer.dtype} · ${buffer.shape}`}</dd>
        <dt>Offset</dt>
        <dd>
          {formatInteger(buffer.offset)} to {formatInteger(buffer.offset + buffer.bytes)}
        </dd>
        <dt>Alive</dt>
        <dd>
          {buffer.first < 0 ? 'from the input' : `#${nodeAt(memory, buffer.first)}`} to #{nodeAt(memory, buffer.last)},{' '}
          {plural(steps, 'step')}
        </dd>
      </dl>
      <div class="caption card-hint">
        {isPinned ? 'Pinned · Escape lets go' : 'Click: select · Double-click: graph · Alt-click: pin'}
      </div>
    </div>
  );
}
