import type { RunPictureView } from '../../../src/protocol/views';

/** Classes of a segmentation: dark for the first, which is mostly the background, then hues far from each other. */
const CLASS_COLORS = [0x202226, 0x4ea8e0, 0xe69f00, 0x2fb58a, 0xcf86b4, 0xd8cf4a, 0xd55e00, 0x8b94a3] as const;

/** RGBA, opaque, a pixel after another. */
export function picturePixels({ kind, width, height, pixels }: RunPictureView): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [red, green, blue] = colorAt(kind, pixels, pixel);
    rgba.set([red, green, blue, 255], pixel * 4);
  }
  return rgba;
}

function colorAt(kind: RunPictureView['kind'], pixels: Uint8Array, pixel: number): readonly [number, number, number] {
  if (kind === 'rgb') return [pixels[pixel * 3] ?? 0, pixels[pixel * 3 + 1] ?? 0, pixels[pixel * 3 + 2] ?? 0];
  const value = pixels[pixel] ?? 0;
  if (kind === 'grey') return [value, value, value];
  const color = CLASS_COLORS[value % CLASS_COLORS.length]!;
  return [color >> 16, (color >> 8) & 255, color & 255];
}
