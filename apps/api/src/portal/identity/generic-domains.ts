/** Domains of mail providers: an address there says nothing about where somebody works. */

import emailProviders from 'email-providers/all.json' with { type: 'json' };

/** Providers that the list does not know. */
const others = [
  'addy.io',
  'aleeas.com',
  'anonaddy.com',
  'disroot.org',
  'duck.com',
  'fastmail.com',
  'gmx.ch',
  'kolabnow.com',
  'mailfence.com',
  'mozmail.com',
  'posteo.de',
  'riseup.net',
  'simplelogin.com',
  'skiff.com',
  'startmail.com',
  'tuta.com',
  'tuta.io',
  'tutamail.com',
  'tutanota.com',
  'users.noreply.github.com',
  'ziggo.nl',
  'zoho.eu',
  'zohomail.com',
  'zohomail.eu',
];

const generic: ReadonlySet<string> = new Set([...emailProviders, ...others]);

/** The company's domain of a lower-cased address; undefined for one of a mail provider. */
export function companyDomainOf(email: string): string | undefined {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return generic.has(domain) ? undefined : domain;
}
