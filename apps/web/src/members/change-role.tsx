/** Asks once more before a role is changed. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Role } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { ConfirmAct } from '../ui/confirm-act.tsx';
import type { MemberRow } from './member-rows.ts';

export interface RoleChange {
  row: MemberRow;
  to: Role;
}

interface Props {
  organizationId: string;
  change: RoleChange | undefined;
  onClose: () => void;
}

export function ChangeRole({ organizationId, change, onClose }: Props) {
  const text = messages.members;
  const queryClient = useQueryClient();
  const changeRole = useMutation(
    trpc.members.changeRole.mutationOptions({
      onSuccess: async () => {
        // One's own role, too, may be another now.
        await queryClient.invalidateQueries(trpc.session.me.pathFilter());
        await queryClient.invalidateQueries(trpc.members.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <ConfirmAct
      opened={change !== undefined}
      title={text.changeTitle(change?.row.name ?? '')}
      label={text.change}
      busy={changeRole.isPending}
      error={changeRole.error}
      onConfirm={() =>
        change && changeRole.mutate({ organizationId, userId: change.row.userId, role: change.to })
      }
      onClose={() => {
        changeRole.reset();
        onClose();
      }}
    >
      {change && text.changeLead(text.roles[change.row.role][0], text.roles[change.to][0])}
    </ConfirmAct>
  );
}
