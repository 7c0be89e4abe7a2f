/** The address by which `actor:` finds an actor. */

import { foldCase } from './fold-case.ts';

/** The e-mail, or the id of an actor without one, with its case folded. */
export function addressOf(actor: { email?: string | undefined; id: string }): string {
  return foldCase(actor.email ?? actor.id);
}

/** Whether a text is a whole e-mail address and so means that address alone; any other text means a part of one. */
export function isWholeAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text);
}
