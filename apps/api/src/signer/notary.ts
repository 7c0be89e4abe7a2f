/** Signs checkpoints for checked trees and stores them. */

import {
  cosigner,
  ed25519Signer,
  formatCheckpoint,
  LogError,
  makeVerifierKey,
  openCheckpoint,
  signatureTypes,
  signNote,
} from '@liblab/audit-core/log';
import type { Client } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import { verifyEd25519 } from '../trail/store/verify-ed25519.ts';
import type { OpenOwnNote, Round } from './sign-trails.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface Notary {
  /** Signs a checkpoint for each tree and stores all of them in one transaction. */
  sign(trees: Round['sound']): Promise<void>;
  /** Records that a trail is no longer signed. */
  raiseAlarm(alarm: Round['alarms'][number]): Promise<void>;
  openOwnNote: OpenOwnNote;
}

/**
 * Publishes the public keys in the database, from which the API serves them.
 *
 * @throws Error when the database has other keys: two key files would make two logs
 */
export async function openNotary(
  client: Client,
  keys: SigningKeys,
  logOrigin: string,
  clock: () => number,
): Promise<Notary> {
  await publishKeys(client, keys);
  const witness = makeVerifierKey(
    {
      name: `${logOrigin}/witness`,
      type: signatureTypes.cosignature,
      publicKey: keys.witness.publicKey,
    },
    sha256,
  );

  const logKeyOf = (origin: string) =>
    makeVerifierKey(
      { name: origin, type: signatureTypes.ed25519, publicKey: keys.log.publicKey },
      sha256,
    );

  async function noteFor(
    organizationId: string,
    size: number,
    root: Uint8Array,
    timeSeconds: number,
  ): Promise<string> {
    const origin = `${logOrigin}/${organizationId}`;
    const log = logKeyOf(origin);
    return signNote(formatCheckpoint({ origin, size, root }), [
      ed25519Signer(log, keys.log.sign),
      cosigner(witness, timeSeconds, keys.witness.sign),
    ]);
  }

  return {
    async sign(trees) {
      if (trees.size === 0) return;
      const now = new Date(clock());
      const rows: { organizationId: string; size: number; note: string }[] = [];
      for (const [organizationId, { size, root }] of trees) {
        const note = await noteFor(organizationId, size, root, Math.floor(now.getTime() / 1000));
        rows.push({ organizationId, size, note });
      }
      await client.query(
        `with signed as (
           select * from unnest($1::uuid[], $2::bigint[], $3::text[]) as row (organization_id, size, note)
         ), stored as (
           insert into log_checkpoints (organization_id, size, signed_at, note)
           select organization_id, size, $4, note from signed on conflict do nothing
         )
         update log_heads h set signed_size = signed.size, signed_at = $4
         from signed where h.organization_id = signed.organization_id`,
        [
          rows.map((row) => row.organizationId),
          rows.map((row) => row.size),
          rows.map((row) => row.note),
          now,
        ],
      );
    },
    async openOwnNote(organizationId, note) {
      try {
        const key = logKeyOf(`${logOrigin}/${organizationId}`);
        return await openCheckpoint(note, key, [], verifyEd25519);
      } catch (error) {
        // Another key signed it. The signer ignores it; verification reports it.
        if (error instanceof LogError) return undefined;
        throw error;
      }
    },
    async raiseAlarm({ organizationId, reason, signedSize, headSize }) {
      await client.query(
        `insert into log_alarms (organization_id, reason, signed_size, head_size, found_at)
         values ($1, $2, $3, $4, $5)`,
        [organizationId, reason, signedSize, headSize, new Date(clock())],
      );
    },
  };
}

async function publishKeys(client: Client, keys: SigningKeys): Promise<void> {
  for (const purpose of ['log', 'witness'] as const) {
    const publicKey = Buffer.from(keys[purpose].publicKey);
    await client.query(
      'insert into log_keys (purpose, public_key) values ($1, $2) on conflict do nothing',
      [purpose, publicKey],
    );
    const { rows } = await client.query<{ public_key: Buffer }>(
      'select public_key from log_keys where purpose = $1',
      [purpose],
    );
    if (!rows[0]?.public_key.equals(publicKey)) {
      throw new Error(
        `The ${purpose} key in the key file differs from the one that signed this database's checkpoints. Use the original key file.`,
      );
    }
  }
}
