/** `/members`: the members of the organisation and its pending invitations. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { FailureNotice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ChangeRole, type RoleChange } from './change-role.tsx';
import { InvitationsTable } from './invitations-table.tsx';
import { InviteMember } from './invite-member.tsx';
import type { MemberRow } from './member-rows.ts';
import { MembersTable } from './members-table.tsx';
import { membersQuery } from './queries.ts';
import { RemoveMember } from './remove-member.tsx';
import classes from './members-page.module.css';

export function MembersPage() {
  const { organization } = useSession();
  if (!organization) return null;
  return <Members key={organization.id} organization={organization} />;
}

function Members({ organization }: { organization: { id: string; name: string } }) {
  const text = messages.members;
  const { can } = useSession();
  const [inviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<RoleChange>();
  const [removing, setRemoving] = useState<MemberRow>();
  const organizationId = organization.id;
  const query = useQuery(membersQuery(organizationId));
  const { members, invitations } = query.data ?? {};
  return (
    <div className={classes.page} aria-busy={query.isFetching}>
      <PageHeader
        title={text.title}
        note={members && text.note(members.length)}
        actions={
          can('members:manage') && (
            <Button
              variant="filled"
              leftSection={<IconPlus size={16} stroke={1.4} />}
              onClick={() => setInviting(true)}
            >
              {text.invite}
            </Button>
          )
        }
      />
      {query.isError ? (
        <FailureNotice error={query.error} retry={() => void query.refetch()} />
      ) : (
        <MembersTable
          members={members}
          caption={text.caption(organization.name)}
          onChange={setChanging}
          onRemove={setRemoving}
        />
      )}
      {invitations && invitations.length > 0 && (
        <InvitationsTable organizationId={organizationId} invitations={invitations} />
      )}
      <InviteMember
        organizationId={organizationId}
        opened={inviting}
        onClose={() => setInviting(false)}
      />
      <ChangeRole
        organizationId={organizationId}
        change={changing}
        onClose={() => setChanging(undefined)}
      />
      <RemoveMember
        organizationId={organizationId}
        row={removing}
        onClose={() => setRemoving(undefined)}
      />
    </div>
  );
}
