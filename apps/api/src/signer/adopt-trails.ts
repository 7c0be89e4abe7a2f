/** Adopts the stored trails as they are, after an operator decided to: the signer continues from them. */

import type pg from 'pg';
import { checkHeads, type Head } from './sign-trails.ts';
import type { SignedTree } from './signer-state.ts';

export interface Adoption {
  organizationId: string;
  /** The number of events in the adopted trail; 0 when the trail no longer exists. */
  size: number;
}

export interface Adopted {
  /** The new signer state; replaces the old one. */
  trees: ReadonlyMap<string, SignedTree>;
  /** The trails that had been signed before. Each adoption is recorded as an event of its trail. */
  adoptions: Adoption[];
  /** Trails that cannot be adopted, with the reason. */
  refused: { organizationId: string; reason: string }[];
}

const emptyState = { get: () => undefined };

/**
 * Re-hashes every trail from its first entry, and resolves the alarms of those whose rows are consistent. The others keep
 * their `remembered` state and their alarm: there is nothing consistent to adopt.
 */
export async function adoptTrails(
  client: pg.Client,
  remembered: ReadonlyMap<string, SignedTree>,
  adoptedAtMs: number,
): Promise<Adopted> {
  const { rows } = await client.query<HeadRow>(
    `select organization_id, size, frontier, root,
            exists (select from log_checkpoints c where c.organization_id = h.organization_id) as signed
     from log_heads h order by organization_id`,
  );
  const heads = rows.map((row): Head => ({
    organizationId: row.organization_id,
    size: Number(row.size),
    frontier: row.frontier,
    root: row.root,
    // Omitted, because an earlier checkpoint must not prevent the adoption.
    newestNote: undefined,
  }));
  const { sound, alarms } = await checkHeads(client, emptyState, heads, async () => undefined);
  await client.query(
    `update log_alarms set resolved_at = $2
     where resolved_at is null and not organization_id = any($1::uuid[])`,
    [alarms.map(({ organizationId }) => organizationId), new Date(adoptedAtMs)],
  );
  const trees = new Map<string, SignedTree>();
  for (const [id, tree] of sound) trees.set(id, { ...tree, adoptedAtMs });
  for (const { organizationId } of alarms) {
    const tree = remembered.get(organizationId);
    if (tree) trees.set(organizationId, tree);
  }
  const adoptions = rows
    .filter(({ organization_id: id, signed }) => sound.has(id) && (signed || remembered.has(id)))
    .map((row) => ({ organizationId: row.organization_id, size: Number(row.size) }));
  const gone = [...remembered.keys()].filter((organizationId) => !trees.has(organizationId));
  for (const id of gone) trees.set(id, { size: 0, frontier: new Uint8Array(), adoptedAtMs });
  return {
    trees,
    adoptions: [...adoptions, ...gone.map((organizationId) => ({ organizationId, size: 0 }))],
    refused: alarms.map(({ organizationId, reason }) => ({ organizationId, reason })),
  };
}

interface HeadRow {
  organization_id: string;
  size: string;
  frontier: Buffer;
  root: Buffer;
  signed: boolean;
}
