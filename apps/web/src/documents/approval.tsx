/** Approves a document, or takes its approval back. */

import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { failureOf, trpc, type Outputs } from '../trpc.ts';

interface Props {
  organizationId: string;
  document: Outputs['documents']['get']['document'];
}

export function Approval({ organizationId, document: { id, state } }: Props) {
  const queryClient = useQueryClient();
  const settled = {
    onSuccess: async (data: Outputs['documents']['get']) => {
      queryClient.setQueryData(trpc.documents.get.queryKey({ organizationId, id }), data);
      await queryClient.invalidateQueries(trpc.builds.pathFilter());
    },
  };
  const approve = useMutation(trpc.documents.approve.mutationOptions(settled));
  const unapprove = useMutation(trpc.documents.unapprove.mutationOptions(settled));
  const isApproved = state === 'approved';
  const decide = isApproved ? unapprove : approve;
  const failed = approve.error ?? unapprove.error;
  return (
    <>
      <Button
        variant={isApproved ? 'default' : 'filled'}
        loading={approve.isPending || unapprove.isPending}
        onClick={() => decide.mutate({ organizationId, id })}
      >
        {isApproved ? messages.document.unapprove : messages.document.approve}
      </Button>
      {failed && <span role="alert">{failureOf(failed).message}</span>}
    </>
  );
}
