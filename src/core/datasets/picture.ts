/** A decoded picture: rows from the top, channels interleaved. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  readonly samples: ArrayLike<number>;
  /** The sample value that means full brightness: 255, or 65535. */
  readonly maximum: number;
}

/** What the numbers of a picture become: dark and bright ends of its range. */
export type PixelScale = '0..1' | '-1..1' | '0..255';

export const PIXEL_SCALES: readonly PixelScale[] = ['0..1', '-1..1', '0..255'];

/** The picture a model wants. */
export interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly layout: 'NHWC' | 'NCHW';
}

const SCALES: Readonly<Record<PixelScale, readonly [low: number, high: number]>> = {
  '0..1': [0, 1],
  '-1..1': [-1, 1],
  '0..255': [0, 255],
};

// Luma of ITU-R BT.601, what image libraries call "L".
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * The picture stretched to the wanted size, as float32 in the wanted layout. Bilinear with half-pixel centres and edges
 * repeated (what OpenCV's INTER_LINEAR and Pillow-like loaders without antialiasing do); alpha is dropped; colour becomes
 * grey by BT.601 luma, grey is repeated into every colour channel.
 */
export function fitPicture(picture: Picture, shape: PictureShape, scale: PixelScale): Float32Array {
  const { width, height, channels, layout } = shape;
  const [low, high] = SCALES[scale];
  const gain = (high - low) / picture.maximum;
  const out = new Float32Array(width * height * channels);
  const columns = samplePositions(picture.width, width);
  const rows = samplePositions(picture.height, height);
  for (let channel = 0; channel < channels; channel++) {
    const read = channelReader(picture, channels, channel);
    for (let y = 0; y < height; y++) {
      const row = rows[y]!;
      for (let x = 0; x < width; x++) {
        const column = columns[x]!;
        const top = mix(read(column.from, row.from), read(column.to, row.from), column.share);
        const bottom = mix(read(column.from, row.to), read(column.to, row.to), column.share);
        const at = layout === 'NHWC' ? (y * width + x) * channels + channel : (channel * height + y) * width + x;
        out[at] = low + gain * mix(top, bottom, row.share);
      }
    }
  }
  return out;
}

interface Position {
  readonly from: number;
  readonly to: number;
  /** Weight of `to`. */
  readonly share: number;
}

function samplePositions(from: number, to: number): readonly Position[] {
  return Array.from({ length: to }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { from: low, to: Math.min(from - 1, low + 1), share: at - low };
  });
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function channelReader(picture: Picture, wanted: number, channel: number): (x: number, y: number) => number {
  const { samples, width, channels } = picture;
  const colours = channels >= 3 ? 3 : 1;
  if (wanted === 1 && colours === 3) {
    return (x, y) => {
      const at = (y * width + x) * channels;
      return LUMA[0] * samples[at]! + LUMA[1] * samples[at + 1]! + LUMA[2] * samples[at + 2]!;
    };
  }
  const source = colours === 3 ? Math.min(channel, 2) : 0;
  return (x, y) => samples[(y * width + x) * channels + source]!;
}
