/** Invitations that wait for an answer: sent again or withdrawn. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { failureOf, trpc } from '../trpc.ts';
import { ConfirmAct } from '../ui/confirm-act.tsx';
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
  const { invitedColumns: columns } = text;
  const owns = useSession().organization?.role === 'owner';
  const now = useNow();
  const queryClient = useQueryClient();
  const [said, setSaid] = useState('');
  const [withdrawing, setWithdrawing] = useState<InvitationRow>();
  const reload = () => queryClient.invalidateQueries(trpc.members.list.pathFilter());
  const resend = useMutation(
    trpc.invitations.resend.mutationOptions({
      onMutate: () => setSaid(''),
      onSuccess: async (_none, { id }) => {
        await reload();
        setSaid(text.resent(invitations.find((one) => one.id === id)?.email ?? ''));
      },
      onError: (error) => setSaid(failureOf(error).message),
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
      <p className={`${classes.said} ${resend.isError ? classes.error : ''}`} role="status">
        {said}
      </p>
      <div className={detail.scroll}>
        <table className={detail.table} role="table">
          <caption className="visually-hidden">{text.invitationsCaption}</caption>
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
                <td data-label={columns.role}>{text.roles[row.role][0]}</td>
                <td data-label={columns.invitedBy}>{row.invitedBy.name}</td>
                <td data-label={columns.expires}>
                  {Date.parse(row.expiresAt) <= now ? (
                    text.expired
                  ) : (
                    <Day at={row.expiresAt} now={now} />
                  )}
                </td>
                <td>
                  {(owns || row.role !== 'owner') && (
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
      <ConfirmAct
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
      </ConfirmAct>
    </>
  );
}
