/** The frame of a table that loads page by page: its loading, error and empty states, and the button for older rows. */

import type { ComponentType, ReactNode } from 'react';
import { Button, Skeleton } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { FailureNotice, Notice } from './notice.tsx';
import classes from './list-page.module.css';

interface Props<Row> {
  query: UseInfiniteQueryResult<unknown, unknown>;
  /** Undefined while the first page loads. */
  rows: Row[] | undefined;
  none: { icon: ComponentType<{ size?: number; stroke?: number }>; title: string; lead: string };
  children: (rows: Row[]) => ReactNode;
}

export function PagedRows<Row>({ query, rows, none, children }: Props<Row>) {
  if (!rows) {
    return query.isError ? (
      <FailureNotice error={query.error} retry={() => void query.refetch()} />
    ) : (
      <div aria-busy="true">
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} height={10} width={320} mt={24} />
        ))}
      </div>
    );
  }
  if (rows.length === 0) {
    return (
      <Notice icon={none.icon} title={none.title}>
        <p>{none.lead}</p>
      </Notice>
    );
  }
  return (
    <>
      {children(rows)}
      {query.hasNextPage && (
        <div className={classes.older}>
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {messages.ui.loadOlder}
          </Button>
        </div>
      )}
    </>
  );
}
