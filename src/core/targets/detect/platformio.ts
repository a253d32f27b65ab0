import { distinct, type ProjectHint } from './projectHint';

/**
 * Boards of a `platformio.ini`: those of `default_envs` first. Source: PlatformIO documentation, "platformio.ini":
 * sections `[env:NAME]`, comments from `;` or `#` at the start of a line and from ` ;` on.
 */
export function platformioHints(text: string): readonly ProjectHint[] {
  const boards = new Map<string, string>();
  const defaults: string[] = [];
  for (const { section, key, value } of entries(text)) {
    if (section === 'platformio' && key === 'default_envs') defaults.push(...namesOf(value));
    if (/^env(?::|$)/.test(section) && key === 'board' && !boards.has(section)) boards.set(section, value);
  }
  const order = [...defaults.map((name) => `env:${name}`), ...boards.keys()];
  return distinct(order.map((name) => ({ kind: 'platformio', name: boards.get(name) ?? '' })));
}

interface Entry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** Lines of an .ini by section and key; an indented line goes on with the key before it. */
function* entries(text: string): Generator<Entry> {
  let section = '';
  let key = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/\s;.*$/, '').trimEnd();
    if (/^\s*(?:[;#]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    const pair = /^([\w.]+)\s*=\s*(.*)$/.exec(line);
    if (header) {
      section = header[1]!.trim();
      key = '';
    } else {
      if (pair) key = pair[1]!;
      yield { section, key, value: pair ? pair[2]!.trim() : line.trim() };
    }
  }
}

function namesOf(value: string): readonly string[] {
  return value.split(/[\s,]+/).filter((name) => name !== '');
}
