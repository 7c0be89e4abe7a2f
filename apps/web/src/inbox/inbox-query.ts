/** The e-mails in the service's inbox. */

import { queryOptions } from '@tanstack/react-query';

interface Letter {
  id: number;
  to: string;
  subject: string;
  text: string;
  receivedAt: string;
}

export const inboxQuery = queryOptions({ queryKey: ['inbox'], queryFn: readInbox });

/** @returns null when the service has no inbox */
async function readInbox(): Promise<Letter[] | null> {
  const answer = await fetch('/api/inbox');
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return ((await answer.json()) as { letters: Letter[] }).letters;
}
