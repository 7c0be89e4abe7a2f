/** `/tokens`: the user's own CI tokens. */

import { IconTerminal2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { Denied } from '../ui/denied.tsx';
import { CreateToken } from './create-token.tsx';
import { KeyList } from './key-list.tsx';
import { tokensQuery } from './queries.ts';

export function TokensPage() {
  const { organization, can } = useSession();
  if (!organization) return null;
  if (!can('tokens:own')) return <Denied text={messages.tokens} organization={organization} />;
  return <Tokens key={organization.id} organization={organization} />;
}

function Tokens({ organization }: { organization: { id: string; name: string } }) {
  const list = useQuery(tokensQuery(organization.id));
  return (
    <KeyList
      organization={organization}
      text={messages.tokens}
      icon={IconTerminal2}
      own
      list={list}
      keys={list.data?.tokens}
      dialog={(props) => <CreateToken {...props} />}
    />
  );
}
