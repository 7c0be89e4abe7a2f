/** Texts of the members' pages. */

import type { Role } from '@liblab/audit-core';
import { plural } from '../locale.ts';

export const members = {
  title: 'Members',
  note: (count: number) => plural(count, 'member', 'members'),
  caption: (organization: string) => `Members of ${organization}`,
  columns: { name: 'Name', role: 'Role', joined: 'Joined', lastActivity: 'Last activity' },
  actions: 'Actions',
  you: 'you',
  never: 'Never',

  invite: 'Invite',
  inviteTitle: 'Invite someone',
  inviteLead: 'We’ll e-mail a link, valid for 7 days.',
  email: 'E-mail',
  emailInvalid: 'Enter a valid e-mail address.',
  role: 'Role',
  roleHints: {
    owner: 'Full access, including adding and removing owners',
    admin: 'Can read and export the trail, and manage members, keys and documents',
    auditor: 'Can read and export the trail, but change nothing',
    member: 'Can build, with their own CI tokens',
  } satisfies Record<Role, string>,
  send: 'Send invitation',

  roleLabel: (name: string) => `Role of ${name}`,
  changeRole: 'Change role',
  changeTitle: (name: string) => `Change ${name}’s role?`,
  changeLead: (from: string, to: string) =>
    `From ${from} to ${to}. Takes effect immediately, including open sessions.`,

  remove: 'Remove',
  removeLabel: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead:
    'They lose access immediately. Every CI token and API key they created here stops working within seconds. Their events stay in the trail.',

  invitations: 'Pending invitations',
  invitationColumns: { email: 'E-mail', role: 'Role', invitedBy: 'Invited by', expires: 'Expires' },
  expired: 'Expired',
  resend: 'Resend',
  resendLabel: (email: string) => `Resend the invitation to ${email}`,
  resent: (email: string) => `Invitation resent to ${email}, valid for 7 days.`,
  withdraw: 'Withdraw',
  withdrawLabel: (email: string) => `Withdraw the invitation to ${email}`,
  withdrawTitle: (email: string) => `Withdraw the invitation to ${email}?`,
  withdrawLead: 'The link will stop working.',

  former: 'Former member',
  history: 'History',
  historyNone: 'No events mention this person.',
  tokens: 'CI tokens and API keys',
  tokensNone: 'None.',
  id: 'User ID',
  notFound: 'Member not found',
};
