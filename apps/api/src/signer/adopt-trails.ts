/** Taking the stored trails as they are, after a person decided to: the signer remembers them and goes on from there. */

import type pg from 'pg';
import { checkHeads, type Head } from './sign-trails.ts';
import type { SignedTree } from './signer-state.ts';

export interface Adoption {
  organizationId: string;
  /** Events in the trail that was adopted; 0 when it was gone. */
  size: number;
}

export interface Adopted {
  /** What the signer is to remember, in the place of all that it did. */
  trees: ReadonlyMap<string, SignedTree>;
  /** Trails that had been signed before: each adoption is an event of theirs. */
  adoptions: Adoption[];
  /** Trails that cannot be adopted, and why. */
  refused: { organizationId: string; reason: string }[];
}

/** A signer without memory. */
const noMemory = { get: () => undefined };

/**
 * Re-hashes every trail from its first entry, and closes the alarms of those whose own rows agree. The others stay as
 * the signer `remembered` them, alarmed: there is nothing sound to adopt.
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
    // That they were signed before is no reason not to adopt them.
    newestNote: undefined,
  }));
  const { sound, alarms } = await checkHeads(client, noMemory, heads, async () => undefined);
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
