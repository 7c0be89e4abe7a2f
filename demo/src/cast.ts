/** The people, APIs and tokens of the demo's fictional company. */

import type { Role } from '@liblab/audit-core';

/** The password of all demo users. Public: the demo exists only on an embedded database on loopback. */
export const demoPassword = 'audit-trails-demo';

export interface Person {
  name: string;
  email: string;
  role: Role;
  /** Day of the story on which the person joins. */
  day: number;
  /** Day on which the person is removed. */
  lastDay?: number;
  /** When the owner changes the person's role. The rest of the story uses the original role. */
  promoted?: { day: number; to: Role };
  /** Can sign in with the demo password; the others have random passwords. */
  visitor?: true;
}

/** The first person is the owner, with whom the story starts. */
export const people: readonly Person[] = [
  { name: 'Ada Okafor', email: 'admin@example.com', role: 'owner', day: 0, visitor: true },
  { name: 'Jim Reyes', email: 'jim@exciting.soda', role: 'admin', day: 0 },
  { name: 'Mateo Silva', email: 'member@example.com', role: 'member', day: 1, visitor: true },
  { name: 'Priya Raman', email: 'priya@exciting.soda', role: 'admin', day: 1 },
  { name: 'Lena Vogel', email: 'lena@exciting.soda', role: 'member', day: 2 },
  { name: 'Tomás Ferreira', email: 'tomas@exciting.soda', role: 'member', day: 3 },
  { name: 'Yuki Tanaka', email: 'yuki@exciting.soda', role: 'member', day: 5 },
  { name: 'Noor Haddad', email: 'auditor@example.com', role: 'auditor', day: 8, visitor: true },
  { name: 'Oluwaseun Adeyemi', email: 'seun@exciting.soda', role: 'member', day: 12 },
  { name: 'Chloé Martin', email: 'chloe@exciting.soda', role: 'member', day: 17 },
  { name: 'Søren Lund', email: 'soren@exciting.soda', role: 'member', day: 23 },
  { name: 'Mei Chen', email: 'mei@exciting.soda', role: 'admin', day: 29 },
  { name: 'Daniel Kowalski', email: 'daniel@exciting.soda', role: 'member', day: 36 },
  { name: 'Aisha Bello', email: 'aisha@exciting.soda', role: 'member', day: 44 },
  {
    name: 'Marco Rossi',
    email: 'marco@exciting.soda',
    role: 'member',
    day: 51,
    promoted: { day: 66, to: 'admin' },
  },
  { name: 'Casey Doyle', email: 'casey@fizzworks.example', role: 'member', day: 55, lastDay: 76 },
  { name: 'Hannah Schmidt', email: 'hannah@exciting.soda', role: 'member', day: 60 },
  { name: 'Raj Patel', email: 'raj@exciting.soda', role: 'member', day: 71 },
  { name: 'Elena Popescu', email: 'elena@exciting.soda', role: 'member', day: 80 },
];

/** People with an open invitation. */
export const strangers: readonly string[] = [
  'contractor@fizzworks.example',
  'b.nguyen@exciting.soda',
  'press@bottle.example',
  'kofi@exciting.soda',
  'sofia@exciting.soda',
];

export type Language =
  | 'java'
  | 'typescript'
  | 'python'
  | 'go'
  | 'csharp'
  | 'terraform'
  | 'php'
  | 'swift';

export const languageNames: Readonly<Record<Language, string>> = {
  java: 'Java',
  typescript: 'TypeScript',
  python: 'Python',
  go: 'Go',
  csharp: 'C#',
  terraform: 'Terraform',
  php: 'PHP',
  swift: 'Swift',
};

export interface Api {
  name: string;
  day: number;
  /** The last language is added later than the others. */
  languages: readonly Language[];
}

export const apis: readonly Api[] = [
  {
    name: 'Llama Store',
    day: 0,
    languages: ['typescript', 'python', 'java', 'go', 'csharp', 'php'],
  },
  { name: 'Llama Grooming', day: 1, languages: ['typescript', 'python', 'go'] },
  { name: 'Soda Orders', day: 2, languages: ['typescript', 'java', 'csharp', 'go'] },
  { name: 'Soda Inventory', day: 6, languages: ['typescript', 'python', 'java'] },
  { name: 'Fizz Loyalty', day: 11, languages: ['typescript', 'swift', 'php'] },
  { name: 'Bottle Returns', day: 20, languages: ['python', 'go', 'terraform'] },
  { name: 'Flavour Lab', day: 31, languages: ['python', 'typescript'] },
  { name: 'Store Locator', day: 42, languages: ['swift', 'typescript', 'java'] },
  { name: 'Subscriptions', day: 55, languages: ['typescript', 'python', 'csharp', 'php'] },
  { name: 'Wholesale', day: 68, languages: ['java', 'csharp', 'typescript'] },
];

export const tokenNames: readonly string[] = [
  'LIBLAB_GITHUB_TOKEN',
  'LIBLAB_RELEASE_TOKEN',
  'LIBLAB_NIGHTLY_TOKEN',
  'LIBLAB_STAGING_TOKEN',
  'LIBLAB_DOCS_TOKEN',
];

export const buildFailures: readonly string[] = [
  'openapi.yaml line 412: the reference #/components/schemas/Llama leads nowhere.',
  'Two operations have the id listOrders; ids must differ.',
  'The Java SDK did not compile: OrderStatus is defined twice.',
  'The specification could not be fetched: 403 from the storage.',
];

export const pullRequestFailures: readonly string[] = [
  'The repository refused the push: branch main is protected.',
  'GitHub answered 401: the installation of the app was suspended.',
  'There is an open pull request for this version already.',
  'The repository is archived and takes no pushes.',
];
