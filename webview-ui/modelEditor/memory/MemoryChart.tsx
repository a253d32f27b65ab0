import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MemoryView } from '../../../src/protocol/views';
import { formatBytes, plural } from '../../shared/formatNumber';
import { useShortcuts } from '../../shared/shortcuts';
import { useCanvas } from '../../shared/useCanvas';
import { useWheel } from '../../shared/useWheel';
import type { EditorModel } from '../editorModel';
import { bufferBox, drawMemory, type MemoryColouring } from './drawMemory';
import { LimitHandle } from './LimitHandle';
import { CARD_SIZE, MemoryCard } from './MemoryCard';
import { bufferAt } from './memoryQueries';
import {
  byteAt,
  memoryDomain,
  memoryLayout,
  panWindow,
  revealTime,
  timeAt,
  yOf,
  zoomWindow,
  type MemoryLayout,
  type MemoryWindow,
} from './memoryWindow';
import { placeCard, type Box } from './placeCard';

interface MemoryChartProps {
  readonly model: EditorModel;
  readonly memory: MemoryView;
  readonly colouring: MemoryColouring;
  readonly onColouring: (colouring: MemoryColouring) => void;
  readonly largest: number;
  readonly room: number | null;
  readonly boardRoom: number | null;
  readonly roomLabel: string;
  readonly roomNote: string;
  readonly onWhatIf: (bytes: number | null) => void;
  readonly operator: number;
}

const WHEEL_SPEED = 0.0016;
const CLICK_SLACK = 3;
/** Obstacles looked at when a card is placed. */
const OBSTACLES = 400;

export function MemoryChart(props: MemoryChartProps) {
  const { model, memory, room, boardRoom, operator } = props;
  const domain = useMemo(() => memoryDomain(memory, boardRoom), [memory, boardRoom]);
  const [zoomed, setZoomed] = useState<MemoryWindow | null>(null);
  const window = zoomed ?? domain;
  const [hovered, setHovered] = useState(-1);
  const [pinned, setPinned] = useState(-1);
  const shown = pinned >= 0 ? pinned : hovered;
  const surface = useCanvas((context, size, colors) => {
    const layout = memoryLayout(size);
    const card = cardBox(memory, layout, window, shown);
    drawMemory(context, colors, {
      view: memory,
      layout,
      window,
      colouring: props.colouring,
      largest: props.largest,
      room,
      roomLabel: props.roomLabel,
      roomNote: props.roomNote,
      operator,
      selectedTensor: model.selection.value.tensor,
      hovered: shown,
      card,
    });
    model.noteDrawn('memory');
  });
  const layout = memoryLayout(surface.size);
  useEffect(() => {
    setZoomed(null);
    setPinned(-1);
    setHovered(-1);
  }, [memory]);
  const goTo = (target: number): void => {
    const next = Math.min(memory.operators.length - 1, Math.max(0, target));
    model.select({ node: next, tensor: null });
    if (zoomed !== null) setZoomed(revealTime(zoomed, domain, next));
  };
  useWheel(surface.canvas, (event, x, y) => {
    const factor = Math.exp(-event.deltaY * WHEEL_SPEED);
    setZoomed(zoomWindow(window, domain, timeAt(layout, window, x), byteAt(layout, window, y), factor, event.shiftKey));
  });
  useShortcuts({
    '0': () => {
      setZoomed(null);
    },
    p: () => {
      goTo(memory.peak);
    },
    c: () => {
      props.onColouring(props.colouring === 'size' ? 'kind' : 'size');
    },
    Escape: () => {
      if (pinned >= 0) setPinned(-1);
      else model.select({ node: null, tensor: null });
    },
  });
  const pointer = usePointer({ ...props, layout, window, domain, setZoomed, setHovered, setPinned, goTo });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) goTo(operator + step);
    else if (event.key === 'Enter') model.reveal('graph', { node: operator });
    else return;
    event.preventDefault();
  };
  const card = cardBox(memory, layout, window, shown);
  return (
    <div ref={surface.holder} class="memory-chart">
      <canvas
        ref={surface.canvas}
        tabIndex={0}
        role="application"
        aria-label={describe(memory, operator)}
        onKeyDown={onKeyDown}
        {...pointer}
      />
      {room === null || surface.size.width === 0 ? null : (
        <LimitHandle
          room={room}
          y={Math.min(layout.bottom, Math.max(layout.top, yOf(layout, window, room)))}
          left={layout.right - 10}
          highest={Math.max(domain.toByte, boardRoom ?? 0)}
          byteAtY={(clientY) => {
            const top = surface.canvas.current?.getBoundingClientRect().top ?? 0;
            return byteAt(layout, window, clientY - top);
          }}
          onChange={props.onWhatIf}
        />
      )}
      {card === null ? null : <MemoryCard {...props} index={shown} at={card} isPinned={pinned >= 0} />}
    </div>
  );
}

