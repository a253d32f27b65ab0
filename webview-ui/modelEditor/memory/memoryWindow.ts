import type { MemoryView } from '../../../src/protocol/views';
import type { CanvasSize } from '../../shared/useCanvas';

/** What of time (operator indices; operator i lasts from i to i + 1) and of the arena (bytes) is shown. */
export interface MemoryWindow {
  readonly fromTime: number;
  readonly toTime: number;
  readonly fromByte: number;
  readonly toByte: number;
}

/** Where the parts of the chart are, in CSS pixels. */
export interface MemoryLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Bottom of the heatmap. */
  readonly bottom: number;
  readonly curveTop: number;
  readonly curveBottom: number;
  readonly stripTop: number;
  readonly stripBottom: number;
}

const AXIS = 62;
const LABELS = 18;
const STRIP = 10;
const CURVE = 56;
/** A limit this much above the plan would squeeze the plan: it is pinned to the top edge instead. */
const LIMIT_REACH = 1.9;
const LEAST_STEPS = 2;
const LEAST_BYTES = 16;

export function memoryLayout(size: CanvasSize): MemoryLayout {
  const stripBottom = size.height - LABELS;
  const stripTop = stripBottom - STRIP;
  const curveBottom = stripTop - 10;
  const curveTop = curveBottom - CURVE;
  return {
    left: AXIS,
    right: size.width - 12,
    top: 24,
    bottom: curveTop - 22,
    curveTop,
    curveBottom,
    stripTop,
    stripBottom,
  };
}

/** All of the plan, or of the arena up to `top`; and the limit, when it is near enough to be drawn to scale. */
export function memoryDomain(view: MemoryView, room: number | null, top = 0): MemoryWindow {
  const first = view.buffers.some((buffer) => buffer.first < 0) ? -1 : 0;
  const highest = Math.max(view.planned, view.lowerBound, top, LEAST_BYTES);
  const near = room !== null && room > 0 && room <= highest * LIMIT_REACH;
  return {
    fromTime: first,
    toTime: Math.max(view.operators.length, first + 1),
    fromByte: 0,
    toByte: (near ? Math.max(highest, room) : highest) * 1.09,
  };
}

export function xOf(layout: MemoryLayout, window: MemoryWindow, time: number): number {
  return layout.left + ((time - window.fromTime) / (window.toTime - window.fromTime)) * (layout.right - layout.left);
}

export function yOf(layout: MemoryLayout, window: MemoryWindow, byte: number): number {
  return layout.bottom - ((byte - window.fromByte) / (window.toByte - window.fromByte)) * (layout.bottom - layout.top);
}

export function timeAt(layout: MemoryLayout, window: MemoryWindow, x: number): number {
  return window.fromTime + ((x - layout.left) / (layout.right - layout.left)) * (window.toTime - window.fromTime);
}

export function byteAt(layout: MemoryLayout, window: MemoryWindow, y: number): number {
  return window.fromByte + ((layout.bottom - y) / (layout.bottom - layout.top)) * (window.toByte - window.fromByte);
}

/** Zooms about a point; both axes, or time alone. Never beyond the domain. */
export function zoomWindow(
  window: MemoryWindow,
  domain: MemoryWindow,
  time: number,
  byte: number,
  factor: number,
  timeOnly: boolean,
): MemoryWindow {
  const [fromTime, toTime] = zoomSpan([window.fromTime, window.toTime], time, factor);
  const [fromByte, toByte] = zoomSpan([window.fromByte, window.toByte], byte, timeOnly ? 1 : factor);
  return clampWindow({ fromTime, toTime, fromByte, toByte }, domain);
}

export function panWindow(window: MemoryWindow, domain: MemoryWindow, time: number, bytes: number): MemoryWindow {
  return clampWindow(
    {
      fromTime: window.fromTime + time,
      toTime: window.toTime + time,
      fromByte: window.fromByte + bytes,
      toByte: window.toByte + bytes,
    },
    domain,
  );
}

/** Moves the window, keeping its span, until an operator is inside. */
export function revealTime(window: MemoryWindow, domain: MemoryWindow, time: number): MemoryWindow {
  if (time >= window.fromTime && time + 1 <= window.toTime) return window;
  const middle = (window.fromTime + window.toTime) / 2;
  return panWindow(window, domain, time + 0.5 - middle, 0);
}

function zoomSpan([from, to]: readonly [number, number], at: number, factor: number): readonly [number, number] {
  return [at - (at - from) / factor, at + (to - at) / factor];
}

function clampWindow(window: MemoryWindow, domain: MemoryWindow): MemoryWindow {
  const [fromTime, toTime] = clampSpan(window.fromTime, window.toTime, domain.fromTime, domain.toTime, LEAST_STEPS);
  const [fromByte, toByte] = clampSpan(window.fromByte, window.toByte, domain.fromByte, domain.toByte, LEAST_BYTES);
  return { fromTime, toTime, fromByte, toByte };
}

function clampSpan(from: number, to: number, low: number, high: number, least: number): readonly [number, number] {
  const span = Math.min(high - low, Math.max(Math.min(least, high - low), to - from));
  const middle = (from + to) / 2;
  const start = Math.min(high - span, Math.max(low, middle - span / 2));
  return [start, start + span];
}
