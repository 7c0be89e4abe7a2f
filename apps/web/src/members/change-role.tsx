/** Confirms a change of role. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Role } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
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
        // The user may have changed their own role.
        await queryClient.invalidateQueries(trpc.session.me.pathFilter());
        await queryClient.invalidateQueries(trpc.members.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      opened={change !== undefined}
      title={text.changeTitle(change?.row.name ?? '')}
      label={text.changeRole}
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
      {change && text.changeLead(messages.ui.roles[change.row.role], messages.ui.roles[change.to])}
    </ConfirmDialog>
  );
}
