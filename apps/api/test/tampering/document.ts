/** Formats docs/tampering.md from the test's results. */

import type { Finding } from '../../src/verification/findings.ts';

export interface Result {
  what: string;
  /** What `npm run verify` finds with only the database and the log's public keys. */
  found: Finding | undefined;
  /** What it finds when it also gets the signer's state or a kept checkpoint. */
  kept: Finding | undefined;
  /** Why the signer no longer signs the trail. */
  refusal: string | undefined;
  why: string | undefined;
}

export function formatDocument(rows: readonly Result[], wholes: readonly Result[]): string {
  const unfound = [...rows, ...wholes].filter(({ why }) => why !== undefined);
  return `# Which tampering is detected, and by what

\`apps/api/test/tampering.test.ts\` makes each of these changes in a database, records what detects it, and compares the
results with this page. **Verification** is \`npm run verify -- --all\` with the log's public keys, which come from outside
the database. It reports the first bad position and what is wrong there. **The signer** re-hashes new entries, checks the
head of every trail that it has signed once a minute, and refuses to sign a trail that contradicts its state. It does not
read old entries again; verification does.

## A row

The trail has 603 events, of which 600 are signed. The changed row is that of position 42, where rows have a position.

| what | verification | the signer |
| --- | --- | --- |
${rows.map(({ what, found, refusal }) => `| ${what} | ${cell(found)} | ${refused(refusal)} |`).join('\n')}

## A database

In the third column, verification also gets the signer's state (\`--state\`) or a checkpoint that was kept outside the
database (\`--checkpoint\`).

| what | verification | with state or checkpoint | the signer |
| --- | --- | --- | --- |
${wholes.map(({ what, found, kept, refusal }) => `| ${what} | ${cell(found)} | ${cell(kept)} | ${refused(refusal)} |`).join('\n')}

A trail that the signer refuses to sign still accepts events. Some changes are detected only with a kept checkpoint, so
keep \`checkpoint\` and \`log.vkey\` where the operator cannot reach them.

## What is not detected, and why

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
