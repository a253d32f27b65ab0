import type { ShapeBindings } from '../core/transforms/run/bindInputs';
import type { OptionSpec } from './command';
import { UsageError } from './commandErrors';

/** Binds free dimensions of a model's inputs. */
export const shapeOption = {
  type: 'string',
  multiple: true,
  placeholder: 'NAME=1x96x96x3',
  help: 'bind the free dimensions of an input, or one dimension by its symbol (N=4); 1 if left out',
} as const satisfies OptionSpec;

/** Reads the values of `--shape`. Throws UsageError. */
export function shapesOf(texts: readonly string[]): ShapeBindings {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.lastIndexOf('=');
      const dims = text.slice(at + 1).split(/[x×,]/);
      if (at < 1 || !dims.every((dim) => /^\d{1,9}$/.test(dim))) {
        throw new UsageError(`--shape ${text} is not of the form NAME=1x96x96x3`);
      }
      return [text.slice(0, at), dims.map(Number)] as const;
    }),
  );
}
