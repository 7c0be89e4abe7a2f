/** Events of an organisation's members and invitations. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { roles } from '../roles.ts';
import { email, memberLink } from './fields.ts';

/** The page of members also lists invitations. */
const membersLink = { path: '/members', label: 'Open members' } as const;

export const userInviteMember = defineEvent({
  type: 'user.invite_member',
  version: 1,
  title: 'User Invite Member',
  description: 'A person was invited to the organisation.',
  category: 'members',
  recordedBy: 'portal',
  details: { email, role: z.enum(roles) },
  targets: ['invitation'],
  publicDetails: ['role'],
  subjects: [{ type: 'invitee', id: 'email', details: ['email'] }],
  sentence: 'Invited {details.email} as {details.role}',
  attempt: 'Tried to invite {details.email} as {details.role}',
  link: membersLink,
  retentionDays: 365,
  example: {
    details: { email: 'priya@exciting.soda', role: 'auditor' },
    targets: [{ type: 'invitation', id: '208' }],
  },
});

const role = z.enum(roles);

const invitation = {
  version: 1,
  category: 'members',
  recordedBy: 'portal',
  details: { email, role },
  publicDetails: ['role'],
  retentionDays: 365,
} as const;

export const memberAcceptInvitation = defineEvent({
  ...invitation,
  type: 'member.accept_invitation',
  title: 'User Accepted Invitation',
  description: 'An invited person joined the organisation.',
  targets: ['user', 'invitation'],
  subjects: [{ type: 'member', id: 'email', details: ['email'] }],
  sentence: 'Joined as {details.role} by invitation',
  attempt: 'Tried to join as {details.role} by invitation',
  link: memberLink,
  example: {
    details: { email: 'priya@exciting.soda', role: 'auditor' },
    targets: [
      { type: 'user', id: '1204', name: 'Priya Natarajan' },
      { type: 'invitation', id: '208' },
    ],
  },
});

export const memberWithdrawInvitation = defineEvent({
  ...invitation,
  type: 'member.withdraw_invitation',
  title: 'User Withdrew Invitation',
  description: 'An invitation was withdrawn before it was accepted.',
  targets: ['invitation'],
  subjects: [{ type: 'invitee', id: 'email', details: ['email'] }],
  sentence: 'Withdrew the invitation of {details.email}',
  attempt: 'Tried to withdraw the invitation of {details.email}',
  link: membersLink,
  example: {
    details: { email: 'priya@exciting.soda', role: 'auditor' },
    targets: [{ type: 'invitation', id: '208' }],
  },
});

const member = {
  version: 1,
  category: 'members',
  recordedBy: 'portal',
  targets: ['user'],
  subjects: [{ type: 'member', id: 'email', details: ['email'] }],
  link: memberLink,
  retentionDays: 365,
} as const;

export const memberJoin = defineEvent({
  ...member,
  type: 'member.join',
  title: 'User Joined Organization',
  description: 'A user joined because the organisation admits verified addresses of their domain.',
  details: { email, role, domain: z.string().min(1).max(255) },
  publicDetails: ['role', 'domain'],
  sentence: 'Joined as {details.role} by the domain {details.domain}',
  attempt: 'Tried to join as {details.role} by the domain {details.domain}',
  example: {
    details: { email: 'ada@exciting.soda', role: 'member', domain: 'exciting.soda' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});

export const memberChangeRole = defineEvent({
  ...member,
  type: 'member.change_role',
  title: 'User Changed Role',
  description: "A member's role was changed.",
  details: { email, from: role, to: role },
  publicDetails: ['from', 'to'],
  sentence: 'Changed {details.email} from {details.from} to {details.to}',
  attempt: 'Tried to change {details.email} from {details.from} to {details.to}',
  example: {
    details: { email: 'ada@exciting.soda', from: 'member', to: 'admin' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});

export const memberRemove = defineEvent({
  ...member,
  type: 'member.remove',
  title: 'User Removed Member',
  description:
    'A member was removed from the organisation, and the tokens that they had created were revoked.',
  details: { email, role },
  publicDetails: ['role'],
  sentence: 'Removed {details.email}, who was {details.role}',
  attempt: 'Tried to remove {details.email}, who was {details.role}',
  example: {
    details: { email: 'ada@exciting.soda', role: 'member' },
    targets: [{ type: 'user', id: '1190', name: 'Ada Okafor' }],
  },
});
