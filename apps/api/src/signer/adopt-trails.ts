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
}

/** A signer without memory. */
const noMemory = { get: () => undefined };

/**
 * Re-hashes every trail from its first entry and closes its alarms. `remembered` names the trails that the signer knew.
 * Throws when a trail's own rows disagree: there is nothing sound to adopt.
 */
export async function adoptTrails(
  client: pg.Client,
  remembered: Iterable<string>,
): Promise<Adopted> {
  const { rows } = await client.query<{
    organization_id: string;
    size: string;
    frontier: Buffer;
    root: Buffer;
    signed: boolean;
  }>(
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
    hasCheckpoint: false,
  }));
  const { sound, alarms } = await checkHeads(client, noMemory, heads);
  if (alarms[0]) {
    throw new Error(
      `The trail of ${alarms[0].organizationId} cannot be adopted: ${alarms[0].reason}`,
    );
  }
  await client.query('update log_alarms set resolved_at = now() where resolved_at is null');
  const known = new Set(remembered);
  const adoptions = rows
    .filter((row) => row.signed || known.has(row.organization_id))
    .map((row) => ({ organizationId: row.organization_id, size: Number(row.size) }));
  const gone = [...known].filter((organizationId) => !sound.has(organizationId));
  return {
    trees: sound,
    adoptions: [...adoptions, ...gone.map((organizationId) => ({ organizationId, size: 0 }))],
  };
}
