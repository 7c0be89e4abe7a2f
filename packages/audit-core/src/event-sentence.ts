/** `eventSentence`: what happened, in words that fit the outcome. */

import type { Outcome } from './event.ts';
import { renderMessage } from './message.ts';

/**
 * The sentence of an event. A failed or denied act reads as an attempt, because stated as done it would be untrue. Without
 * a template for the attempt, the sentence of a denied act is quoted; a failure keeps it, since the type itself says that
 * it failed.
 */
export function eventSentence(
  { sentence, attempt }: { sentence: string; attempt?: string },
  event: { outcome: Outcome },
): string {
  if (event.outcome !== 'success' && attempt !== undefined) return renderMessage(attempt, event);
  const done = renderMessage(sentence, event);
  return event.outcome === 'denied' ? `Was denied: “${done}”` : done;
}
