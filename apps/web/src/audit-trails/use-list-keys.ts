/** The list's keys: `/` to the e-mail box, `j` `k` and the arrows from row to row. */

import type { RefObject } from 'react';
import type { TrailEvent } from '@liblab/audit-core';
import { useShortcuts } from '../shortcuts/shortcuts.ts';

/** Id of the link that a row is, where the focus returns when its drawer closes. */
export const rowLinkId = (eventId: string) => `event-${eventId}`;

export function useListKeys(
  events: TrailEvent[],
  emailRef: RefObject<HTMLInputElement | null>,
): void {
  const focused = () => events.findIndex(({ id }) => document.activeElement?.id === rowLinkId(id));

  function move(step: 1 | -1) {
    const at = focused();
    const event = events[at === -1 ? 0 : at + step];
    if (event) document.getElementById(rowLinkId(event.id))?.focus();
  }

  // The arrows go on scrolling the page unless a row has the focus.
  const onRow = (step: 1 | -1) => {
    if (focused() === -1) window.scrollBy({ top: 80 * step });
    else move(step);
  };

  useShortcuts({
    '/': () => emailRef.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => onRow(1),
    ArrowUp: () => onRow(-1),
  });
}
