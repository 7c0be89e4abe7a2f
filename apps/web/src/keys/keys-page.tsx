/** `/settings/keys`: the organisation's API keys. */

import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { Denied } from '../ui/denied.tsx';
import { CreateKey } from './create-key.tsx';
import { KeyList } from './key-list.tsx';
import { keysQuery } from './queries.ts';

export function KeysPage() {
  const { organization, can } = useSession();
  if (!organization) return null;
  if (!can('keys:manage')) return <Denied text={messages.keys} organization={organization} />;
  return <Keys key={organization.id} organization={organization} />;
}

function Keys({ organization }: { organization: { id: string; name: string } }) {
  const list = useQuery(keysQuery(organization.id));
  return (
    <KeyList
      organization={organization}
      text={messages.keys}
      icon={IconKey}

      list={list}
      keys={list.data?.keys}
      dialog={(props) => <CreateKey {...props} />}
    />
  );
}
