/** The frame of a page about one thing: breadcrumbs, and its loading, not-found and error states. */

import type { ReactNode } from 'react';
import { Skeleton } from '@mantine/core';
import { IconChevronRight, IconFileUnknown } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure } from '../trpc.ts';
import { CopyButton } from './copy-button.tsx';
import { FailureNotice, Notice } from './notice.tsx';
import classes from './detail-page.module.css';

interface Props<Data> {
  /** The kind of thing, then its name. */
  crumbs: [string, string];
  /** The page that lists all things of this kind, if the user can open it. */
  list?: '/apis' | '/builds' | '/members' | '/tokens' | undefined;
  query: UseQueryResult<Data, unknown>;
  notFound: string;
  notFoundHint?: string;
  children: (data: Data) => ReactNode;
}

export function DetailPage<Data>({
  crumbs,
  list,
  query,
  notFound,
  notFoundHint = messages.ui.notFoundHint,
  children,
}: Props<Data>) {
  return (
    <div className={classes.page} aria-busy={query.isPending}>
      <title>{`${crumbs[1]} · ${messages.ui.portal}`}</title>
      <div className={classes.crumbs}>
        {list ? <Link to={list}>{crumbs[0]}</Link> : <span>{crumbs[0]}</span>}
        <IconChevronRight size={16} stroke={1.4} aria-hidden="true" />
        <span>{crumbs[1]}</span>
        <span>
          <CopyButton icon="link" label={messages.ui.copyLink} text={() => location.href} />
        </span>
      </div>
      {query.data !== undefined ? (
        children(query.data)
      ) : query.isError ? (
        toFailure(query.error).code === 'not_found' ? (
          <Notice page icon={IconFileUnknown} title={notFound}>
            <p>{notFoundHint}</p>
          </Notice>
        ) : (
          <FailureNotice page error={query.error} retry={() => void query.refetch()} />
        )
      ) : (
        <>
          <Skeleton height={16} width={200} mt={8} />
          <Skeleton height={10} width={320} mt={16} />
          <Skeleton height={10} width={280} mt={64} />
          <Skeleton height={10} width={360} mt={20} />
        </>
      )}
    </div>
  );
}
