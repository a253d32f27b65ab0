import { maxNotesOfAKind } from './limits';

/** What the user should know about a file, without saying the same a thousand times. */
export class Notes {
  readonly #byKind = new Map<string, string[]>();

  add(kind: string, sentence: string): void {
    const sentences = this.#byKind.get(kind);
    if (sentences) sentences.push(sentence);
    else this.#byKind.set(kind, [sentence]);
  }

  list(): string[] {
    return [...this.#byKind].flatMap(([kind, sentences]) => {
      const more = sentences.length - maxNotesOfAKind;
      return more <= 0
        ? sentences
        : [...sentences.slice(0, maxNotesOfAKind), `${more} more of the same kind (${kind}).`];
    });
  }
}
