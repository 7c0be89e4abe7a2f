/** What a user who belongs to no organisation may do next; stands in place of every page. */

import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { failureOf, trpc } from '../trpc.ts';
import { Notice } from '../ui/notice.tsx';

export function NoOrganizationPage() {
  const { user, organizations } = useSession();
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.resetQueries();
  const joinable = useQuery(trpc.organizations.joinable.queryOptions());
  const join = useMutation(trpc.organizations.join.mutationOptions({ onSuccess }));
  const setActive = useMutation(trpc.organizations.setActive.mutationOptions({ onSuccess }));
  const text = messages.states;
  const name = joinable.data?.organizationName;
  const error = join.error ?? setActive.error;
  return (
    <>
      <title>{`${text.noOrganization} · ${messages.portal}`}</title>
      <Notice
        page
        icon={IconUsers}
        title={organizations.length > 0 ? text.chooseOrganization : text.noOrganization}
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
        {organizations.length === 0 && (
          <p>{name ? text.joinable(name) : text.noOrganizationLead(user.email)}</p>
        )}
        {error && <p role="alert">{failureOf(error).message}</p>}
      </Notice>
    </>
  );
}