interface PointerParts extends MemoryChartProps {
  readonly layout: MemoryLayout;
  readonly window: MemoryWindow;
  readonly domain: MemoryWindow;
  readonly setZoomed: (window: MemoryWindow | null) => void;
  readonly setHovered: (index: number) => void;
  readonly setPinned: (index: number) => void;
  readonly goTo: (operator: number) => void;
}

/** Hover shows a card, a click selects, Alt-click pins, a drag pans, a double click opens in the graph. */
function usePointer(parts: PointerParts) {
  const { model, memory, layout, window, domain } = parts;
  const drag = useRef<{ x: number; y: number; from: MemoryWindow; moved: boolean } | null>(null);
  const place = (event: MouseEvent): { x: number; y: number } => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };
  const hit = (event: MouseEvent): number => {
    const { x, y } = place(event);
    if (x < layout.left || x > layout.right || y < layout.top || y > layout.bottom) return -1;
    const slackTime = (CLICK_SLACK * (window.toTime - window.fromTime)) / (layout.right - layout.left);
    const slackBytes = (CLICK_SLACK * (window.toByte - window.fromByte)) / (layout.bottom - layout.top);
    const { buffers } = memory;
    return bufferAt(buffers, timeAt(layout, window, x), byteAt(layout, window, y), slackTime, slackBytes);
  };
  const click = (event: PointerEvent): void => {
    const index = hit(event);
    const buffer = memory.buffers[index];
    if (buffer !== undefined) {
      if (event.altKey) parts.setPinned(index);
      model.select({ node: Math.max(0, buffer.first), tensor: buffer.tensor < 0 ? null : buffer.tensor });
      return;
    }
    const { x, y } = place(event);
    if (x >= layout.left && x <= layout.right && y > layout.top) parts.goTo(Math.floor(timeAt(layout, window, x)));
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, from: window, moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = drag.current;
      if (start === null) {
        parts.setHovered(hit(event));
        return;
      }
      const [deltaX, deltaY] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.moved && Math.hypot(deltaX, deltaY) < CLICK_SLACK) return;
      start.moved = true;
      parts.setHovered(-1);
      const { from } = start;
      const time = (-deltaX / (layout.right - layout.left)) * (from.toTime - from.fromTime);
      const bytes = (deltaY / (layout.bottom - layout.top)) * (from.toByte - from.fromByte);
      parts.setZoomed(panWindow(from, domain, time, bytes));
    },
    onPointerUp: (event: PointerEvent) => {
      if (drag.current?.moved === false) click(event);
      drag.current = null;
    },
    onPointerLeave: () => {
      parts.setHovered(-1);
    },
    onDblClick: (event: MouseEvent) => {
      const buffer = memory.buffers[hit(event)];
      if (buffer === undefined) return;
      const isInput = buffer.first < 0;
      model.reveal('graph', { node: isInput ? null : buffer.first, tensor: buffer.tensor < 0 ? null : buffer.tensor });
    },
  };
}

function cardBox(memory: MemoryView, layout: MemoryLayout, window: MemoryWindow, index: number): Box | null {
  const buffer = memory.buffers[index];
  if (buffer === undefined || layout.bottom <= layout.top) return null;
  const anchor = bufferBox(layout, window, buffer);
  const plot = {
    x: layout.left,
    y: layout.top,
    width: layout.right - layout.left - 14,
    height: layout.curveTop - layout.top,
  };
  const obstacles: Box[] = [];
  for (const other of memory.buffers) {
    if (obstacles.length >= OBSTACLES) break;
    if (other.last + 1 >= window.fromTime && other.first <= window.toTime)
      obstacles.push(bufferBox(layout, window, other));
  }
  return { ...placeCard(anchor, CARD_SIZE, plot, obstacles), ...CARD_SIZE };
}

function describe(memory: MemoryView, operator: number): string {
  const live = memory.live[operator] ?? 0;
  return (
    `Memory heatmap of ${plural(memory.buffers.length, 'tensor')} over ${plural(memory.operators.length, 'operator')}: ` +
    `planned ${formatBytes(memory.planned)}, at the peak #${memory.peak} ${formatBytes(memory.lowerBound)} are alive. ` +
    `At #${operator} ${memory.operators[operator] ?? ''} ${formatBytes(live)}. Left and right arrows move, Enter opens the graph.`
  );
}
