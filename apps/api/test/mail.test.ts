/** Mail delivery: each message is retried until the mail server accepts it, and failures are reported. */

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import pg from 'pg';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { queueMail } from '../src/portal/mail/queue-mail.ts';
import { templates } from '../src/portal/mail/templates.ts';
import { freePort } from './support/free-port.ts';
import { createTestTeam } from './support/test-team.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let owner: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
});

afterAll(async () => {
  await owner.end();
  await database[Symbol.asyncDispose]();
});

/** A mail server on loopback; `refuse` returns the code with which it rejects a message, if any. */
async function startMailServer({
  port = 0,
  refuse = () => 0,
  ...options
}: SMTPServerOptions & { port?: number; refuse?: () => number } = {}) {
  const taken: string[] = [];
  async function take(stream: Readable): Promise<void> {
    const message = await text(stream);
    const responseCode = refuse();
    if (responseCode > 0) throw Object.assign(new Error('not now'), { responseCode });
    taken.push(message);
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onData: (stream, _session, done) => callbackify(take)(stream, done),
  });
  server.on('error', () => {});
  const { server: socket } = server;
  server.listen(port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    taken,
    url: `smtp://127.0.0.1:${(socket.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function queue({ services }: TestApp, recipient: string): Promise<void> {
  return services.db.sequelize.transaction((transaction) =>
    queueMail(services, transaction, { recipient, template: 'account-exists', data: {} }),
  );
}

interface Waiting {
  state: string;
  retries: number;
  error: string | null;
}

async function waiting(): Promise<Waiting[]> {
  const { rows } = await owner.query<Waiting>(
    "select state, retry_count as retries, output->>'message' as error from pgboss.job where name = 'mail'",
  );
  return rows;
}

/** Ends the pause before the next attempt. */
const hasten = () => owner.query("update pgboss.job set start_after = now() where name = 'mail'");

async function metric({ services }: TestApp, name: string): Promise<number> {
  const text = await services.metrics.registry.getSingleMetricAsString(name);
  return Number(/^\S+ (\S+)$/m.exec(text.replaceAll(/^#.*\n/gm, ''))?.[1]);
}

describe('a message', () => {
  it('is rendered when it is sent, and leaves no row', async () => {
    await using mailServer = await startMailServer();
    await using app = await startTestApp(database, {
      SMTP_URL: mailServer.url,
      AUDIT_MAIL_FROM: 'Portal <portal@example.org>',
    });
    await queue(app, 'ada@example.org');
    await expect.poll(() => mailServer.taken.length).toBe(1);
    expect(mailServer.taken[0]).toMatch(/^From: Portal <portal@example\.org>\r$/m);
    expect(mailServer.taken[0]).toMatch(/^To: ada@example\.org\r$/m);
    expect(mailServer.taken[0]).toContain(`${app.url}/sign-in`);
    await expect.poll(waiting).toEqual([]);
  });

  it('is not sent after a rollback, and is sent once by two processes', async () => {
    await using mailServer = await startMailServer();
    const env = { SMTP_URL: mailServer.url };
    await using app = await startTestApp(database, env);
    await using _other = await startTestApp(database, env);
    const { db } = app.services;
    const undone = db.sequelize.transaction(async (transaction) => {
      await queueMail(app.services, transaction, {
        recipient: 'undone@example.org',
        template: 'account-exists',
        data: {},
      });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const recipients = Array.from({ length: 20 }, (_, index) => `to-${index}@example.org`);
    for (const recipient of recipients) await queue(app, recipient);
    await expect.poll(waiting).toEqual([]);
    const to = mailServer.taken.map((message) => /^To: (\S+)\r$/m.exec(message)?.[1]);
    expect(to).toHaveLength(recipients.length);
    expect(new Set(to)).toEqual(new Set(recipients));
  });

  it('waits for a server that is unreachable or rejects it for now', async () => {
    const port = await freePort();
    await using app = await startTestApp(database, { SMTP_URL: `smtp://127.0.0.1:${port}` });
    await queue(app, 'later@example.org');
    await expect.poll(async () => (await waiting())[0]?.error).toContain('ECONNREFUSED');
    expect(await metric(app, 'audit_mails_oldest_seconds')).toBeGreaterThan(0);
    let answers = [451];
    await using mailServer = await startMailServer({ port, refuse: () => answers.shift() ?? 0 });
    await hasten();
    await expect.poll(async () => (await waiting())[0]?.error).toContain('not now');
    expect(await waiting()).toMatchObject([{ state: 'retry', retries: 1 }]);
    answers = [];
    await hasten();
    await expect.poll(waiting).toEqual([]);
    expect(mailServer.taken).toHaveLength(1);
    expect(await metric(app, 'audit_mails_oldest_seconds')).toBe(0);
  });

  it('that is rejected for good is given up: the reason is kept, counted and logged', async () => {
    await using mailServer = await startMailServer({ refuse: () => 550 });
    await using app = await startTestApp(database, { SMTP_URL: mailServer.url });
    await queue(app, 'nobody@example.org');
    await expect.poll(waiting).toMatchObject([{ state: 'failed', retries: 0 }]);
    expect((await waiting())[0]?.error).toContain('550');
    expect(await metric(app, 'audit_mails_given_up')).toBe(1);
    expect(await app.services.metrics.registry.metrics()).toContain(
      'audit_jobs_given_up{job="mail"} 1\n',
    );
    expect(await metric(app, 'audit_mails_oldest_seconds')).toBe(0);
    const log = app.logged.join('\n');
    expect(log).toContain('a job was given up');
    expect(log).not.toContain('nobody@example.org');
    await owner.query('delete from pgboss.job');
  });

  it('contains other people’s text on one line only', () => {
    const { subject, text: body } = templates.invitation(
      {
        invitationId: '1',
        organizationName: 'Soda\r\nBcc: everybody@example.org',
        inviterName: 'Ada\u0000\nhttps://evil.example',
        role: 'member',
      },
      { url: 'https://portal.example', token: (purpose, id) => `${purpose}-${id}` },
    );
    expect(subject).toBe('Ada https://evil.example invited you to Soda Bcc: everybody@example.org');
    expect(body.split('\n\n')[1]).toBe('https://portal.example/invitation#invitation-1');
  });
});

