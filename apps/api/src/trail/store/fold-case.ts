/** How the addresses of actors are compared: without regard to case, and to nothing else. */

/**
 * Character by character, so that a part of an address folds as it does in the whole. Only capitals that their small
 * letter leads back to are folded: U+212A KELVIN SIGN looks like K and would become k, another person's address.
 */
export function foldCase(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : Array.from(text, foldCharacter).join('');
}

// oxlint-disable-next-line no-control-regex -- ASCII is what is asked for
const isAscii = /^[\0-\x7f]*$/;

function foldCharacter(character: string): string {
  const small = character.toLowerCase();
  return small.toUpperCase() === character ? small : character;
}
