/** A table of keys. Revoked keys stay in it, because the trail refers to them. */

import { Button, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import type { Outputs } from '../trpc.ts';
import { Day } from '../ui/day.tsx';
import { formatRelative } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';
import detail from '../ui/detail-page.module.css';
import classes from './keys-page.module.css';

export type KeyRow = Outputs['keys']['list']['keys'][number];

interface Props {
  /** Undefined while loading. */
  keys: KeyRow[] | undefined;
  caption: string;
  onRevoke: (row: KeyRow) => void;
}

export function KeysTable({ keys, caption, onRevoke }: Props) {
  const { columns } = messages.keys;
  return (
    <div className={detail.scroll}>
      <table className={detail.table} role="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.permissions}</th>
            <th scope="col">{columns.created}</th>
            <th scope="col">{columns.lastUsed}</th>
            <th scope="col">{columns.expires}</th>
            <th scope="col">{columns.state}</th>
          </tr>
        </thead>
        <tbody>
          {keys
            ? keys.map((row) => <Row key={row.id} row={row} onRevoke={onRevoke} />)
            : Array.from({ length: 3 }, (_, index) => (
                <tr key={index} aria-hidden="true">
                  {Object.keys(columns).map((column) => (
                    <td key={column}>
                      <Skeleton height={8} width={96} />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, onRevoke }: { row: KeyRow; onRevoke: (row: KeyRow) => void }) {
  const text = messages.keys;
  const { columns } = text;
  const now = useNow();
  const isExpired = Date.parse(row.expiresAt) <= now;
  const isActive = !row.revokedAt && !isExpired;
  return (
    <tr className={isActive ? undefined : classes.revoked}>
      <td>
        <Link className={`link ${classes.name}`} to="/tokens/$tokenId" params={{ tokenId: row.id }}>
          {row.name}
        </Link>
        <code className={classes.prefix}>{row.prefix}</code>
      </td>
      <td data-label={columns.permissions}>
        <span>
          {row.scopes.map((scope) => text.scopes[scope][0]).join(', ')}
          {row.emitTypes && <code className={classes.prefix}>{row.emitTypes.join(', ')}</code>}
        </span>
      </td>
      <td data-label={columns.created}>
        <span>
          <Day at={row.createdAt} now={now} />
          {row.createdBy && <span className={classes.prefix}>{row.createdBy.name}</span>}
        </span>
      </td>
      <td data-label={columns.lastUsed}>
        {row.lastUsedAt ? formatRelative(new Date(row.lastUsedAt), now) : text.never}
      </td>
      <td data-label={columns.expires}>
        <Day at={row.expiresAt} now={now} />
      </td>
      <td data-label={columns.state}>
        {isActive ? (
          <span className={classes.state}>
            {messages.ui.keyStates.active}
            <Button aria-label={text.revokeLabel(row.name)} onClick={() => onRevoke(row)}>
              {text.revoke}
            </Button>
          </span>
        ) : row.revokedAt ? (
          messages.ui.keyStates.revoked
        ) : (
          messages.ui.keyStates.expired
        )}
      </td>
    </tr>
  );
}
