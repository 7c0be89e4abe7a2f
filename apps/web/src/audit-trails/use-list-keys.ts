/** The keys of the list: `/` focuses the e-mail box; `j`, `k` and the arrows move between rows. */

import type { RefObject } from 'react';
import type { TrailEvent } from '@liblab/audit-core';
import { useShortcuts } from '../ui/shortcuts.ts';

/** The id of a row's link, which gets the focus back when the drawer closes. */
export const rowLinkId = (eventId: string) => `event-${eventId}`;

export function useListKeys(
  events: TrailEvent[],
  emailRef: RefObject<HTMLInputElement | null>,
): void {
  const focusedIndex = () =>
    events.findIndex(({ id }) => document.activeElement?.id === rowLinkId(id));

  function move(step: 1 | -1) {
    const index = focusedIndex();
    const event = events[index === -1 ? 0 : index + step];
    if (event) document.getElementById(rowLinkId(event.id))?.focus();
  }

  // The arrows scroll the page unless a row has the focus.
  const moveOrScroll = (step: 1 | -1) => {
    if (focusedIndex() === -1) window.scrollBy({ top: 80 * step });
    else move(step);
  };

  useShortcuts({
    '/': () => emailRef.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => moveOrScroll(1),
    ArrowUp: () => moveOrScroll(-1),
  });
}
