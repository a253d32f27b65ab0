/** A pattern of more is refused: no real one is. */
const LONGEST_PATTERN = 512;
const MOST_ALTERNATIVES = 32;

const BRACES = /\{([^{}]*)\}/;

/** True when the text has a character that stands for others. */
export function isPattern(text: string): boolean {
  return /[*?{]/.test(text);
}

/** Half a sentence that says why a path or pattern cannot be used; null when it can. It must stay below its folder. */
export function patternProblem(text: string): string | null {
  if (text.trim() === '') return 'is empty';
  if (text.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  if (text.includes('\0')) return 'holds a zero character';
  if (text.includes('\\')) return 'has a backslash: write / between folders';
  if (text.startsWith('/') || /^[a-z]:/i.test(text))
    return 'is an absolute path: write it from the folder of tinyml.json';
  const all = alternatives(text);
  if (all === null) return `stands for more than ${MOST_ALTERNATIVES} alternatives`;
  return all.some((each) => each.split('/').includes('..')) ? 'leaves the folder of tinyml.json' : null;
}

/** `a.{tflite,onnx}` written out; null when there are too many. */
function alternatives(pattern: string): readonly string[] | null {
  let open = [pattern];
  while (open.some((each) => BRACES.test(each))) {
    open = open.flatMap((each) => {
      const braces = BRACES.exec(each);
      if (!braces) return [each];
      const [whole, inside = ''] = braces;
      const [before, after] = [each.slice(0, braces.index), each.slice(braces.index + whole.length)];
      return inside.split(',').map((choice) => before + choice + after);
    });
    if (open.length > MOST_ALTERNATIVES) return null;
  }
  return open;
}

/**
 * Tells whether a path (with `/`, from the pattern's folder) matches: `*` and `?` within a name, `**` over folders,
 * `{a,b}` for either. Time is at most the product of both lengths. Give it a pattern without a `patternProblem`.
 */
export function patternMatcher(pattern: string): (path: string) => boolean {
  const all = (alternatives(pattern) ?? []).map((each) =>
    each.split('/').filter((name) => name !== '' && name !== '.'),
  );
  return (path) => {
    const names = path.split('/');
    return all.some((wanted) => namesMatch(wanted, names));
  };
}

function namesMatch(wanted: readonly string[], names: readonly string[]): boolean {
  return wildcardMatch(
    wanted.length,
    names.length,
    (at) => wanted[at] === '**',
    (at, name) => nameMatches(wanted[at]!, names[name]!),
  );
}

function nameMatches(wanted: string, name: string): boolean {
  return wildcardMatch(
    wanted.length,
    name.length,
    (at) => wanted[at] === '*',
    (at, letter) => wanted[at] === '?' || wanted[at] === name[letter],
  );
}

/**
 * Whether items match a pattern whose wildcards take any number of them. The last wildcard seen is the only one that
 * ever has to take more, so there is no search.
 */
function wildcardMatch(
  patternLength: number,
  length: number,
  isWildcard: (at: number) => boolean,
  matches: (at: number, item: number) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let retryAt = -1;
  let retryItem = -1;
  while (item < length) {
    if (at < patternLength && isWildcard(at)) {
      retryAt = at;
      retryItem = item;
      at += 1;
    } else if (at < patternLength && matches(at, item)) {
      at += 1;
      item += 1;
    } else if (retryAt >= 0) {
      retryItem += 1;
      item = retryItem;
      at = retryAt + 1;
    } else {
      return false;
    }
  }
  while (at < patternLength && isWildcard(at)) at += 1;
  return at === patternLength;
}
