import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadSigningKeys } from '../../src/signer/signing-keys.ts';
import { apiEvent, openTestWriter } from '../support/emit.ts';
import { signUntil } from '../support/sign.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { much, report, timeoutMs } from './counts.ts';
import { openField } from './field.ts';

/** A long trail is ten times as long as a short one. */
const thousands = { short: 30, long: 300 };
/** Allowed growth, in MB; the long trail's additional entries alone are 95, their disclosures 300. */
const megabytesMax = 60;

test.skipIf(!much)(
  'verification takes no more memory for a long trail than for a short one',
  { timeout: timeoutMs },
  async () => {
    await using database = await createTestDatabase();
    await using field = await openField(database.ownerUrl);
    await using writer = await openTestWriter(field.db.options);
    const ids = { short: randomUUID(), long: randomUUID() };
    for (const trail of ['short', 'long'] as const) {
      for (let count = 0; count < thousands[trail]; count += 1) {
        await writer.emit(
          ids[trail],
          Array.from({ length: 1_000 }, () => apiEvent()),
        );
      }
    }
    await signUntil(
      {
        databaseUrl: database.signerUrl,
        stateFile: join(field.dataDir, 'signer-state'),
        keys: loadSigningKeys(join(field.dataDir, 'signing-key'), true),
        logOrigin: 'audit.localhost/log',
      },
      async () => {
        const { rows } = await field.db.pool.query(
          'select from log_heads where size > signed_size',
        );
        return rows.length === 0;
      },
    );
    const peaks = { short: 0, long: 0 };
    for (const trail of ['short', 'long'] as const) {
      const { out, peakMegabytes } = await verify(ids[trail], database.verifierUrl, field.dataDir);
      const size = `${thousands[trail]},000`;
      expect(out).toContain(
        `: sound. ${size} events: ${size} disclosed, 0 unexplained; proven to ${size}`,
      );
      peaks[trail] = peakMegabytes;
    }
    expect(peaks.short).toBeGreaterThan(0);
    expect(peaks.long - peaks.short).toBeLessThan(megabytesMax);
    report('a long trail verified', {
      'MB at most for 30,000 events': peaks.short,
      'MB at most for 300,000': peaks.long,
    });
  },
);

async function verify(organizationId: string, databaseUrl: string, dataDir: string) {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@liblab/source',
      // Collects garbage early; with much free memory it would be left in place.
      '--max-old-space-size=64',
      '--max-semi-space-size=2',
      join(import.meta.dirname, '../../src/commands/verify.ts'),
      organizationId,
    ],
    {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let peakMegabytes = 0;
  const sampling = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    peakMegabytes = Math.max(peakMegabytes, Math.round(kilobytes / 1024));
  }, 20);
  const exited = once(child, 'exit').finally(() => clearInterval(sampling));
  const [out] = await Promise.all([text(child.stdout), exited]);
  return { out, peakMegabytes };
}
