/** What an actor is found by. */

import { foldCase } from './fold-case.ts';

/** The e-mail, else the id, its case folded as the reader folds what it looks for. */
export function addressOf(actor: { email?: string | undefined; id: string }): string {
  return foldCase(actor.email ?? actor.id);
}
