/** Replaces a page for users who do not have access to it. */

import { IconLock } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { Notice } from './notice.tsx';

interface Props {
  text: { denied: string; deniedLead: (organization: string) => string };
  organization: { name: string };
}

export function Denied({ text, organization }: Props) {
  return (
    <>
      <title>{`${text.denied} · ${messages.ui.portal}`}</title>
      <Notice page icon={IconLock} title={text.denied}>
        <p>{text.deniedLead(organization.name)}</p>
      </Notice>
    </>
  );
}
