/** Texts of an organisation's settings. */

export const settings = {
  title: 'Organisation settings',
  name: 'Name',
  domain: (domain: string) => `Anyone with a verified ${domain} address can join as a member`,
  domainHint: 'They need no invitation.',
  noDomain:
    'This organisation has no company domain, so people join by invitation only. The first person to verify an address at a domain creates its organisation.',
  submit: 'Save',
  saved: 'Saved',
  denied: 'You can’t change this organisation',
  deniedLead: (organization: string) => `Only owners of ${organization} can. Ask one of them.`,
};
