/** Confirms the removal of a member. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

interface Props {
  organizationId: string;
  row: { userId: string; name: string } | undefined;
  onClose: () => void;
}

export function RemoveMember({ organizationId, row, onClose }: Props) {
  const text = messages.members;
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.members.remove.mutationOptions({
      onSuccess: async () => {
        // A user who removes themselves switches to another organisation or has none left.
        await queryClient.invalidateQueries(trpc.session.me.pathFilter());
        await queryClient.invalidateQueries(trpc.members.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      opened={row !== undefined}
      title={text.removeTitle(row?.name ?? '')}
      label={text.remove}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => row && remove.mutate({ organizationId, userId: row.userId })}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      {text.removeLead}
    </ConfirmDialog>
  );
}
