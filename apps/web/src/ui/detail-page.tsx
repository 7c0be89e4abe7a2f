/** What the pages about one thing share: crumbs, and the states before and instead of their content. */

import type { ReactNode } from 'react';
import { Skeleton } from '@mantine/core';
import { IconChevronRight, IconFileUnknown } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf } from '../trpc.ts';
import { CopyButton } from './copy-button.tsx';
import { FailureNotice, Notice } from './notice.tsx';
import classes from './detail-page.module.css';

interface Props<Data> {
  /** The kind of thing, then its own name. */
  crumbs: [string, string];
  /** Where all of the kind are listed, for those who may open it. */
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
  notFoundHint = messages.build.notFoundHint,
  children,
}: Props<Data>) {
  return (
    <div className={classes.page} aria-busy={query.isPending}>
      <title>{`${crumbs[1]} · ${messages.portal}`}</title>
      <div className={classes.crumbs}>
        {list ? <Link to={list}>{crumbs[0]}</Link> : <span>{crumbs[0]}</span>}
        <IconChevronRight size={16} stroke={1.4} aria-hidden="true" />
        <span>{crumbs[1]}</span>
        <span>
          <CopyButton icon="link" label={messages.copyLink} text={() => location.href} />
        </span>
      </div>
      {query.data !== undefined ? (
        children(query.data)
      ) : query.isError ? (
        failureOf(query.error).code === 'not_found' ? (
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
