/** Taking the stored trails as they are, after a person decided to: the signer remembers them and goes on from there. */

import type pg from 'pg';
import { checkHeads, type Head } from './sign-trails.ts';
import { type SignedTree, type SignerState } from './signer-state.ts';

export interface Adoption {
  organizationId: string;
  /** Events in the trail that was adopted. */
  size: number;
}

/** The part of the state that a signer without memory has. */
const noMemory: Pick<SignerState, 'get'> = { get: () => undefined };

/**
 * Re-hashes every trail from its first entry and, where entries and stored head agree, makes it what the signer
 * remembers and closes its alarms. Answers the trails that had been signed before: each adoption is an event of theirs.
 * Throws when a trail's own rows disagree: there is nothing sound to adopt.
 */
export async function adoptTrails(client: pg.Client, state: SignerState): Promise<Adoption[]> {
  const { rows } = await client.query<{
    organization_id: string;
    size: string;
    root: Buffer;
    signed: boolean;
  }>(
    `select organization_id, size, root,
            exists (select from log_checkpoints c where c.organization_id = h.organization_id) as signed
     from log_heads h order by organization_id`,
  );
  const heads: Head[] = rows.map((row) => ({
    organizationId: row.organization_id,
    size: Number(row.size),
    root: row.root,
  }));
  const { sound, alarms } = await checkHeads(client, noMemory, heads);
  if (alarms[0]) {
    throw new Error(
      `The trail of ${alarms[0].organizationId} cannot be adopted: ${alarms[0].reason}`,
    );
  }
  const trees = new Map<string, SignedTree>(sound);
  state.save(trees);
  await client.query('update log_alarms set resolved_at = now() where resolved_at is null');
  return rows
    .filter((row) => row.signed)
    .map((row) => ({ organizationId: row.organization_id, size: Number(row.size) }));
}
