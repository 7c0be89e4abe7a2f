/** Compares event_targets, the index from targets to events, with the targets in the disclosures. */

import type { Entry } from '@liblab/audit-core/log';
import { limits } from '@liblab/audit-core';
import type { ClientBase } from 'pg';
import type { Findings } from './findings.ts';
import { milliseconds } from './milliseconds.ts';
import type { Claims } from './read-claims.ts';

interface StoredTarget {
  seq: string;
  target_type: string;
  target_id: string;
  at: number;
}

const rowsPerRead = 2_000;

/** Reads the index by position through a cursor, in step with the trail. Postgres sorts it on its own disk. */
export class TargetReader {
  private readonly client: ClientBase;
  private readonly findings: Findings;
  /** The first position that the index has not read yet. */
  private readonly nextSeq: number;
  /** The keys of rows that are read but not compared yet, by position. */
  private readonly read = new Map<number, Set<string>>();
  private ahead: StoredTarget[] = [];
  private ended = false;

  private constructor(client: ClientBase, findings: Findings, nextSeq: number) {
    this.client = client;
    this.findings = findings;
    this.nextSeq = nextSeq;
  }

  static async open(
    client: ClientBase,
    organizationId: string,
    findings: Findings,
  ): Promise<TargetReader> {
    const { rows } = await client.query<{ next_seq: string }>(
      `select next_seq from projections where organization_id = $1 and name = 'targets'`,
      [organizationId],
    );
    await client.query(
      `declare targets no scroll cursor for
       select seq, target_type, target_id, ${milliseconds('at')} as at from event_targets where organization_id = $1 order by seq`,
      [organizationId],
    );
    return new TargetReader(client, findings, Number(rows[0]?.next_seq ?? 0));
  }

  /** Reads the rows of all positions before `end`. */
  async readUpTo(end: number): Promise<void> {
    this.read.clear();
    for (;;) {
      const beyond = this.ahead.findIndex((row) => Number(row.seq) >= end);
      this.take(beyond < 0 ? this.ahead.splice(0) : this.ahead.splice(0, beyond));
      if (beyond >= 0 || this.ended) return;
      const { rows } = await this.client.query<StoredTarget>(`fetch ${rowsPerRead} from targets`);
      this.ahead = rows;
      this.ended = rows.length < rowsPerRead;
    }
  }

  /** Compares an event that has all its disclosures. */
  compare({ targets = [], occurredAt = '' }: Claims, entry: Entry, seq: number): void {
    const at = Math.min(Date.parse(occurredAt), Date.parse(entry.loggedAt));
    const expected = seq < this.nextSeq ? targets.map(({ type, id }) => keyOf(type, id, at)) : [];
    const stored = this.read.get(seq) ?? new Set();
    if (expected.some((key) => !stored.has(key))) {
      this.findings.add('target', seq, 'The target index lacks a target of the event.');
    } else if (stored.size > new Set(expected).size) {
      this.findings.add(
        'target',
        seq,
        'The target index names a target that the event does not have.',
      );
    }
  }

  /** Reports rows after the trail's end; `size` is the number of its positions. */
  async finish(size: number): Promise<void> {
    if (this.nextSeq > size) {
      this.findings.add(
        'target',
        size,
        `The target index claims to have read ${this.nextSeq} events.`,
      );
    }
    await this.readUpTo(size);
    const [beyond] = this.ahead;
    if (beyond) this.findings.add('target', Number(beyond.seq), noSuchEvent);
    await this.client.query('close targets');
  }

  private take(rows: readonly StoredTarget[]): void {
    for (const row of rows) {
      const seq = Number(row.seq);
      if (seq < 0) {
        this.findings.add('target', seq, noSuchEvent);
        continue;
      }
      const keys = this.read.get(seq) ?? new Set();
      this.read.set(seq, keys);
      // One key more than an event can have is enough to report it.
      if (keys.size <= limits.targetsMax) {
        keys.add(keyOf(row.target_type, row.target_id, row.at));
      }
    }
  }
}

const noSuchEvent = 'The target index names an event that does not exist.';

function keyOf(type: string, id: string, at: number): string {
  return `${type} ${at} ${id}`;
}
