/** Texts of the toolbar and its menus, and of the page for a user without an organisation. */

import { formatNumber } from '../locale.ts';

export const frame = {
  skip: 'Skip to content',
  navigation: 'Portal',
  auditTrails: 'Audit Trails',
  apis: 'APIs',
  builds: 'Builds',
  members: 'Members',
  tokens: 'CI tokens',
  keys: 'API keys',
  settings: 'Organisation settings',
  account: (name: string) => `Account: ${name}`,
  role: (role: string, organization: string) => `${role} at ${organization}`,
  theme: 'Theme',
  themes: { light: 'Light', dark: 'Dark', auto: 'System' },
  signOut: 'Sign out',
  organization: (name: string) => `Switch organisation (current: ${name})`,
  organizationSearch: 'Find an organisation',
  organizationNone: 'No matching organisations',
  organizationMore: (shown: number, all: number) =>
    `Showing ${formatNumber(shown)} of ${formatNumber(all)}. Type to narrow the list.`,
};

export const noOrganization = {
  title: 'You are not in an organisation yet',
  lead: (email: string) =>
    `Ask an owner or admin to invite ${email}. To join, open the link in the invitation e-mail.`,
  joinable: (organization: string) => `You can join ${organization} with your e-mail address.`,
  join: (organization: string) => `Join ${organization}`,
  choose: 'Choose an organisation',
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  list: [
    [['/'], 'Search by e-mail'],
    [['j', '↓'], 'Next row'],
    [['k', '↑'], 'Previous row'],
    [['Enter'], 'Open the event'],
    [['Esc'], 'Close the event'],
    [['['], 'Previous event'],
    [[']'], 'Next event'],
    [['?'], 'Show this list'],
  ] satisfies [string[], string][],
  enabled: 'Single-key shortcuts',
  enabledHint: 'Saved in this browser. Esc and Enter always work.',
};
