import { decode } from 'jpeg-js';
import { ModelError } from '../ir/errors';
import type { Picture } from './picture';
import { MAX_PIXELS } from './png';

const MAX_DECODER_MEGABYTES = 1024;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Baseline or progressive JPEG as RGB. Throws ModelError `bad-data`. */
export function readJpeg(bytes: Uint8Array): Picture {
  try {
    const image = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: MAX_DECODER_MEGABYTES,
    });
    return { width: image.width, height: image.height, channels: 3, samples: image.data, maximum: 255 };
  } catch (error) {
    const why = error instanceof Error && error.message.includes('limit exceeded') ? 'is too large' : 'is damaged';
    throw new ModelError('bad-data', `The JPEG picture ${why}.`);
  }
}
