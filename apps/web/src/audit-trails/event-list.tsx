/** The list of events with its loading, error and empty states, and the buttons that turn pages. */

import { useRef } from 'react';
import { Button } from '@mantine/core';
import { messages } from '../messages.ts';
import { toFailure } from '../trpc.ts';
import { formatMinute } from '../ui/format-time.ts';
import { FailureNotice } from '../ui/notice.tsx';
import { useNow } from '../ui/use-now.ts';
import { EventsTable } from './events-table.tsx';
import { NewEvents } from './new-events.tsx';
import { NoEvents } from './no-events.tsx';
import { fromNewest } from './search.ts';
import { KeyHints } from './key-hints.tsx';
import type { Trail } from './use-trail.ts';
import classes from './event-list.module.css';

interface Props {
  trail: Trail;
  organization: { id: string; name: string };
  selectedId: string | undefined;
}

export function EventList({ trail, organization, selectedId }: Props) {
  const { list, search, change } = trail;
  const now = useNow();
  const top = useRef<HTMLDivElement>(null);
  if (list.isError) {
    const isCursorInvalid = toFailure(list.error).code === 'invalid_cursor';
    return (
      <FailureNotice
        error={list.error}
        retry={() => (isCursorInvalid ? change(fromNewest) : void list.refetch())}
      />
    );
  }
  const page = list.data;
  const goTo = (next: Partial<typeof search>) => {
    change({ ...fromNewest, ...next });
    top.current?.focus({ preventScroll: true });
  };
  return (
    <div className={classes.list} ref={top} tabIndex={-1} aria-busy={list.isFetching}>
      {list.isFetching && page && <div className={classes.progress} />}
      <NewEvents trail={trail} />
      {page?.events.length === 0 ? (
        <NoEvents trail={trail} />
      ) : (
        <EventsTable
          events={page?.events}
          caption={messages.trail.caption(organization.name)}
          utc={search.tz === 'utc'}
          onZone={(utc) => change({ tz: utc ? 'utc' : undefined }, { replace: true })}
          selectedId={selectedId}
        />
      )}
      {page && (
        <div className={classes.pager}>
          {page.next && (
            <Button onClick={() => goTo({ cursor: page.next })}>{messages.ui.loadOlder}</Button>
          )}
          {search.cursor && (
            <>
              {page.previous && (
                <Button onClick={() => goTo({ cursor: page.previous, side: 'newer' })}>
                  {messages.trail.newer}
                </Button>
              )}
              <Button onClick={() => goTo({})}>{messages.trail.newest}</Button>
            </>
          )}
          <span className={classes.hint}>
            {page.searchedTo && page.next
              ? messages.trail.searchedTo(
                  formatMinute(new Date(page.searchedTo), search.tz === 'utc', now),
                )
              : page.next
                ? messages.trail.shown(page.events.length)
                : page.events.length > 0 && messages.trail.end}
          </span>
          <KeyHints />
        </div>
      )}
    </div>
  );
}
