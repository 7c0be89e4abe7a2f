/** Pending invitations, which can be resent or withdrawn. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { toFailure, trpc } from '../trpc.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Day } from '../ui/day.tsx';
import { useNow } from '../ui/use-now.ts';
import type { InvitationRow } from './member-rows.ts';
import detail from '../ui/detail-page.module.css';
import classes from './members-page.module.css';

interface Props {
  organizationId: string;
  invitations: InvitationRow[];
}

export function InvitationsTable({ organizationId, invitations }: Props) {
  const text = messages.members;
  const { invitationColumns: columns } = text;
  const isOwner = useSession().organization?.role === 'owner';
  const now = useNow();
  const queryClient = useQueryClient();
  const [status, setStatus] = useState('');
  const [withdrawing, setWithdrawing] = useState<InvitationRow>();
  const reload = () => queryClient.invalidateQueries(trpc.members.list.pathFilter());
  const resend = useMutation(
    trpc.invitations.resend.mutationOptions({
      onMutate: () => setStatus(''),
      onSuccess: async (_none, { id }) => {
        await reload();
        setStatus(text.resent(invitations.find((invitation) => invitation.id === id)?.email ?? ''));
      },
      onError: (error) => setStatus(toFailure(error).message),
    }),
  );
  const withdraw = useMutation(
    trpc.invitations.withdraw.mutationOptions({
      onSuccess: async () => {
        await reload();
        setWithdrawing(undefined);
      },
    }),
  );
  return (
    <>
      <h2 className={classes.heading}>{text.invitations}</h2>
      <p className={`${classes.status} ${resend.isError ? classes.error : ''}`} role="status">
        {status}
      </p>
      <div className={detail.scroll}>
        <table className={detail.table} role="table">
          <caption className="visually-hidden">{text.invitations}</caption>
          <thead>
            <tr>
              <th scope="col">{columns.email}</th>
              <th scope="col">{columns.role}</th>
              <th scope="col">{columns.invitedBy}</th>
              <th scope="col">{columns.expires}</th>
              <th scope="col">
                <span className="visually-hidden">{text.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {invitations.map((row) => (
              <tr key={row.id}>
                <td>{row.email}</td>
                <td data-label={columns.role}>{messages.ui.roles[row.role]}</td>
                <td data-label={columns.invitedBy}>{row.invitedBy.name}</td>
                <td data-label={columns.expires}>
                  {Date.parse(row.expiresAt) <= now ? (
                    text.expired
                  ) : (
                    <Day at={row.expiresAt} now={now} />
                  )}
                </td>
                <td>
                  {(isOwner || row.role !== 'owner') && (
                    <span className={classes.actions}>
                      <Button
                        aria-label={text.resendLabel(row.email)}
                        loading={resend.isPending && resend.variables.id === row.id}
                        onClick={() => resend.mutate({ organizationId, id: row.id })}
                      >
                        {text.resend}
                      </Button>
                      <Button
                        aria-label={text.withdrawLabel(row.email)}
                        onClick={() => setWithdrawing(row)}
                      >
                        {text.withdraw}
                      </Button>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ConfirmDialog
        opened={withdrawing !== undefined}
        title={text.withdrawTitle(withdrawing?.email ?? '')}
        label={text.withdraw}
        danger
        busy={withdraw.isPending}
        error={withdraw.error}
        onConfirm={() => withdrawing && withdraw.mutate({ organizationId, id: withdrawing.id })}
        onClose={() => {
          withdraw.reset();
          setWithdrawing(undefined);
        }}
      >
        {text.withdrawLead}
      </ConfirmDialog>
    </>
  );
}
