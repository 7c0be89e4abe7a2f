/** Reads a trail's signed checkpoints by ascending size and checks each note with the trusted keys. */

import {
  emptyRoot,
  LogError,
  openCheckpoint,
  type KnownRoot,
  type OpenedCheckpoint,
} from '@liblab/audit-core/log';
import type { ClientBase } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import type { Findings } from './findings.ts';
import { milliseconds } from './milliseconds.ts';
import { verifyEd25519 } from '../trail/store/verify-ed25519.ts';
import type { TrustedKeys } from './read-trust.ts';

export interface NewestCheckpoint {
  size: number;
  signedAtMs: number;
}

interface CheckpointRow {
  size: string;
  signed_at: string;
  signed_at_ms: number;
  note: string;
}

export interface CheckpointReader {
  /** The roots of valid notes and of those kept outside the database, by size; starts with the empty tree's. */
  roots(kept: readonly KnownRoot[]): AsyncGenerator<KnownRoot>;
  /** The largest and latest valid note read so far. */
  readonly newest: NewestCheckpoint | undefined;
}

const rowsPerRead = 500;

export function readCheckpoints(
  {
    client,
    organizationId,
    keys,
  }: { client: ClientBase; organizationId: string; keys: TrustedKeys },
  findings: Findings,
): CheckpointReader {
  let newest: NewestCheckpoint | undefined;

  async function* stored(): AsyncGenerator<KnownRoot> {
    let last: Pick<CheckpointRow, 'size' | 'signed_at'> | undefined;
    for (;;) {
      const { rows }: { rows: CheckpointRow[] } = await client.query<CheckpointRow>(
        `select size, signed_at::text, ${milliseconds('signed_at')} as signed_at_ms, note from log_checkpoints
         where organization_id = $1
           and ($2::bigint is null or (size, log_checkpoints.signed_at) > ($2, $3::timestamptz))
         order by log_checkpoints.size, log_checkpoints.signed_at limit ${rowsPerRead}`,
        [organizationId, last?.size, last?.signed_at],
      );
      for (const row of rows) {
        const opened = await open(row, keys, findings);
        if (!opened) continue;
        newest = { size: opened.size, signedAtMs: row.signed_at_ms };
        yield opened;
      }
      last = rows.at(-1);
      if (!last) return;
    }
  }

  return {
    async *roots(kept) {
      yield { size: 0, root: emptyRoot(sha256) };
      const outside = kept.toSorted((left, right) => left.size - right.size);
      for await (const checkpoint of stored()) {
        while (outside[0] && outside[0].size <= checkpoint.size) yield outside.shift() as KnownRoot;
        yield checkpoint;
      }
      yield* outside;
    },
    get newest() {
      return newest;
    },
  };
}

async function open(
  row: CheckpointRow,
  { log, witness }: TrustedKeys,
  findings: Findings,
): Promise<OpenedCheckpoint | undefined> {
  const size = Number(row.size);
  const reject = (why: string) => {
    findings.add('checkpoint', size, `The checkpoint at size ${size} ${why}`);
    return undefined;
  };
  let opened: OpenedCheckpoint;
  try {
    opened = await openCheckpoint(row.note, log, witness ? [witness] : [], verifyEd25519);
  } catch (error) {
    if (error instanceof LogError) return reject(`is not valid: ${error.message}`);
    throw error;
  }
  if (opened.size !== size) return reject(`was signed for size ${opened.size}.`);
  if (witness) {
    const times = opened.signatures.flatMap(({ timeSeconds }) => timeSeconds ?? []);
    if (times.length === 0) return reject('lacks the witness’ signature.');
    if (!times.includes(Math.floor(row.signed_at_ms / 1000))) {
      return reject('was signed at another time than its row says.');
    }
  }
  return opened;
}
