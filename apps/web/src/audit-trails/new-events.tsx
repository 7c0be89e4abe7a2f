/** Offers events that are newer than the list. They appear only on click, so that rows never move by themselves. */

import { UnstyledButton } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { pageSize } from './queries.ts';
import type { Trail } from './use-trail.ts';
import classes from './event-list.module.css';

const pollMs = 10_000;

export function NewEvents({ trail }: { trail: Trail }) {
  const { filters, list, search, refresh } = trail;
  const { previous } = list.data ?? {};
  const isAtHead = search.cursor === undefined && !list.isPlaceholderData && list.isSuccess;
  const newer = useQuery({
    ...trpc.events.list.queryOptions({
      ...filters,
      limit: pageSize,
      // An empty list has no cursor; any event is new.
      ...(previous ? { cursor: previous, direction: 'newer' as const } : {}),
    }),
    // React Query pauses this while the page is hidden.
    refetchInterval: pollMs,
    enabled: isAtHead && filters.to === undefined,
    // The first poll comes one interval after the list has loaded; for an empty list, this polls the list itself.
    ...(previous ? { initialData: { events: [] } } : {}),
    staleTime: pollMs,
  });
  const count = isAtHead && previous ? (newer.data?.events.length ?? 0) : 0;
  return (
    <div className={classes.new} role="status">
      {count > 0 && (
        <UnstyledButton
          className={classes.pill}
          onClick={() => {
            window.scrollTo({ top: 0 });
            void refresh();
          }}
        >
          <IconArrowUp size={13} stroke={1.7} aria-hidden="true" />
          {messages.trail.newEvents(count, count === pageSize)}
        </UnstyledButton>
      )}
    </div>
  );
}
