/** `cutText`: shortens text between two characters and marks it as cut. */

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Longer sequences of combining marks are cut between code points. */
const characterUnitsMax = 64;

/**
 * Cuts text to `charsMax` UTF-16 units, of which the mark at its end takes about 40. Shorter text is unchanged.
 *
 * @example cutText(log, 2_000) // '… [cut: 8231 characters in total]' at the end
 */
export function cutText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const mark = `… [cut: ${text.length} characters in total]`;
  return text.slice(0, characterStart(text, Math.max(0, charsMax - mark.length))) + mark;
}

/** The start of the character that contains `index`. */
function characterStart(text: string, index: number): number {
  const from = Math.max(0, index - characterUnitsMax);
  const near = text.slice(from, index + characterUnitsMax);
  const start = from + (characters.segment(near).containing(index - from)?.index ?? 0);
  if (start > from || from === 0) return start;
  return /[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index;
}
