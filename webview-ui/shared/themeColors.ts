import { signal } from '@preact/signals';

/** Colours as a canvas takes them, resolved from the theme. */
export interface ThemeColors {
  readonly background: string;
  readonly raised: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly grid: string;
  readonly track: string;
  readonly text: string;
  readonly textStrong: string;
  readonly textMuted: string;
  readonly accent: string;
  readonly ok: string;
  readonly bad: string;
  readonly badSoft: string;
  readonly heat: readonly string[];
  readonly heatInkLow: string;
  readonly heatInkHigh: string;
  readonly heatEdge: string;
  readonly categories: readonly string[];
  readonly font: string;
  readonly mono: string;
}

/** The present theme's colours; changes when the user changes theme. */
export const themeColors = signal<ThemeColors | null>(null);

/** Reads the theme now and again whenever VS Code changes it. */
export function watchTheme(): void {
  themeColors.value = readColors();
  const observer = new MutationObserver(() => {
    themeColors.value = readColors();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

function readColors(): ThemeColors {
  // A custom property's own value is text ("color-mix(…)"); as a colour of an element it is resolved.
  const probe = document.createElement('i');
  probe.style.display = 'none';
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const list = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => resolve(`${prefix}${index + 1}`));
  const colors: ThemeColors = {
    background: resolve('--bg'),
    raised: resolve('--bg-raised'),
    line: resolve('--line'),
    lineStrong: resolve('--line-strong'),
    grid: resolve('--grid'),
    track: resolve('--track'),
    text: resolve('--fg'),
    textStrong: resolve('--fg-strong'),
    textMuted: resolve('--fg-muted'),
    accent: resolve('--accent'),
    ok: resolve('--ok'),
    bad: resolve('--bad'),
    badSoft: resolve('--bad-soft'),
    heat: list('--heat-', 8),
    heatInkLow: resolve('--heat-ink-low'),
    heatInkHigh: resolve('--heat-ink-high'),
    heatEdge: resolve('--heat-edge'),
    categories: list('--c-', 6),
    font: style.fontFamily,
    mono: '',
  };
  probe.style.fontFamily = 'var(--mono)';
  const mono = style.fontFamily;
  probe.remove();
  return { ...colors, mono };
}
