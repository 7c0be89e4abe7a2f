/** The members of an organisation, with the actions that the user's role allows on each. */

import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { roles, type Role } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { Day } from '../ui/day.tsx';
import { formatRelative } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';
import type { RoleChange } from './change-role.tsx';
import type { MemberRow } from './member-rows.ts';
import detail from '../ui/detail-page.module.css';
import classes from './members-page.module.css';

interface Props {
  /** Undefined while loading. */
  members: MemberRow[] | undefined;
  caption: string;
  onChange: (change: RoleChange) => void;
  onRemove: (row: MemberRow) => void;
}

export function MembersTable({ members, caption, onChange, onRemove }: Props) {
  const { columns, actions } = messages.members;
  const canManage = useSession().can('members:manage');
  const owners = members?.filter(({ role }) => role === 'owner').length ?? 0;
  return (
    <div className={detail.scroll}>
      <table className={detail.table} role="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.role}</th>
            <th scope="col">{columns.joined}</th>
            {canManage && (
              <>
                <th scope="col">{columns.lastActivity}</th>
                <th scope="col">
                  <span className="visually-hidden">{actions}</span>
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {members
            ? members.map((row) => (
                <Row
                  key={row.userId}
                  row={row}
                  isLastOwner={row.role === 'owner' && owners === 1}
                  canManage={canManage}
                  onChange={onChange}
                  onRemove={onRemove}
                />
              ))
            : Array.from({ length: 4 }, (_, index) => (
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

interface RowProps extends Pick<Props, 'onChange' | 'onRemove'> {
  row: MemberRow;
  /** The last owner can be neither removed nor given another role. */
  isLastOwner: boolean;
  canManage: boolean;
}

function Row({ row, isLastOwner, canManage, onChange, onRemove }: RowProps) {
  const text = messages.members;
  const { columns } = text;
  const { user, organization } = useSession();
  const now = useNow();
  const isSelf = row.userId === user.id;
  const isOwner = organization?.role === 'owner';
  const canChange = canManage && !isLastOwner && (isOwner || row.role !== 'owner');
  return (
    <tr>
      <td>
        <Link className="link" to="/members/$userId" params={{ userId: row.userId }}>
          {row.name}
        </Link>
        {isSelf && <span className={classes.you}> ({text.you})</span>}
        <span className={classes.under}>{row.email}</span>
      </td>
      <td data-label={columns.role}>
        {canChange && (isOwner || !isSelf) ? (
          <NativeSelect
            size="xs"
            w={112}
            aria-label={text.roleLabel(row.name)}
            value={row.role}
            data={roles
              .filter((role) => isOwner || role !== 'owner')
              .map((role) => ({ value: role, label: messages.ui.roles[role] }))}
            onChange={(event) => onChange({ row, to: event.currentTarget.value as Role })}
          />
        ) : (
          messages.ui.roles[row.role]
        )}
      </td>
      <td data-label={columns.joined}>
        <Day at={row.joinedAt} now={now} />
      </td>
      {canManage && (
        <>
          <td data-label={columns.lastActivity}>
            {row.lastActivityAt ? formatRelative(new Date(row.lastActivityAt), now) : text.never}
          </td>
          <td>
            {canChange && (
              <span className={classes.actions}>
                <Button aria-label={text.removeLabel(row.name)} onClick={() => onRemove(row)}>
                  {text.remove}
                </Button>
              </span>
            )}
          </td>
        </>
      )}
    </tr>
  );
}
