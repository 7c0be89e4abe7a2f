/** The migration of mail to jobs loses no message, waiting or queued by a process of the previous version. */

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { migrate } from '../src/db/migrate.ts';
import { administer, urlTo } from './support/test-cluster.ts';

it('waiting messages become jobs, and so do those that the previous version still queues', async () => {
  const { ownerUrl, rolePassword } = inject('testCluster');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(ownerUrl, (client) =>
    client.query(`create database ${name} template template0`),
  );
  const url = urlTo(ownerUrl, name);
  await migrate(url, '0011-pgboss.sql');
  const api = new pg.Pool({ connectionString: urlTo(ownerUrl, name, 'audit_api', rolePassword) });
  const queue = (recipient: string) =>
    api.query("insert into mails (recipient, template, data) values ($1, 'account-exists', '{}')", [
      recipient,
    ]);
  for (const recipient of ['new@x.io', 'tried@x.io', 'refused@x.io']) await queue(recipient);
  await api.query(`update mails set next_attempt_at = now() + interval '1 hour', last_error = '451'
    where recipient = 'tried@x.io'`);
  await api.query(`update mails set next_attempt_at = 'infinity', last_error = '550'
    where recipient = 'refused@x.io'`);
  await migrate(url);
  await queue('late@x.io');
  const { rows } = await api.query(
    `select data, state, output->>'message' as error, start_after > now() + interval '59 minutes' as waits,
       retry_limit > 20 and heartbeat_seconds = 20 and deletion_seconds = 0
         and keep_until > now() + interval '60 years' as kept
     from pgboss.job order by created_on`,
  );
  const data = (recipient: string) => ({ recipient, template: 'account-exists', data: {} });
  expect(rows).toEqual([
    { data: data('new@x.io'), state: 'created', error: null, waits: false, kept: true },
    { data: data('tried@x.io'), state: 'created', error: '451', waits: true, kept: true },
    { data: data('refused@x.io'), state: 'failed', error: '550', waits: false, kept: true },
    { data: data('late@x.io'), state: 'created', error: null, waits: false, kept: true },
  ]);
  // What the previous version's sender does.
  expect((await api.query('select from mails')).rows).toEqual([]);
  await api.end();
  await administer(ownerUrl, (client) => client.query(`drop database ${name} with (force)`));
});
