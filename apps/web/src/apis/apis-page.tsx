/** `/apis`: the organisation's APIs, newest first. */

import { IconApi } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatNumber } from '../locale.ts';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import type { Outputs } from '../trpc.ts';
import { formatDay, formatExact, formatRelative } from '../ui/format-time.ts';
import { PagedRows } from '../ui/paged-rows.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ResultBadge } from '../ui/result-badge.tsx';
import { useNow } from '../ui/use-now.ts';
import { apisQuery } from './queries.ts';
import detail from '../ui/detail-page.module.css';
import classes from '../ui/list-page.module.css';

export function ApisPage() {
  const { organization } = useSession();
  return organization ? <Apis organization={organization} /> : null;
}

function Apis({ organization }: { organization: { id: string; name: string } }) {
  const text = messages.apis;
  const query = useInfiniteQuery(apisQuery(organization.id));
  return (
    <div className={classes.page}>
      <PageHeader title={text.title} />
      <PagedRows
        query={query}
        rows={query.data?.pages.flatMap(({ apis }) => apis)}
        none={{ icon: IconApi, title: text.none, lead: text.noneLead }}
      >
        {(rows) => (
          <div className={detail.scroll}>
            <table className={detail.table} role="table">
              <caption className="visually-hidden">{text.caption(organization.name)}</caption>
              <thead>
                <tr>
                  <th scope="col">{text.api}</th>
                  <th scope="col">{text.lastBuild}</th>
                  <th scope="col">{text.builds}</th>
                  <th scope="col">{text.createdAt}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.id} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PagedRows>
    </div>
  );
}

function Row({ row }: { row: Outputs['apis']['list']['apis'][number] }) {
  const text = messages.apis;
  const now = useNow();
  const created = new Date(row.createdAt);
  const { lastBuild } = row;
  return (
    <tr>
      <td>
        <Link className="link" to="/apis/$apiId" params={{ apiId: String(row.id) }}>
          {row.name}
        </Link>
      </td>
      <td data-label={text.lastBuild}>
        {lastBuild ? (
          <>
            <Link className="link" to="/builds/$buildId" params={{ buildId: String(lastBuild.id) }}>
              #{lastBuild.id}
            </Link>
            <span className={detail.reason}>
              {formatRelative(new Date(lastBuild.builtAt), now)}{' '}
            </span>
            {lastBuild.outcome === 'failure' && <ResultBadge outcome="failure" />}
          </>
        ) : (
          messages.ui.none
        )}
      </td>
      <td data-label={text.builds}>{formatNumber(row.builds)}</td>
      <td data-label={text.createdAt}>
        <time dateTime={row.createdAt} title={formatExact(created, false)}>
          {formatDay(created, false, now)}
        </time>
      </td>
    </tr>
  );
}
