/** `/settings`: the organisation's name and who can join it, for owners. */

import { useState, type FormEvent } from 'react';
import { Button, Checkbox, Skeleton, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { toFailure, trpc, type Outputs } from '../trpc.ts';
import { Denied } from '../ui/denied.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { settingsQuery } from './queries.ts';
import classes from './settings-page.module.css';

export function SettingsPage() {
  const { organization, can } = useSession();
  if (!organization) return null;
  if (!can('organization:manage'))
    return <Denied text={messages.settings} organization={organization} />;
  return <Settings key={organization.id} organizationId={organization.id} />;
}

function Settings({ organizationId }: { organizationId: string }) {
  const settings = useQuery(settingsQuery(organizationId));
  return (
    <div className={classes.page} aria-busy={settings.isPending}>
      <PageHeader title={messages.settings.title} />
      {settings.data ? (
        <SettingsForm organizationId={organizationId} settings={settings.data} />
      ) : settings.isError ? (
        <FailureNotice error={settings.error} retry={() => void settings.refetch()} />
      ) : (
        <Skeleton height={32} width={320} />
      )}
    </div>
  );
}

interface FormProps {
  organizationId: string;
  settings: Outputs['organizations']['settings'];
}

function SettingsForm({ organizationId, settings }: FormProps) {
  const text = messages.settings;
  const queryClient = useQueryClient();
  const [name, setName] = useState(settings.name);
  const [membersMayJoin, setMembersMayJoin] = useState(settings.membersMayJoin);
  const update = useMutation(
    trpc.organizations.update.mutationOptions({
      onSuccess: async (saved) => {
        setName(saved.name);
        await queryClient.invalidateQueries();
      },
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    update.mutate({ organizationId, name, membersMayJoin });
  }

  return (
    <form className={classes.form} onSubmit={submit} onChange={() => update.reset()}>
      <TextInput
        label={text.name}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        withAsterisk={false}
        maxLength={200}
      />
      {settings.domain === null ? (
        <p className={classes.note}>{text.noDomain}</p>
      ) : (
        <Checkbox
          label={text.domain(settings.domain)}
          description={text.domainHint}
          checked={membersMayJoin}
          onChange={(event) => setMembersMayJoin(event.currentTarget.checked)}
        />
      )}
      <div className={classes.actions}>
        <Button type="submit" variant="filled" loading={update.isPending}>
          {text.submit}
        </Button>
        <span role="status">{update.isSuccess && text.saved}</span>
      </div>
      <div role="alert">
        {update.error && <p className={classes.error}>{toFailure(update.error).message}</p>}
      </div>
    </form>
  );
}
