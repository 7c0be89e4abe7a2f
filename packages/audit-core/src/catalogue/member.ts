/** Events of an organisation's members. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { roles } from '../roles.ts';
import { email } from './fields.ts';

export const userInviteMember = defineEvent({
  type: 'user.invite_member',
  version: 1,
  title: 'User Invite Member',
  description: 'Somebody was invited to the organisation.',
  category: 'members',
  recordedBy: 'emitter',
  details: { email, role: z.enum(roles) },
  targets: ['invitation'],
  publicDetails: ['role'],
  subjects: [{ type: 'invitee', id: 'email', details: ['email'] }],
  sentence: 'Invited {details.email} as {details.role}',
  retentionDays: 365,
  example: {
    details: { email: 'priya@exciting.soda', role: 'auditor' },
    targets: [{ type: 'invitation', id: '208' }],
  },
});
