/** Compares a trail's head with its entries, and the published keys with the trusted keys. */

import {
  encodeFrontier,
  frontierRoot,
  type PositionReport,
  type TrailVerdict,
} from '@liblab/audit-core/log';
import type { ClientBase } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import type { Findings } from './findings.ts';
import { milliseconds } from './milliseconds.ts';
import type { NewestCheckpoint } from './read-checkpoints.ts';
import type { TrustedKeys } from './read-trust.ts';

interface HeadRow {
  size: string;
  frontier: Buffer;
  root: Buffer;
  last_logged_at: number;
  signed_size: string;
  signed_at: number | null;
}

/** Adds findings about the head and the keys. Returns the size in the head, at most 2^53-1; 0 when it is missing. */
export async function checkHead(
  {
    client,
    organizationId,
    keys,
  }: { client: ClientBase; organizationId: string; keys: TrustedKeys },
  { size, tree }: TrailVerdict,
  newest: NewestCheckpoint | undefined,
  last: PositionReport | undefined,
  findings: Findings,
): Promise<number> {
  await checkKeys({ client, keys }, newest, findings);
  const { rows } = await client.query<HeadRow>(
    `select size, frontier, root, ${milliseconds('last_logged_at')} as last_logged_at, signed_size,
            ${milliseconds('signed_at')} as signed_at
     from log_heads where organization_id = $1`,
    [organizationId],
  );
  const [head] = rows;
  if (!head) {
    if (size > 0 || newest) findings.add('head', 0, 'The head is missing.');
    return 0;
  }
  const isLast = last?.seq === size - 1;
  const agrees = {
    size: Number(head.size) === size,
    frontier: head.frontier.equals(encodeFrontier(tree)),
    root: head.root.equals(frontierRoot(tree, sha256)),
    last_logged_at: !isLast || head.last_logged_at === Date.parse(last.entry.loggedAt),
    signed_size: Number(head.signed_size) === (newest?.size ?? 0),
    signed_at: head.signed_at === (newest?.signedAtMs ?? null),
  };
  const differing = Object.entries(agrees).flatMap(([column, same]) => (same ? [] : [column]));
  if (differing.length > 0) {
    const position = Math.min(size, Math.max(0, Number(head.size)));
    findings.add('head', position, `The head does not match the entries: ${differing.join(', ')}.`);
  }
  return Math.min(Number(head.size), Number.MAX_SAFE_INTEGER);
}

async function checkKeys(
  { client, keys }: { client: ClientBase; keys: TrustedKeys },
  newest: NewestCheckpoint | undefined,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<{ purpose: string; public_key: Buffer }>(
    'select purpose, public_key from log_keys',
  );
  for (const purpose of ['log', 'witness'] as const) {
    const trusted = keys[purpose];
    if (!trusted) continue;
    const published = rows.find((row) => row.purpose === purpose);
    if (published ? published.public_key.equals(trusted.publicKey) : !newest) continue;
    findings.add('key', undefined, `The published ${purpose} key is not the trusted key.`);
  }
}
