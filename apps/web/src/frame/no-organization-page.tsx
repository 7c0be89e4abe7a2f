/** Replaces every page for a user without an active organisation: offers to join or choose one. */

import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { toFailure, trpc } from '../trpc.ts';
import { Notice } from '../ui/notice.tsx';

export function NoOrganizationPage() {
  const { user, organizations } = useSession();
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.resetQueries();
  const joinable = useQuery(trpc.organizations.joinable.queryOptions());
  const join = useMutation(trpc.organizations.join.mutationOptions({ onSuccess }));
  const setActive = useMutation(trpc.organizations.setActive.mutationOptions({ onSuccess }));
  const text = messages.noOrganization;
  const name = joinable.data?.organizationName;
  const error = join.error ?? setActive.error;
  return (
    <>
      <title>{`${text.title} · ${messages.ui.portal}`}</title>
      <Notice
        page
        icon={IconUsers}
        title={organizations.length > 0 ? text.choose : text.title}
        actions={
          organizations.length > 0
            ? organizations.map(({ id, name: label }) => (
                <Button
                  key={id}
                  loading={setActive.isPending}
                  onClick={() => setActive.mutate({ organizationId: id })}
                >
                  {label}
                </Button>
              ))
            : name && (
                <Button variant="filled" loading={join.isPending} onClick={() => join.mutate()}>
                  {text.join(name)}
                </Button>
              )
        }
      >
        {organizations.length === 0 && <p>{name ? text.joinable(name) : text.lead(user.email)}</p>}
        {error && <p role="alert">{toFailure(error).message}</p>}
      </Notice>
    </>
  );
}
