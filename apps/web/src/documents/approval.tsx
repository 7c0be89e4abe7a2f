/** Approves a document or withdraws its approval. */

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { toFailure, trpc, type Outputs } from '../trpc.ts';

interface Props {
  organizationId: string;
  document: Outputs['documents']['get']['document'];
}

export function Approval({ organizationId, document: { id, state } }: Props) {
  const queryClient = useQueryClient();
  const options = {
    onSuccess: async (data: Outputs['documents']['get']) => {
      queryClient.setQueryData(trpc.documents.get.queryKey({ organizationId, id }), data);
      await queryClient.invalidateQueries(trpc.builds.pathFilter());
    },
  };
  const approve = useMutation(trpc.documents.approve.mutationOptions(options));
  const unapprove = useMutation(trpc.documents.unapprove.mutationOptions(options));
  const isApproved = state === 'approved';
  const change = isApproved ? unapprove : approve;
  const error = approve.error ?? unapprove.error;
  return (
    <>
      <Button
        variant={isApproved ? 'default' : 'filled'}
        loading={approve.isPending || unapprove.isPending}
        onClick={() => change.mutate({ organizationId, id })}
      >
        {isApproved ? messages.document.unapprove : messages.document.approve}
      </Button>
      {error && <span role="alert">{toFailure(error).message}</span>}
    </>
  );
}
