/** Domains of e-mail providers, whose addresses do not tell which company somebody works for. */

import emailProviders from 'email-providers/all.json' with { type: 'json' };

/** Missing from the package's list. */
const additionalProviders = [
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

const generic: ReadonlySet<string> = new Set([...emailProviders, ...additionalProviders]);

/** The company domain of an address in lower case; undefined for an e-mail provider's. */
export function companyDomainOf(email: string): string | undefined {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return generic.has(domain) ? undefined : domain;
}
