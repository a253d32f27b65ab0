import type { TryItState } from '../../../src/protocol/modelEditor';
import type { RunFormView } from '../../../src/protocol/views';

/** Integers that are no quantized reals: made-up ones seldom are indices that exist. */
const INDEX = /^u?int(32|64)$/;

/**
 * What a person can change after an executor gave up on data that was partly made up: free dimensions that stand at 1,
 * random integers. Null where nothing of the kind was set.
 */
export function runAdvice(
  { inputs }: RunFormView,
  { files, constants, shapes }: Pick<TryItState, 'files' | 'constants' | 'shapes'>,
): string | null {
  const free = inputs.filter(({ bindAs }) => bindAs !== null && shapes[bindAs] === undefined);
  const random = inputs.filter(
    ({ name, dtype, isState }) => INDEX.test(dtype) && !isState && !files[name] && constants[name] === undefined,
  );
  const advice: string[] = [];
  if (free.length > 0) advice.push(`The file leaves the shape of ${named(free)} open, and 1 stands in: set it.`);
  if (random.length > 0)
    advice.push(`Random integers for ${named(random)} may be no valid values: give a file or a constant.`);
  return advice.length === 0 ? null : advice.join(' ');
}

function named(inputs: readonly { readonly name: string }[]): string {
  return inputs.map(({ name }) => name).join(', ');
}
