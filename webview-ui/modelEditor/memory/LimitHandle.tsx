import { useRef } from 'preact/hooks';
import { formatBytes } from '../../shared/formatNumber';

interface LimitHandleProps {
  readonly room: number;
  readonly y: number;
  readonly left: number;
  readonly highest: number;
  readonly byteAtY: (clientY: number) => number;
  /** Null gives the board's own limit back. */
  readonly onChange: (bytes: number | null) => void;
}

const COARSE_STEP = 1024;
const FINE_STEP = 16;

/** The grip of the limit line: drag it, or focus it and use the arrow keys, to ask "what if there were less room". */
export function LimitHandle({ room, y, left, highest, byteAtY, onChange }: LimitHandleProps) {
  const dragging = useRef(false);
  const change = (bytes: number): void => {
    const stepped = Math.round(bytes / FINE_STEP) * FINE_STEP;
    onChange(Math.min(Math.floor(highest), Math.max(0, stepped)));
  };
  return (
    <div
      class="limit-handle"
      role="slider"
      tabIndex={0}
      aria-label="Room for the plan"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={Math.floor(highest)}
      aria-valuenow={room}
      aria-valuetext={formatBytes(room)}
      title="Drag to ask “what if there were less room”; double-click for the board’s limit"
      style={{ top: `${y - 8}px`, left: `${left}px` }}
      onPointerDown={(event) => {
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (dragging.current) change(byteAtY(event.clientY));
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onDblClick={() => {
        onChange(null);
      }}
      onKeyDown={(event) => {
        const step = event.shiftKey ? FINE_STEP : COARSE_STEP;
        if (event.key === 'ArrowUp' || event.key === 'ArrowRight') change(room + step);
        else if (event.key === 'ArrowDown' || event.key === 'ArrowLeft') change(room - step);
        else if (event.key === 'Escape') onChange(null);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
