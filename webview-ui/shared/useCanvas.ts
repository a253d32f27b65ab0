import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { themeColors, type ThemeColors } from './themeColors';

export interface CanvasSize {
  readonly width: number;
  readonly height: number;
}

export interface CanvasSurface {
  readonly holder: { current: HTMLDivElement | null };
  readonly canvas: { current: HTMLCanvasElement | null };
  /** CSS pixels; 0 × 0 until laid out. */
  readonly size: CanvasSize;
  /** Asks for one drawing in the next frame. */
  readonly redraw: () => void;
}

type Draw = (context: CanvasRenderingContext2D, size: CanvasSize, colors: ThemeColors) => void;

/**
 * A canvas as large as its holder, sharp on any screen. `draw` runs once a frame at most: after a render, a resize, a
 * change of theme and a `redraw`; it may read signals, whose changes draw again.
 */
export function useCanvas(draw: Draw): CanvasSurface {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<CanvasSize>({ width: 0, height: 0 });
  const latest = useRef({ draw, size });
  latest.current = { draw, size };
  const frame = useRef(0);
  const stop = useRef<(() => void) | null>(null);

  const paint = useRef(() => {
    frame.current = 0;
    stop.current?.();
    let first = true;
    stop.current = effect(() => {
      const colors = themeColors.value;
      if (!first) {
        redraw.current();
        return;
      }
      first = false;
      if (canvas.current !== null && colors !== null) paintOnce(canvas.current, latest.current, colors);
    });
  });
  const redraw = useRef(() => {
    if (frame.current === 0) frame.current = requestAnimationFrame(paint.current);
  });

  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame.current);
      stop.current?.();
    };
  }, []);
  useEffect(() => {
    redraw.current();
  });
  return { holder, canvas, size, redraw: redraw.current };
}

function paintOnce(
  canvas: HTMLCanvasElement,
  { draw, size }: { readonly draw: Draw; readonly size: CanvasSize },
  colors: ThemeColors,
): void {
  if (size.width === 0 || size.height === 0) return;
  const ratio = window.devicePixelRatio;
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  draw(context, size, colors);
}
