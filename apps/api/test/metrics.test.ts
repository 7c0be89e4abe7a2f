import { afterAll, beforeAll, expect, it } from 'vitest';
import { administer } from './support/test-cluster.ts';
import { startTestTrail, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await startTestTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

async function read(name: string): Promise<number> {
  const text = await (await fetch(`${trail.app.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

it('reports how long events wait for a signature, and the number of trails with alarms', async () => {
  expect(await read('audit_oldest_unsigned_seconds')).toBe(0);
  const organization = await trail.organization();
  await organization.emit([{}, {}]);
  expect(await read('audit_oldest_unsigned_seconds')).toBeGreaterThan(0);
  await administer(trail.database.ownerUrl, async (owner) => {
    await owner.query('update log_heads set signed_size = size');
    await owner.query(
      `insert into log_alarms (organization_id, reason, signed_size, head_size) values ($1, 'cut', 3, 2)`,
      [organization.id],
    );
  });
  expect(await read('audit_oldest_unsigned_seconds')).toBe(0);
  expect(await read('audit_alarms_open')).toBe(1);
});

it('is not served through a proxy', async () => {
  const answer = await fetch(`${trail.app.url}/metrics`, {
    headers: { 'x-forwarded-for': '127.0.0.1' },
  });
  expect(answer.status).toBe(404);
});
