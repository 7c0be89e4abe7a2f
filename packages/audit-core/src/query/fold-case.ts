/** How texts are compared: without regard to case, and to nothing else. */

/**
 * Character by character, so that a part of a text folds as it does in the whole. Folds only capitals that their small
 * letter leads back to: U+212A KELVIN SIGN looks like K and would become k, another person's address.
 */
export function foldCase(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');
}

// oxlint-disable-next-line no-control-regex -- the range is ASCII
const isAscii = /^[\0-\x7f]*$/;

function foldCharacter(character: string): string {
  const small = character.toLowerCase();
  return small.toUpperCase() === character ? small : character;
}
