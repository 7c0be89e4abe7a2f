/** Texts of API keys and CI tokens: their lists, dialogs and pages. */

import type { KeyScope } from '@liblab/audit-core';

export const keys = {
  title: 'API keys',
  lead: 'API keys let tools send events to this organisation’s trail, or read it.',
  caption: (organization: string) => `API keys of ${organization}`,
  columns: {
    name: 'Name',
    permissions: 'Permissions',
    created: 'Created',
    lastUsed: 'Last used',
    expires: 'Expires',
    state: 'Status',
  },
  never: 'Never',
  none: 'No API keys yet',
  noneLead: 'Create one for each tool, so that you can revoke just that one.',

  create: 'Create key',
  createTitle: 'Create an API key',
  name: 'Name',
  nameHint: 'The tool that will use it. The trail shows this name as “Reported by”.',
  nameMissing: 'Enter a name.',
  permissions: 'Permissions',
  scopes: {
    emit: ['Send events', 'Events up to 7 days old'],
    import: ['Import history', 'Events of any age'],
    build: ['Register builds', 'Builds, their documents and pull requests'],
    read: ['Read the trail', 'List, export and verify events'],
  } satisfies Record<KeyScope, [name: string, hint: string]>,
  permissionsMissing: 'Choose at least one permission.',
  eventTypes: 'Allowed event types',
  eventTypesAll: 'All event types',
  days: 'Expires after (days)',
  daysHint: 'From 1 to 364',
  daysInvalid: 'Enter a whole number from 1 to 364.',
  secretTitle: 'Copy the key now',
  secretLead: 'It is shown only once. Anyone who has it can do what its permissions allow.',
  secret: 'Key',
  example: 'Send your first event',
  done: 'I have copied it',

  revoke: 'Revoke',
  revokeLabel: (name: string) => `Revoke ${name}`,
  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeLead:
    'Tools that use it stop working within seconds. You can’t undo this. Its events stay in the trail.',

  denied: 'You can’t manage API keys',
  deniedLead: (organization: string) =>
    `Only owners and admins of ${organization} can. Ask one of them to create a key for you.`,
};

export const tokens = {
  title: 'CI tokens',
  lead: 'CI tokens let the liblab CLI build on your behalf, on your machine or in CI.',
  caption: (organization: string) => `Your CI tokens in ${organization}`,
  none: 'No CI tokens yet',
  noneLead: 'Create one for each machine or pipeline.',

  create: 'Create token',
  createTitle: 'Create a CI token',
  nameHint: 'Where it is used, so that you can revoke just this one.',
  secretTitle: 'Copy the token now',
  secretLead: 'It is shown only once. Anyone who has it can build on your behalf.',
  secret: 'Token',

  crumb: 'Tokens',
  knownFromTrail: 'Known only from the audit trail',
  history: 'History',
  createdBy: 'Created by',
  createdByService: 'the service',
  permissions: 'Permissions',
  eventTypes: 'Event types',
  createdAt: 'Created',
  expiresAt: 'Expires',
  lastUsedAt: 'Last used',
  revokedAt: 'Revoked',
  revokedBy: 'Revoked by',
  id: 'Token ID',
  notFound: 'Token not found',
  notFoundHint: 'It may belong to another organisation or another person.',

  denied: 'You can’t create CI tokens',
  deniedLead: (organization: string) =>
    `Your role in ${organization} can’t build. Ask an owner or admin for another role.`,
};
