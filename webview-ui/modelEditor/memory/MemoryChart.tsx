import { useEffect, useMemo, useState } from 'preact/hooks';
import type { MemoryView } from '../../../src/protocol/views';
import { formatBytes, plural } from '../../shared/formatNumber';
import { useShortcuts } from '../../shared/shortcuts';
import { useCanvas } from '../../shared/useCanvas';
import { useWheel } from '../../shared/useWheel';
import type { EditorModel } from '../editorModel';
import { bufferBox, drawMemory, type MemoryColouring, type MemoryScene } from './drawMemory';
import type { Tail } from './drawTail';
import { LimitHandle } from './LimitHandle';
import { CARD_SIZE, MemoryCard } from './MemoryCard';
import { nodeAt } from './memoryChoice';
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
import { useMemoryPointer } from './useMemoryPointer';

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
  /** Shown above the plan; null for the plan alone. */
  readonly tail: Tail | null;
}

const WHEEL_SPEED = 0.0016;
/** Obstacles looked at when a card is placed. */
const OBSTACLES = 400;

export function MemoryChart(props: MemoryChartProps) {
  const { model, memory, boardRoom, operator } = props;
  const top = props.tail === null ? 0 : Math.max(memory.planned + props.tail.persistent, props.tail.minimum ?? 0);
  const domain = useMemo(() => memoryDomain(memory, boardRoom, top), [memory, boardRoom, top]);
  const [zoomed, setZoomed] = useState<MemoryWindow | null>(null);
  const window = zoomed ?? domain;
  const [hovered, setHovered] = useState(-1);
  const [pinned, setPinned] = useState(-1);
  const shown = pinned >= 0 ? pinned : hovered;
  const surface = useCanvas((context, size, colors) => {
    drawMemory(context, colors, sceneOf(props, memoryLayout(size), window, shown));
    model.noteDrawn('memory');
  });
  const layout = memoryLayout(surface.size);
  useEffect(() => {
    // Another plan: the window stays, as far as the new one reaches; a card's tensor may be another.
    setZoomed((old) => (old === null ? null : panWindow(old, domain, 0, 0)));
    setPinned(-1);
    setHovered(-1);
  }, [domain]);
  const goTo = (target: number): void => {
    const next = Math.min(memory.operators.length - 1, Math.max(0, target));
    model.select({ node: nodeAt(memory, next), tensor: null });
    if (zoomed !== null) setZoomed(revealTime(zoomed, domain, next));
  };
  useWheel(surface.canvas, (event, x, y) => {
    const factor = Math.exp(-event.deltaY * WHEEL_SPEED);
    setZoomed(zoomWindow(window, domain, timeAt(layout, window, x), byteAt(layout, window, y), factor, event.shiftKey));
  });
  const unpin = (): boolean => {
    setPinned(-1);
    return pinned >= 0;
  };
  const onKeyDown = useMemoryKeys(props, { goTo, unpin, window, domain, setZoomed });
  const pointer = useMemoryPointer({ model, memory, layout, window, domain, setZoomed, setHovered, setPinned, goTo });
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
      {surface.size.width === 0 ? null : (
        <Handle {...props} layout={layout} window={window} domain={domain} canvas={surface.canvas} />
      )}
      {card === null ? null : <MemoryCard {...props} index={shown} at={card} isPinned={pinned >= 0} />}
    </div>
  );
}

function sceneOf(props: MemoryChartProps, layout: MemoryLayout, window: MemoryWindow, shown: number): MemoryScene {
  const { memory, colouring, largest, room, roomLabel, roomNote, operator, model, tail } = props;
  return {
    ...{ view: memory, layout, window, colouring, largest, room, roomLabel, roomNote, operator, tail },
    selectedTensor: model.selection.value.tensor,
    hovered: shown,
    card: cardBox(memory, layout, window, shown),
  };
}

interface MemoryKeys {
  readonly goTo: (operator: number) => void;
  /** True when there was a pinned card to let go. */
  readonly unpin: () => boolean;
  readonly window: MemoryWindow;
  readonly domain: MemoryWindow;
  readonly setZoomed: (window: MemoryWindow | null) => void;
}

const KEY_ZOOM = 1.5;
const KEY_PAN = 0.1;
/** With Shift, arrows move the window; plain ones move between operators. */
const PANS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_PAN, 0],
  ArrowRight: [KEY_PAN, 0],
  ArrowUp: [0, KEY_PAN],
  ArrowDown: [0, -KEY_PAN],
};

/** Keys of the screen; returns those that hold while the chart has the focus. */
function useMemoryKeys(props: MemoryChartProps, keys: MemoryKeys): (event: KeyboardEvent) => void {
  const { model, memory, operator, colouring } = props;
  const { goTo, unpin, window, domain, setZoomed } = keys;
  const zoom = (factor: number): void => {
    setZoomed(zoomWindow(window, domain, operator + 0.5, (window.fromByte + window.toByte) / 2, factor, false));
  };
  const pan = ([time, bytes]: readonly [number, number]): void => {
    const { fromTime, toTime, fromByte, toByte } = window;
    setZoomed(panWindow(window, domain, time * (toTime - fromTime), bytes * (toByte - fromByte)));
  };
  useShortcuts({
    '0': () => {
      setZoomed(null);
    },
    p: () => {
      goTo(memory.peak);
    },
    c: () => {
      props.onColouring(colouring === 'size' ? 'kind' : 'size');
    },
    Escape: () => {
      if (!unpin()) model.select({ node: null, tensor: null });
    },
  });
  return (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const moved = event.shiftKey ? PANS[event.key] : undefined;
    if (moved !== undefined) pan(moved);
    else if (step !== 0) goTo(operator + step);
    else if (event.key === '+' || event.key === '=') zoom(KEY_ZOOM);
    else if (event.key === '-') zoom(1 / KEY_ZOOM);
    else if (event.key === 'Enter') model.reveal('graph', { node: nodeAt(memory, operator) });
    else return;
    event.preventDefault();
  };
}

interface HandleProps extends MemoryChartProps {
  readonly layout: MemoryLayout;
  readonly window: MemoryWindow;
  readonly domain: MemoryWindow;
  readonly canvas: { readonly current: HTMLCanvasElement | null };
}

function Handle({ room, boardRoom, layout, window, domain, canvas, onWhatIf }: HandleProps) {
  if (room === null) return null;
  return (
    <LimitHandle
      room={room}
      y={Math.min(layout.bottom, Math.max(layout.top, yOf(layout, window, room)))}
      left={layout.right - 10}
      highest={Math.max(domain.toByte, boardRoom ?? 0)}
      byteAtY={(clientY) => byteAt(layout, window, clientY - (canvas.current?.getBoundingClientRect().top ?? 0))}
      onChange={onWhatIf}
    />
  );
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
    `planned ${formatBytes(memory.planned)}, at the peak #${nodeAt(memory, memory.peak)} ${formatBytes(memory.lowerBound)} are alive. ` +
    `At #${nodeAt(memory, operator)} ${memory.operators[operator] ?? ''} ${formatBytes(live)}. Left and right arrows move, plus and minus zoom, Shift and arrows pan, 0 fits, Enter opens the graph.`
  );
}