describe('the inbox', () => {
  const production = {
    NODE_ENV: 'production',
    AUDIT_PUBLIC_URL: 'https://portal.example',
    AUDIT_LOG_ORIGIN: 'portal.example/log',
  };

  it.each([
    ['in production', production],
    ['with a mail server', { SMTP_URL: 'smtp://127.0.0.1:1' }],
    ['where others reach the service', { AUDIT_PUBLIC_URL: 'https://portal.example' }],
    ['where others reach the machine', { HOST: '0.0.0.0' }],
  ])('does not exist %s: no server, no route', async (_where, env) => {
    const config = loadConfig({
      DATABASE_URL: database.apiUrl,
      AUDIT_SECRET_FILE: import.meta.filename,
      ...env,
    });
    expect(config.inbox).toBe(false);
    if ('NODE_ENV' in env) return;
    await using app = await startTestApp(database, env);
    expect(app.inbox).toBeUndefined();
    expect((await fetch(`${app.url}/api/inbox`)).status).toBe(404);
  });

  it('cannot be read by another site, also with DNS rebinding', async () => {
    await using app = await startTestApp(database);
    const read = (headers: Record<string, string>) =>
      app.call('query', 'session.me', {}).then(() => fetch(`${app.url}/api/inbox`, { headers }));
    expect((await read({})).status).toBe(200);
    expect((await read({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await read({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it.each([{}, { AUDIT_PUBLIC_URL: 'http://localhost:4000' }])(
    'is read under no name that is not of this machine: %j',
    async (env) => {
      await using app = await startTestApp(database, env);
      const read = (host: string) =>
        statusOf(`${app.url}/api/inbox`, { host, 'sec-fetch-site': 'same-origin' });
      expect(await read('localhost:4000')).toBe(200);
      expect(await read('evil.example:4000')).toBe(403);
    },
  );
});

it('without a mail server, calls that need one are rejected and nothing is queued', async () => {
  await using app = await startTestApp(database, { AUDIT_PUBLIC_URL: 'https://portal.example' });
  for (const [path, input] of [
    ['account.signUp', { email: 'a@b.example.org', name: 'A', password }],
    ['account.requestReset', { email: 'a@b.example.org' }],
  ] as const) {
    const answer = await app.call('mutation', path, input);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { data: { code: 'mail_unavailable' } } });
  }
  const team = await createTestTeam(app, 'mailless', { olive: 'owner', mia: 'member' });
  const invitation = { email: 'a@b.example.org', role: 'member' };
  const invite = (who: 'olive' | 'mia') =>
    team.call(who, 'mutation', 'invitations.create', invitation);
  expect(await invite('olive')).toMatchObject({ status: 503, error: { code: 'mail_unavailable' } });
  // A caller without the permission gets that error, not the one about the mail server.
  expect((await invite('mia')).status).toBe(403);
  const { Invitation } = app.services.db.models;
  expect(await Invitation.count({ where: { organizationId: team.id } })).toBe(0);
  expect(await waiting()).toEqual([]);
});

/** With any Host header, which fetch does not allow. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [answer] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
