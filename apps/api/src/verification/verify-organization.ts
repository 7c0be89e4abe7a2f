/**
 * Verifies one organisation's stored trail: disclosures against the digests in the entries, entries against leaf hashes,
 * leaf hashes against signed roots, and every column that pages read against the disclosures.
 */

import { hash } from 'node:crypto';
import {
  verifyTrail,
  type KnownRoot,
  type PositionReport,
  type TrailProblem,
} from '@liblab/audit-core/log';
import type { ClientBase } from 'pg';
import { sha256 } from '../trail/store/sha256.ts';
import { checkHead } from './check-head.ts';
import { compareEvent } from './compare-event.ts';
import { findExtras } from './find-extras.ts';
import { Findings, type Finding } from './findings.ts';
import { readCheckpoints, type NewestCheckpoint } from './read-checkpoints.ts';
import { readClaims } from './read-claims.ts';
import type { TrustedKeys } from './read-trust.ts';
import { readPositions, type StoredRow } from './read-positions.ts';
import { TargetReader } from './target-reader.ts';
import { TileCheck } from './tile-check.ts';

export interface VerifyOptions {
  /** In a `repeatable read` transaction, so that all reads see the same snapshot. */
  client: ClientBase;
  organizationId: string;
  keys: TrustedKeys;
  /** Sizes and roots that were kept outside the database. */
  kept: readonly KnownRoot[];
}

export interface TrailReport {
  organizationId: string;
  /** The number of entries up to the first gap. */
  size: number;
  /** The number of entries that a signature covers. */
  provenSize: number;
  newestCheckpoint: NewestCheckpoint | undefined;
  /**
   * Counts of events with valid entries. `unexplained`: a disclosure is missing without an explanation, an alarm.
   */
  events: { disclosed: number; unexplained: number };
  findingCount: number;
  /** Up to 20 of each kind, by position. Empty when the trail is sound. */
  findings: Finding[];
}

/** Reads the trail once, in constant memory. Findings are returned in the report, not thrown. */
export async function verifyOrganization(options: VerifyOptions): Promise<TrailReport> {
  const { client, organizationId, kept } = options;
  const findings = new Findings();
  const checkpoints = readCheckpoints(options, findings);
  const targets = await TargetReader.open(client, organizationId, findings);
  const tiles = new TileCheck(client, organizationId, findings);
  let rows: readonly StoredRow[] = [];
  let first = 0;
  let last: PositionReport | undefined;

  async function* positions() {
    for await (rows of readPositions(client, organizationId, findings)) {
      await targets.readUpTo(first + rows.length);
      yield rows;
      first += rows.length;
      await tiles.compareWithStored();
    }
    rows = [];
  }

  function onPosition(report: PositionReport): void {
    const { seq, state, entry, leafHash } = report;
    const { event, disclosures } = rows[seq - first] as StoredRow;
    last = report;
    tiles.add(seq, leafHash);
    if (state !== 'disclosed') findings.add('unexplained', seq, unexplained(event, state));
    if (!event) return;
    const claims = readClaims(disclosures);
    compareEvent(event, claims, entry, seq, findings);
    if (state === 'disclosed') targets.compare(claims, entry, seq);
  }

  const verdict = await verifyTrail({
    positions: positions(),
    checkpoints: checkpoints.roots(kept),
    onPosition,
    sha256,
    digestOf: (disclosure) => hash('sha256', disclosure, 'base64url'),
  });
  for (const problem of verdict.problems) findings.add(...asFinding(problem, kept));
  const headSize = await checkHead(options, verdict, checkpoints.newest, last, findings);
  // Positions after a gap still belong to the trail.
  const end = Math.max(verdict.size, headSize);
  await targets.finish(end);
  await findExtras(client, organizationId, end, findings);
  const { disclosed, partly, withheld } = verdict.counts;
  return {
    organizationId,
    size: verdict.size,
    provenSize: verdict.provenSize,
    newestCheckpoint: checkpoints.newest,
    events: { disclosed, unexplained: partly + withheld },
    findingCount: findings.count,
    findings: findings.list(),
  };
}

function unexplained(event: StoredRow['event'], state: string): string {
  if (!event) return 'The event is missing, but its entry exists.';
  return state === 'partly'
    ? 'Some disclosures of the event are missing.'
    : 'All disclosures of the event are missing.';
}

function asFinding(
  { kind, from, to }: TrailProblem,
  kept: readonly KnownRoot[],
): Parameters<Findings['add']> {
  const origin = kept.some(({ size }) => size === to)
    ? 'kept outside the database'
    : 'that was signed';
  const messages: Record<TrailProblem['kind'], string> = {
    entry: 'The stored bytes are not an entry.',
    disclosure: 'The entry does not commit to one of the event’s disclosures.',
    time: 'The entry was logged before the entry at the preceding position.',
    leaf: 'The entry differs from the one that was hashed.',
    tile: 'The stored tile has another leaf than the entry, and the entry is the log’s.',
    root: `An entry from ${from} to ${to - 1} differs from the one that was hashed: together they do not give the root ${origin} for size ${to}.`,
    missing: `The trail ends at ${from}, but there is a root ${origin} for size ${to}.`,
  };
  return [kind, from, messages[kind]];
}
