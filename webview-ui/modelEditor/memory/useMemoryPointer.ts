import { useRef } from 'preact/hooks';
import type { MemoryView } from '../../../src/protocol/views';
import type { EditorModel } from '../editorModel';
import { nodeAt } from './memoryChoice';
import { bufferAt } from './memoryQueries';
import { byteAt, panWindow, timeAt, type MemoryLayout, type MemoryWindow } from './memoryWindow';

/** Pixels: a press that moves less is a click, and clicks this near to a rectangle count. */
const CLICK_SLACK = 3;

interface PointerParts {
  readonly model: EditorModel;
  readonly memory: MemoryView;
  readonly layout: MemoryLayout;
  readonly window: MemoryWindow;
  readonly domain: MemoryWindow;
  readonly setZoomed: (window: MemoryWindow | null) => void;
  readonly setHovered: (index: number) => void;
  readonly setPinned: (index: number) => void;
  readonly goTo: (operator: number) => void;
}

/** Hover shows a card, a click selects, Alt-click pins, a drag pans, a double click opens in the graph. */
export function useMemoryPointer(parts: PointerParts) {
  const { model, memory, layout, window, domain } = parts;
  const drag = useRef<{ x: number; y: number; from: MemoryWindow; moved: boolean } | null>(null);
  const hit = (event: MouseEvent): number => bufferUnder(parts, event);
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
      if (drag.current?.moved === false) click(parts, event);
      drag.current = null;
    },
    onPointerLeave: () => {
      parts.setHovered(-1);
    },
    onDblClick: (event: MouseEvent) => {
      const buffer = memory.buffers[hit(event)];
      if (buffer === undefined) return;
      const isInput = buffer.first < 0;
      model.reveal('graph', {
        node: isInput ? null : nodeAt(memory, buffer.first),
        tensor: buffer.tensor < 0 ? null : buffer.tensor,
      });
    },
  };
}

function place(event: MouseEvent): { readonly x: number; readonly y: number } {
  const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
}

function bufferUnder({ memory, layout, window }: PointerParts, event: MouseEvent): number {
  const { x, y } = place(event);
  if (x < layout.left || x > layout.right || y < layout.top || y > layout.bottom) return -1;
  const slackTime = (CLICK_SLACK * (window.toTime - window.fromTime)) / (layout.right - layout.left);
  const slackBytes = (CLICK_SLACK * (window.toByte - window.fromByte)) / (layout.bottom - layout.top);
  return bufferAt(memory.buffers, timeAt(layout, window, x), byteAt(layout, window, y), slackTime, slackBytes);
}

/** A rectangle selects its tensor (Alt pins its card); anywhere else selects the operator of that time. */
function click(parts: PointerParts, event: PointerEvent): void {
  const { model, memory, layout, window } = parts;
  const index = bufferUnder(parts, event);
  const buffer = memory.buffers[index];
  if (buffer !== undefined) {
    if (event.altKey) parts.setPinned(index);
    model.select({
      node: nodeAt(memory, Math.max(0, buffer.first)),
      tensor: buffer.tensor < 0 ? null : buffer.tensor,
    });
    return;
  }
  const { x, y } = place(event);
  if (x >= layout.left && x <= layout.right && y > layout.top) parts.goTo(Math.floor(timeAt(layout, window, x)));
}
