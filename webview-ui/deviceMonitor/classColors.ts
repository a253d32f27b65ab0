import type { ThemeColors } from '../shared/themeColors';

/** Classes that stand for "nothing happens" are grey, as in every gesture and keyword data set. */
const NOTHING = /^(?:idle|background|bg|noise|_?unknown_?|_?silence_?|none|nothing|negative|no person)$/i;
const GREY = 5;

/** Which of the six categories a class has, by its place among the classes. */
export function classCategory(label: string, labels: readonly string[]): number {
  if (NOTHING.test(label)) return GREY;
  const place = labels.filter((other) => !NOTHING.test(other)).indexOf(label);
  return Math.max(0, place) % GREY;
}

/** The colour of a category in CSS. */
export function categoryVariable(category: number): string {
  return `var(--c-${category + 1})`;
}

export function categoryColor(category: number, colors: ThemeColors): string {
  return colors.categories[category % colors.categories.length] ?? colors.text;
}
