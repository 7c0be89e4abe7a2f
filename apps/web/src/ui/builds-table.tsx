/** The builds of an organisation or of one API, newest first. */

import { IconHammer } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import type { Outputs } from '../trpc.ts';
import { fullActorName } from './actor.tsx';
import { buildsQuery } from './builds-query.ts';
import { formatDuration, formatExact, formatRelative } from './format-time.ts';
import { languageName } from './language-name.ts';
import { PagedRows } from './paged-rows.tsx';
import { ResultBadge } from './result-badge.tsx';
import { useNow } from './use-now.ts';
import classes from './detail-page.module.css';

interface Props {
  organizationId: string;
  /** Lists the builds of this API only, without its name in each row. */
  apiId?: number;
  caption: string;
}

export function BuildsTable({ organizationId, apiId, caption }: Props) {
  const text = messages.ui.buildsTable;
  const query = useInfiniteQuery(buildsQuery(organizationId, apiId));
  return (
    <PagedRows
      query={query}
      rows={query.data?.pages.flatMap(({ builds }) => builds)}
      none={{ icon: IconHammer, title: text.none, lead: text.noneLead }}
    >
      {(rows) => (
        <div className={classes.scroll}>
          <table className={classes.table} role="table">
            <caption className="visually-hidden">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">{text.build}</th>
                <th scope="col">{text.result}</th>
                <th scope="col">{text.languages}</th>
                <th scope="col">{text.documents}</th>
                <th scope="col">{text.duration}</th>
                <th scope="col">{text.actor}</th>
                <th scope="col">{text.builtAt}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} showApi={apiId === undefined} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PagedRows>
  );
}

function Row({
  row,
  showApi,
}: {
  row: Outputs['builds']['list']['builds'][number];
  showApi: boolean;
}) {
  const text = messages.ui.buildsTable;
  const now = useNow();
  const at = new Date(row.builtAt);
  return (
    <tr>
      <td>
        <Link className="link" to="/builds/$buildId" params={{ buildId: String(row.id) }}>
          #{row.id}
        </Link>
        {showApi && (
          <span className={classes.reason}>
            <Link to="/apis/$apiId" params={{ apiId: String(row.apiId) }}>
              {row.apiName}
            </Link>
          </span>
        )}
      </td>
      <td data-label={text.result}>
        <ResultBadge outcome={row.outcome} />
      </td>
      <td data-label={text.languages}>{row.languages.map(languageName).join(', ')}</td>
      <td className={classes.short} data-label={text.documents}>
        {text.approvedOf(row.approved, row.documents)}
      </td>
      <td className={classes.short} data-label={text.duration}>
        {formatDuration(row.durationMs)}
      </td>
      <td data-label={text.actor}>{fullActorName(row.actor)}</td>
      <td className={classes.short} data-label={text.builtAt}>
        <time dateTime={row.builtAt} title={formatExact(at, false)}>
          {formatRelative(at, now)}
        </time>
      </td>
    </tr>
  );
}
