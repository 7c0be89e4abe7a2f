/** `/tokens`: one's own CI tokens, made and revoked. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconLock, IconPlus, IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc } from '../trpc.ts';
import { FailureNotice, Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { CreateToken } from './create-token.tsx';
import type { KeyRow } from './keys-page.tsx';
import { KeysTable } from './keys-table.tsx';
import { RevokeKey } from './revoke-key.tsx';
import classes from './keys-page.module.css';

export function TokensPage() {
  const { organization, may } = useSession();
  const text = messages.tokens;
  if (!organization || !may('tokens:own')) {
    return (
      <>
        <title>{`${text.denied} · ${messages.portal}`}</title>
        <Notice page icon={IconLock} title={text.denied}>
          <p>{text.deniedLead(organization?.name ?? messages.none)}</p>
        </Notice>
      </>
    );
  }
  return <Tokens key={organization.id} organization={organization} />;
}

function Tokens({ organization }: { organization: { id: string; name: string } }) {
  const text = messages.tokens;
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<KeyRow>();
  const tokens = useQuery(trpc.tokens.list.queryOptions({ organizationId: organization.id }));
  const create = (
    <Button
      variant="filled"
      leftSection={<IconPlus size={16} stroke={1.4} />}
      onClick={() => setCreating(true)}
    >
      {text.create}
    </Button>
  );
  const none = tokens.data?.tokens.length === 0;
  return (
    <div className={classes.page} aria-busy={tokens.isFetching}>
      <PageHeader title={text.title} actions={!none && create} />
      <p className={classes.lead}>{text.lead}</p>
      {tokens.isError ? (
        <FailureNotice error={tokens.error} retry={() => void tokens.refetch()} />
      ) : none ? (
        <Notice icon={IconTerminal2} title={text.none} actions={create}>
          <p>{text.noneLead}</p>
        </Notice>
      ) : (
        <KeysTable
          keys={tokens.data?.tokens}
          caption={text.caption(organization.name)}
          onRevoke={setRevoking}
        />
      )}
      <CreateToken
        organizationId={organization.id}
        opened={creating}
        onClose={() => setCreating(false)}
      />
      <RevokeKey
        organizationId={organization.id}
        row={revoking}
        own
        onClose={() => setRevoking(undefined)}
      />
    </div>
  );
}
