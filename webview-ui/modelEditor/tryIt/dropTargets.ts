import type { RunInputView } from '../../../src/protocol/views';

/**
 * The inputs that a file is for which was dropped beside them: an archive names its arrays itself, a picture goes to the
 * input that takes pictures, anything else to the only input. Throws where that leaves a choice.
 */
export function targetsOf(inputs: readonly RunInputView[], file: string): readonly string[] {
  const fed = inputs.filter(({ isState }) => !isState);
  if (/\.npz$/i.test(file)) return fed.map(({ name }) => name);
  const pictured = fed.filter(({ takesPictures }) => takesPictures);
  const suited = /\.(png|jpe?g)$/i.test(file) && pictured.length > 0 ? pictured : fed;
  const [only, ...others] = suited;
  if (only && others.length === 0) return [only.name];
  throw new Error(
    only
      ? `The model has ${suited.length} inputs: drop the file onto the one that it is for.`
      : 'The model has no input to give a file to.',
  );
}
