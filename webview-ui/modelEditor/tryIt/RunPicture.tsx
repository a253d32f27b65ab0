import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RunPictureView } from '../../../src/protocol/views';
import { picturePixels } from './picturePixels';

/** A tensor as a picture, its pixels kept apart. */
export function RunPicture({ picture, label }: { readonly picture: RunPictureView; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(picture.width, picture.height);
    image.data.set(picturePixels(picture));
    context.putImageData(image, 0, 0);
  }, [picture]);
  return (
    <canvas
      ref={canvas}
      class="run-picture"
      role="img"
      aria-label={label}
      width={picture.width}
      height={picture.height}
    />
  );
}
