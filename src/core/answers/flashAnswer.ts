import type { Model } from '../ir/model';
import { externalBytes, findParameters } from '../ir/weights';
import type { Board } from '../targets/board';
import { codeSizeOf } from '../targets/codeSizes';
import type { Runtime } from '../targets/runtime';
import type { ProfileAnswer } from './profileAnswer';

export interface FlashFigures {
  readonly flash: ProfileAnswer['flash'];
  /** How the code's size is known, or why not. */
  readonly notes: readonly string[];
  readonly estimated: readonly string[];
}

/** What a model and the runtime that its operators need take of flash, in bytes. */
export function flashFigures(model: Model, { id }: Runtime, board: Board | null): FlashFigures {
  const size = model.fileBytes + externalBytes(model);
  const code = codeSizeOf(model, id, board);
  const isKnown = !('reason' in code);
  return {
    flash: {
      weights: findParameters(model).bytes,
      model: size,
      code: isKnown ? code.flash : null,
      total: isKnown ? size + code.flash : null,
      parts: model.fileUse?.() ?? [],
    },
    notes: isKnown
      ? [`${code.source} It takes ${code.ram} bytes of static RAM.`]
      : [`${code.reason} Flash counts the model only.`],
    estimated: isKnown ? ['flash.code', 'flash.total'] : [],
  };
}
