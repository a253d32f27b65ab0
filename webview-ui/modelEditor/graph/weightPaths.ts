/** SVG path of histogram bars standing on y = height; not one bin is drawn less than half a pixel when it holds anything. */
export function histogramBars(bins: Float64Array, width: number, height: number): string {
  let largest = 0;
  for (const count of bins) largest = Math.max(largest, count);
  if (largest === 0) return '';
  const step = width / bins.length;
  const gap = Math.min(0.8, step * 0.15);
  let path = '';
  for (const [index, count] of bins.entries()) {
    if (count === 0) continue;
    const tall = Math.max(0.5, (count / largest) * (height - 2));
    path += rectangle(index * step + gap / 2, height - tall, step - gap, tall);
  }
  return path;
}

export interface ChannelPaths {
  readonly whiskers: string;
  readonly boxes: string;
}

/** Paths of min–max lines and 5–95 % bars, one a channel, on one common scale that holds 0. */
export function channelPaths(channels: Float32Array, width: number, height: number): ChannelPaths {
  const count = Math.floor(channels.length / 4);
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i += 1) {
    low = Math.min(low, channels[4 * i]!);
    high = Math.max(high, channels[4 * i + 3]!);
  }
  const span = high - low || 1;
  const y = (value: number): number => ((high - value) / span) * (height - 2) + 1;
  const step = width / Math.max(1, count);
  const gap = Math.min(5, step * 0.25);
  let whiskers = '';
  let boxes = '';
  for (let i = 0; i < count; i += 1) {
    const center = round((i + 0.5) * step);
    whiskers += `M${center},${round(y(channels[4 * i]!))}V${round(y(channels[4 * i + 3]!))}`;
    const top = y(channels[4 * i + 2]!);
    const tall = Math.max(0.5, y(channels[4 * i + 1]!) - top);
    boxes += rectangle(i * step + gap / 2, top, step - gap, tall);
  }
  return { whiskers, boxes };
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${round(x)},${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
