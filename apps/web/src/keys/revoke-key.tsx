/** Asks once more before a key is revoked. */

import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import type { KeyRow } from './keys-page.tsx';
import classes from './keys-page.module.css';

interface Props {
  organizationId: string;
  row: KeyRow | undefined;
  onClose: () => void;
}

export function RevokeKey({ organizationId, row, onClose }: Props) {
  const text = messages.keys;
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.keys.list.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <Modal
      opened={row !== undefined}
      onClose={onClose}
      title={text.revokeTitle(row?.name ?? '')}
      closeButtonProps={{ 'aria-label': messages.close }}
      size={400}
    >
      <p>{text.revokeLead}</p>
      {revoke.isError && (
        <p role="alert" className={classes.error}>
          {failureOf(revoke.error).message}
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={onClose}>{messages.cancel}</Button>
        <Button
          variant="filled"
          color="red.8"
          loading={revoke.isPending}
          onClick={() => row && revoke.mutate({ organizationId, id: row.id })}
        >
          {text.revoke}
        </Button>
      </div>
    </Modal>
  );
}
