import { useEffect, useRef } from 'preact/hooks';

/** Wheel over a canvas, in its own pixels. The listener must be able to stop the page from scrolling, which JSX's may not. */
export function useWheel(
  canvas: { readonly current: HTMLCanvasElement | null },
  onWheel: (event: WheelEvent, x: number, y: number) => void,
): void {
  const latest = useRef(onWheel);
  latest.current = onWheel;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const listener = (event: WheelEvent): void => {
      event.preventDefault();
      const bounds = element.getBoundingClientRect();
      latest.current(event, event.clientX - bounds.left, event.clientY - bounds.top);
    };
    element.addEventListener('wheel', listener, { passive: false });
    return () => {
      element.removeEventListener('wheel', listener);
    };
  }, [canvas]);
}
