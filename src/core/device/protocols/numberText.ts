const FINITE = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** The longest text that is taken for a number: printf of a double at its widest is shorter. */
const MAX_NUMBER_CHARS = 400;

/** A number as firmware prints it with `%d`, `%f` or `%g`, `nan` and `inf` included; null for anything else. */
export function readNumber(text: string): number | null {
  if (text.length === 0 || text.length > MAX_NUMBER_CHARS) return null;
  if (FINITE.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case 'nan':
    case '-nan':
      return NaN;
    case 'inf':
      return Infinity;
    case '-inf':
      return -Infinity;
    default:
      return null;
  }
}
