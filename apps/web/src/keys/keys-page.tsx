/** `/settings/keys`: the organisation's API keys, made and revoked. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconKey, IconLock, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc, type Outputs } from '../trpc.ts';
import { FailureNotice, Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { CreateKey } from './create-key.tsx';
import { KeysTable } from './keys-table.tsx';
import { RevokeKey } from './revoke-key.tsx';
import classes from './keys-page.module.css';

export type KeyRow = Outputs['keys']['list']['keys'][number];

export function KeysPage() {
  const { organization, may } = useSession();
  const text = messages.keys;
  if (!organization || !may('keys:manage')) {
    return (
      <>
        <title>{`${text.denied} · ${messages.portal}`}</title>
        <Notice page icon={IconLock} title={text.denied}>
          <p>{text.deniedLead(organization?.name ?? messages.none)}</p>
        </Notice>
      </>
    );
  }
  return <Keys key={organization.id} organization={organization} />;
}

function Keys({ organization }: { organization: { id: string; name: string } }) {
  const text = messages.keys;
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<KeyRow>();
  const keys = useQuery(trpc.keys.list.queryOptions({ organizationId: organization.id }));
  const create = (
    <Button
      variant="filled"
      leftSection={<IconPlus size={16} stroke={1.4} />}
      onClick={() => setCreating(true)}
    >
      {text.create}
    </Button>
  );
  const none = keys.data?.keys.length === 0;
  return (
    <div className={classes.page} aria-busy={keys.isFetching}>
      <PageHeader title={text.title} actions={!none && create} />
      <p className={classes.lead}>{text.lead}</p>
      {keys.isError ? (
        <FailureNotice error={keys.error} retry={() => void keys.refetch()} />
      ) : none ? (
        <Notice icon={IconKey} title={text.noKeys} actions={create}>
          <p>{text.noKeysLead}</p>
        </Notice>
      ) : (
        <KeysTable
          keys={keys.data?.keys}
          caption={text.caption(organization.name)}
          onRevoke={setRevoking}
        />
      )}
      <CreateKey
        organizationId={organization.id}
        opened={creating}
        onClose={() => setCreating(false)}
      />
      <RevokeKey
        organizationId={organization.id}
        row={revoking}
        onClose={() => setRevoking(undefined)}
      />
    </div>
  );
}
