const paths = {
  error: 'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M6 6l4 4M10 6l-4 4',
  ok: 'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M5.5 8.2l1.8 1.8 3.3-3.8',
  info: 'M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M8 7.3v3.7M8 5v.1',
  warning: 'M8 2.5l6 11H2zM8 6.5v3.5M8 11.8v.1',
  busy: 'M13 8a5 5 0 11-1.5-3.5M13 2.5v3h-3',
  chevronDown: 'M4 6l4 4 4-4',
  chevronUp: 'M4 10l4-4 4 4',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  search: 'M7 3a4 4 0 100 8 4 4 0 000-8M10 10l4 4',
  close: 'M4 4l8 8M12 4l-8 8',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  wand: 'M3 13l6-6M10 2.5v2M10 8.5v2M6.5 6h1.5M12 6h2M12.4 3.6l-1 1M12.4 8.4l-1-1',
  prune:
    'M4.5 12.5l7-9M11.5 12.5l-7-9M4 11a1.7 1.7 0 100 3.4A1.7 1.7 0 004 11M12 11a1.7 1.7 0 100 3.4 1.7 1.7 0 000-3.4',
  copy: 'M6 6h7.5v7.5H6zM10 3.5v-1H2.5V10h1',
  chip: 'M4 4h8v8H4zM6.5 4V2M9.5 4V2M6.5 14v-2M9.5 14v-2M4 6.5H2M4 9.5H2M14 6.5h-2M14 9.5h-2',
  plug: 'M6 2.5v3M10 2.5v3M4.5 5.5h7V8a3.5 3.5 0 01-7 0zM8 11.5v2.5',
  play: 'M5 3.2l7.6 4.8L5 12.8z',
  stop: 'M4.5 4.5h7v7h-7z',
  model:
    'M4 2.3a1.7 1.7 0 100 3.4 1.7 1.7 0 000-3.4M4 10.3a1.7 1.7 0 100 3.4 1.7 1.7 0 000-3.4M12 6.3a1.7 1.7 0 100 3.4 1.7 1.7 0 000-3.4M5.6 4.8l4.8 2.4M5.6 11.2l4.8-2.4',
} as const;

export type IconName = keyof typeof paths;

/** A 16 px line icon; the text beside it carries the meaning. */
export function Icon({
  name,
  size = 'normal',
}: {
  readonly name: IconName;
  readonly size?: 'small' | 'normal' | 'large';
}) {
  return (
    <svg class={`icon ${size}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} stroke-width={name === 'more' ? 2 : undefined} />
    </svg>
  );
}
