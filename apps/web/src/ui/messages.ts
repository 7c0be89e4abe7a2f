/** Texts that several pages show. */

import type { Actor, Outcome, Role } from '@liblab/audit-core';
import { formatNumber, plural } from '../locale.ts';

export const ui = {
  portal: 'Portal',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyLink: 'Copy link',
  notCopied: 'Could not copy: your browser blocked it',
  showPassword: 'Show or hide password',
  none: '–',

  failed: 'Couldn’t load this',
  offline: 'Can’t reach the Portal. Check your connection.',
  errorCode: 'Error code',
  requestId: 'Request ID',
  notFound: 'Page not found',
  notFoundLead: 'The address may be wrong, or the page may have moved.',
  openTrail: 'Open Audit Trails',
  /** Under the title of a page whose subject does not exist. */
  notFoundHint: 'It may belong to another of your organisations.',

  details: 'Details',
  reason: 'Reason',
  auditTrail: 'Audit trail',
  noEvents: 'No events.',
  unshown: 'This event cannot be shown',
  unshownAt: (type: string, position: number) =>
    `This event cannot be shown: ${type} at position ${formatNumber(position)}`,
  loadOlder: 'Load older',

  outcomes: { success: 'Success', failure: 'Failure', denied: 'Denied' } satisfies Record<
    Outcome,
    string
  >,

  actorTypes: { user: 'Person', token: 'Token', system: 'System' } satisfies Record<
    Actor['type'],
    string
  >,
  forPerson: (name: string) => `for ${name}`,
  onBehalfOf: (actor: string, person: string) => `${actor} on behalf of ${person}`,

  roles: {
    owner: 'Owner',
    admin: 'Admin',
    auditor: 'Auditor',
    member: 'Member',
  } satisfies Record<Role, string>,

  keyStates: { active: 'Active', expired: 'Expired', revoked: 'Revoked' },

  documentStates: { approved: 'Approved', unapproved: 'Unapproved' },

  buildsTable: {
    number: (id: string) => `Build #${id}`,
    build: 'Build',
    result: 'Result',
    languages: 'Languages',
    documents: 'Documents',
    approvedOf: (approved: number, all: number) =>
      all === 0 ? '–' : `${formatNumber(approved)} of ${formatNumber(all)} approved`,
    duration: 'Duration',
    actor: 'Built by',
    builtAt: 'Built',
    none: 'No builds yet',
    noneLead:
      'A build appears here when the liblab CLI, or another tool with an API key, registers it.',
  },

  time: {
    justNow: 'just now',
    minutesAgo: (count: number) => `${count} min ago`,
    hoursAgo: (count: number) => `${count} h ago`,
    daysAgo: (count: number) => `${count} d ago`,
    inFuture: 'in the future',
    local: 'local',
    utc: 'UTC',
    milliseconds: (count: number) => `${formatNumber(count)} ms`,
    seconds: (count: number) => `${formatNumber(count)} s`,
    minutes: (count: number, seconds: number) => `${count} min${seconds ? ` ${seconds} s` : ''}`,
    hours: (count: number) => `${formatNumber(count)} h`,
    days: (count: number) => plural(count, 'day', 'days'),
    months: (count: number) => plural(count, 'month', 'months'),
  },
};
