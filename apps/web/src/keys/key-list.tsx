/** Lists an organisation's API keys or the user's CI tokens, and creates and revokes them. */

import { useState, type ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconPlus, type IconKey } from '@tabler/icons-react';
import { FailureNotice, Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { KeysTable, type KeyRow } from './keys-table.tsx';
import { RevokeKey } from './revoke-key.tsx';
import classes from './keys-page.module.css';

interface Props {
  organization: { id: string; name: string };
  text: {
    title: string;
    lead: string;
    create: string;
    none: string;
    noneLead: string;
    caption: (organization: string) => string;
  };
  icon: typeof IconKey;
  /** The keys are the user's own CI tokens. */
  own?: boolean;
  list: { isFetching: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  keys: KeyRow[] | undefined;
  /** The dialog that creates a key. */
  dialog: (props: { organizationId: string; opened: boolean; onClose: () => void }) => ReactNode;
}

export function KeyList({ organization, text, icon, own = false, list, keys, dialog }: Props) {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<KeyRow>();
  const create = (
    <Button
      variant="filled"
      leftSection={<IconPlus size={16} stroke={1.4} />}
      onClick={() => setCreating(true)}
    >
      {text.create}
    </Button>
  );
  const isEmpty = keys?.length === 0;
  const organizationId = organization.id;
  return (
    <div className={classes.page} aria-busy={list.isFetching}>
      <PageHeader title={text.title} actions={!isEmpty && create} />
      <p className={classes.lead}>{text.lead}</p>
      {list.isError ? (
        <FailureNotice error={list.error} retry={() => void list.refetch()} />
      ) : isEmpty ? (
        <Notice icon={icon} title={text.none} actions={create}>
          <p>{text.noneLead}</p>
        </Notice>
      ) : (
        <KeysTable keys={keys} caption={text.caption(organization.name)} onRevoke={setRevoking} />
      )}
      {dialog({ organizationId, opened: creating, onClose: () => setCreating(false) })}
      <RevokeKey
        organizationId={organizationId}
        row={revoking}
        own={own}
        onClose={() => setRevoking(undefined)}
      />
    </div>
  );
}
