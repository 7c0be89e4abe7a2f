/** Says how many events are newer than the list; they are shown when asked for, so that no row moves under the eye. */

import { UnstyledButton } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { pageSize, type Trail } from './use-trail.ts';
import classes from './event-list.module.css';

const pollMs = 10_000;

export function NewEvents({ trail }: { trail: Trail }) {
  const { filters, list, search, refresh } = trail;
  const { previous } = list.data ?? {};
  const atHead = search.cursor === undefined && !list.isPlaceholderData && list.isSuccess;
  const newer = useQuery({
    ...trpc.events.list.queryOptions({
      ...filters,
      limit: pageSize,
      // An empty list has no cursor: whatever comes first is new.
      ...(previous ? { cursor: previous, direction: 'newer' as const } : {}),
    }),
    // Pauses by itself while the page is hidden.
    refetchInterval: pollMs,
    enabled: atHead && filters.to === undefined,
    // The first poll is due one interval after the list; an empty list is polled itself.
    ...(previous ? { initialData: { events: [] } } : {}),
    staleTime: pollMs,
  });
  const count = atHead && previous ? (newer.data?.events.length ?? 0) : 0;
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
