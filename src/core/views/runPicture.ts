import type { RunPictureView } from './runView';

/** Smaller ones are feature maps at the end of a network: no picture. */
const MIN_SIDE = 8;
/** Drawn at most this large; larger ones lose rows and columns. */
const MAX_SIDE = 512;
const MAX_CLASSES = 256;

type Reals = Float32Array | Float64Array;

interface Plane {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly at: (y: number, x: number, channel: number) => number;
}

/** A tensor that looks like a picture or a segmentation, drawn; null for others. Values are row-major. */
export function runPicture(shape: readonly number[], layout: 'NHWC' | 'NCHW', values: Reals): RunPictureView | null {
  const plane = planeOf(shape, layout, values);
  if (!plane) return null;
  const step = Math.ceil(Math.max(plane.height, plane.width) / MAX_SIDE);
  const width = Math.ceil(plane.width / step);
  const height = Math.ceil(plane.height / step);
  if (plane.channels === 1 || plane.channels === 3) return shaded(plane, width, height, step, values);
  const pixels = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels[to++] = largestChannel(plane, y * step, x * step);
  }
  return { kind: 'classes', width, height, pixels };
}

/** Channels on one sheet at most: more are too small to see. */
const MAX_TILES = 64;

/** The channels of a feature map side by side, in rows, a pixel apart; null for what has no rows and columns. */
export function channelSheet(shape: readonly number[], layout: 'NHWC' | 'NCHW', values: Reals): RunPictureView | null {
  const plane = planeOf(shape, layout, values);
  if (!plane) return null;
  if (plane.channels === 1 || plane.channels === 3) return runPicture(shape, layout, values);
  const tiles = Math.min(plane.channels, MAX_TILES);
  const columns = Math.ceil(Math.sqrt(tiles));
  const rows = Math.ceil(tiles / columns);
  const height = rows * (plane.height + 1) - 1;
  const width = columns * (plane.width + 1) - 1;
  const sheet: Plane = {
    height,
    width,
    channels: 1,
    at: (y, x) => {
      const tile = Math.floor(y / (plane.height + 1)) * columns + Math.floor(x / (plane.width + 1));
      const [row, column] = [y % (plane.height + 1), x % (plane.width + 1)];
      const isGap = tile >= tiles || row === plane.height || column === plane.width;
      return isGap ? -Infinity : plane.at(row, column, tile);
    },
  };
  const step = Math.ceil(Math.max(height, width) / MAX_SIDE);
  return shaded(sheet, Math.ceil(width / step), Math.ceil(height / step), step, values);
}

function planeOf(shape: readonly number[], layout: 'NHWC' | 'NCHW', values: Reals): Plane | null {
  if (shape[0] !== 1 || shape.length < 3 || shape.length > 4) return null;
  const isNchw = layout === 'NCHW' && shape.length === 4;
  const [height, width, channels] = isNchw ? [shape[2]!, shape[3]!, shape[1]!] : [shape[1]!, shape[2]!, shape[3] ?? 1];
  if (Math.min(height, width) < MIN_SIDE || channels < 1 || channels > MAX_CLASSES) return null;
  const at = isNchw
    ? (y: number, x: number, channel: number) => values[(channel * height + y) * width + x]!
    : (y: number, x: number, channel: number) => values[(y * width + x) * channels + channel]!;
  return { height, width, channels, at };
}

/** From the smallest value, black, to the largest. */
function shaded(plane: Plane, width: number, height: number, step: number, values: Reals): RunPictureView {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const gain = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8Array(width * height * plane.channels);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < plane.channels; channel += 1) {
        pixels[to++] = Math.max(0, Math.round((plane.at(y * step, x * step, channel) - low) * gain));
      }
    }
  }
  return { kind: plane.channels === 1 ? 'grey' : 'rgb', width, height, pixels };
}

function largestChannel({ channels, at }: Plane, y: number, x: number): number {
  let best = 0;
  for (let channel = 1; channel < channels; channel += 1) if (at(y, x, channel) > at(y, x, best)) best = channel;
  return best;
}
