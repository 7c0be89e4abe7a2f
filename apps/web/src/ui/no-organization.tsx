/** In the place of a page about an organisation, for who belongs to none. */

import { IconUsers } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { Notice } from './notice.tsx';

export function NoOrganization() {
  return (
    <Notice page icon={IconUsers} title={messages.states.noOrganization}>
      <p>{messages.states.noOrganizationLead}</p>
    </Notice>
  );
}
