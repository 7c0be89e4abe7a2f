/** Confirms the revocation of a key. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { trpc } from '../trpc.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import type { KeyRow } from './keys-table.tsx';

interface Props {
  organizationId: string;
  row: KeyRow | undefined;
  /** The key is the user's own CI token, which they can revoke without managing keys. */
  own?: boolean;
  onClose: () => void;
}

export function RevokeKey({ organizationId, row, own = false, onClose }: Props) {
  const text = messages.keys;
  const queryClient = useQueryClient();
  const onSuccess = async () => {
    await Promise.all(
      [trpc.keys, trpc.tokens].map((keys) => queryClient.invalidateQueries(keys.pathFilter())),
    );
    onClose();
  };
  const revokeKey = useMutation(trpc.keys.revoke.mutationOptions({ onSuccess }));
  const revokeToken = useMutation(trpc.tokens.revoke.mutationOptions({ onSuccess }));
  const revoke = own ? revokeToken : revokeKey;
  return (
    <ConfirmDialog
      opened={row !== undefined}
      title={text.revokeTitle(row?.name ?? '')}
      label={text.revoke}
      danger
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => row && revoke.mutate({ organizationId, id: row.id })}
      onClose={() => {
        revoke.reset();
        onClose();
      }}
    >
      {text.revokeLead}
    </ConfirmDialog>
  );
}
