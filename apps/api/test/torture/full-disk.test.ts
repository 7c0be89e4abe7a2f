import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFailed, test, vi } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { openSignerState, readSignerState } from '../../src/signer/signer-state.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { administer } from '../support/test-cluster.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { counts, timeoutMs } from './counts.ts';
import { openField, torture } from './field.ts';

const mounts = canMount();
if (!mounts) console.warn('Full disks (skipped: this process may not mount one; run as root)');

describe.skipIf(!mounts)(
  'a full disk loses nothing, and all goes on by itself when there is room',
  () => {
    test("Postgres' data", { timeout: timeoutMs }, async () => {
      using disk = mountSmallDisk(160);
      // Its write-ahead log stays small enough to leave space to fill.
      const settings = { max_wal_size: '48MB', min_wal_size: '32MB', shared_buffers: '16MB' };
      const postgres = await startEmbeddedPostgres({ dataDir: `${disk.path}/data`, settings });
      try {
        await migrate(postgres.ownerUrl);
        await using field = await openField(postgres.ownerUrl);
        const api = await field.startApi();
        onTestFailed(() => {
          const log = readFileSync(`${disk.path}/data/postgres/server.log`, 'utf8');
          for (const said of [api.said(), log]) console.error(said.slice(-4_000));
        });
        const failures = async () => {
          const metrics = await (await fetch(`${api.url}/metrics`)).text();
          return Number(/^audit_commit_failures_total (\d+)/m.exec(metrics)?.[1]);
        };
        await torture(field, {
          kind: 'disk of Postgres full',
          done: { times: counts.fullDisks },
          urls: [api.url],
          async disturb(writing) {
            for (let time = 0; time < counts.fullDisks; time += 1) {
              const before = await failures();
              disk.fill();
              await vi.waitFor(async () => expect(await failures()).toBeGreaterThan(before + 1), {
                timeout: 60_000,
                interval: 100,
              });
              await exhaustLog(postgres);
              // Long enough for a failed server to restart and fail again.
              await delay(1_000);
              disk.free();
              await writing.progress();
            }
          },
        });
        await api.stop();
      } finally {
        await postgres.stop();
      }
    });

    test("the signer's state, and secrets at the first start", { timeout: timeoutMs }, async () => {
      using disk = mountSmallDisk(1);
      await using database = await createTestDatabase();
      await using field = await openField(database.ownerUrl, { parent: disk.path });
      disk.fill();
      await expect(field.startApi()).rejects.toThrow('ENOSPC');
      disk.free();
      const api = await field.startApi();
      await torture(field, {
        kind: 'disk of the signer full',
        done: { times: counts.fullDisks },
        urls: [api.url],
        async disturb(writing) {
          for (let time = 0; time < counts.fullDisks; time += 1) {
            const before = api.said().split('ENOSPC').length;
            disk.fill();
            await vi.waitFor(
              () => expect(api.said().split('ENOSPC').length).toBeGreaterThan(before + 2),
              {
                timeout: 60_000,
                interval: 100,
              },
            );
            // Events are still accepted.
            await writing.progress();
            disk.free();
          }
        },
      });
      await api.stop();
    });

    test("the signer's state is never read with part of a save", () => {
      using disk = mountSmallDisk(1);
      const file = join(disk.path, 'signer-state');
      const treeOf = (byte: number) => ({ size: 1, frontier: Buffer.alloc(32, byte) });
      const organizationId = randomUUID();
      const saved = new Map([[organizationId, treeOf(1)]]);
      const many = new Map(Array.from({ length: 1_000 }, () => [randomUUID(), treeOf(2)] as const));
      const state = openSignerState(file);
      state.save(saved);
      disk.fill();
      // Room for only a part of the state.
      truncateSync(disk.filler, statSync(disk.filler).size - 16_384);
      expect(() => state.save(many)).toThrow('ENOSPC');
      expect(() => openSignerState(file)).toThrow('ENOSPC');
      state.close();
      expect(readSignerState(file).get(organizationId)).toEqual(treeOf(1));
      disk.free();
      const again = openSignerState(file);
      again.save(many);
      again.close();
      expect(readSignerState(file).size).toBe(1_001);
    });
  },
);

/** Requests one segment of the write-ahead log after another, until the server runs out of space and exits. */
async function exhaustLog({ ownerUrl, pid }: EmbeddedPostgres): Promise<void> {
  for (let segment = 0; segment < 40 && pid() !== undefined; segment += 1) {
    await administer(ownerUrl, async (client) => {
      await client.query(`select pg_logical_emit_message(true, 'full', 'disk')`);
      await client.query('select pg_switch_wal()');
    }).catch(() => {});
  }
}
