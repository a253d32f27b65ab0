import type { EditorProblem } from '../../src/protocol/modelEditor';
import type { Failure } from '../shared/Resource';

/** Titles by reason, `%` standing for the file's name. */
const titles: Readonly<Record<string, string>> = {
  empty: '% is empty',
  truncated: '% ends early',
  'not-a-model': '% is not a model',
  'lfs-pointer': 'This is a Git LFS pointer',
  corrupt: '% is damaged',
  'too-large': '% is too large to open',
  'too-deep': '% is nested too deeply to open',
  cyclic: 'The graph of % has a cycle',
  'outside-folder': '% refers to data outside its folder',
  'missing-external-data': 'The weights of % are missing',
  'unsupported-dtype': '% holds a type of number that is not known here',
  'dynamic-shape': '% has shapes that are not fixed',
  'bad-data': '% cannot be read',
  'not-finite': '% holds values that are not numbers',
  gone: '% is gone',
  'engine-died': 'The engine stopped while reading %',
};

/** What to do about it, where the message alone does not say. */
const hints: Readonly<Record<string, string>> = {
  empty: 'It holds no bytes: download or convert the model again, and the editor reloads by itself.',
  'lfs-pointer': 'Run “git lfs pull” in the terminal; the editor reloads by itself.',
};

/** A message without the words that the title above it says already. */
function beyondTitle(message: string, title: string): string {
  if (title === '' || !message.startsWith(title)) return message;
  const rest = message.slice(title.length);
  if (rest === '' || rest === '.') return '';
  const says = /^[:,;.] *(\S.*)$/s.exec(rest)?.[1];
  return says === undefined ? message : says.charAt(0).toUpperCase() + says.slice(1);
}

/** A failed answer as the page that stands in place of the model. */
export function describeProblem(failure: Failure, fileName: string): EditorProblem {
  const title = titles[failure.reason]?.replace('%', fileName);
  const hint = hints[failure.reason];
  const message = beyondTitle(failure.message, title ?? '');
  const says = hint !== undefined && !message.includes('git lfs') ? `${message} ${hint}`.trim() : message;
  return {
    title: title ?? `${fileName} could not be read`,
    message: says,
    reason: failure.reason,
    details: failure.details,
    canRetry: title === undefined || failure.reason === 'gone' || failure.reason === 'engine-died',
  };
}
