/** docs/tampering.md, from what the test found. */

import type { Finding } from '../../src/verification/findings.ts';

export interface Result {
  what: string;
  /** By `npm run verify`, from the database and the log's public keys alone. */
  found: Finding | undefined;
  /** By the same, given the signer's state or a kept checkpoint. */
  kept: Finding | undefined;
  /** Why the signer does not sign the trail any more. */
  refusal: string | undefined;
  why: string | undefined;
}

export function formatDocument(rows: readonly Result[], wholes: readonly Result[]): string {
  const unfound = [...rows, ...wholes].filter(({ why }) => why !== undefined);
  return `# What is tampered with, and who finds it

\`apps/api/test/tampering.test.ts\` does each of these to a database, looks who finds it, and holds this page against what
it saw. **Verification** is \`npm run verify -- --all\` with the log's public keys, which come from outside the database;
it names the first bad position and what is wrong there. **The signer** re-hashes what is new, looks at the head of all
that it ever signed once a minute, and refuses to sign what does not fit; old entries are verification's to read.

## A row

A trail of 603 events, 600 of them signed; the row is that of position 42 where it has one.

| what | verification | the signer |
| --- | --- | --- |
${rows.map(({ what, found, refusal }) => `| ${what} | ${cell(found)} | ${refused(refusal)} |`).join('\n')}

## A database

With **what was kept**, verification is also given the signer's state, or a checkpoint that somebody kept: \`--state\`,
\`--checkpoint\`.

| what | verification | with what was kept | the signer |
| --- | --- | --- | --- |
${wholes.map(({ what, found, kept, refusal }) => `| ${what} | ${cell(found)} | ${cell(kept)} | ${refused(refusal)} |`).join('\n')}

A trail that the signer refuses goes on taking events. What only a kept checkpoint finds is found by nobody when nobody
outside keeps one: keep \`checkpoint\` and \`log.vkey\` where the operator cannot reach them.

## What none of them finds, and why

${unfound.map(({ what, why }) => `- ${what}. ${why}`).join('\n')}
`;
}

function cell(finding: Finding | undefined): string {
  if (!finding) return '—';
  const { kind, position } = finding;
  return position === undefined ? kind : `${kind} at ${position}`;
}

function refused(reason: string | undefined): string {
  return reason === undefined ? '—' : 'refuses';
}
