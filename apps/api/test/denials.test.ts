/** A denied or failed act stores a code, and each person's data only in that person's disclosure. */

import { reasonTexts, type ReasonCode } from '@liblab/audit-core';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { linkToken } from '../src/access/link-token.ts';
import type { Source } from '../src/access/source.ts';
import { addMember } from '../src/portal/accounts/add-member.ts';
import { createUser } from '../src/portal/accounts/create-user.ts';
import { signInLimits } from '../src/portal/identity/sign-in-limits.ts';
import type { InvitationRow } from '../src/portal/members/list-invitations.ts';
import { recordAct, type Act } from '../src/trail/record/record-act.ts';
import { createTestTeam, type TestTeam } from './support/test-team.ts';
import { password, startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

const everyRole = { olive: 'owner', adam: 'admin', una: 'auditor', mia: 'member' } as const;
type Person = keyof typeof everyRole;

let database: TestDatabase;
let server: TestApp;
let team: TestTeam<Person>;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestApp(database);
  team = await createTestTeam(server, 'denials', everyRole);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface StoredEvent {
  type: string;
  /** Values by the names of their disclosures. */
  disclosures: Record<string, { reason?: string }>;
}

/** The events whose outcome is not success. */
async function readStored(): Promise<StoredEvent[]> {
  const { rows } = await server.services.db.pool.query<{
    type: string;
    disclosures: string;
  }>("select type, disclosures from audit_events where organization_id = $1 and outcome <> 's'", [
    team.id,
  ]);
  return rows.map(({ type, disclosures }) => ({
    type,
    disclosures: Object.fromEntries(
      disclosures
        .split('~')
        .filter(Boolean)
        .map((encoded) => {
          const [, name, value] = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as [
            string,
            string,
            object,
          ];
          return [name, value];
        }),
    ),
  }));
}

const refused = async (who: Person, path: string, input: object) => {
  const { error } = await team.call(who, 'mutation', path, input);
  expect([path, error?.code]).toEqual([path, 'forbidden']);
};

async function signIn(email: string, given: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: given }),
  });
  return answer.status;
}

describe('after every kind of denial', () => {
  let stored: StoredEvent[];

  beforeAll(async () => {
    const { people } = team;
    const userOf = (name: Person) => ({ userId: people[name].id });
    const { data } = await team.call<{ invitation: InvitationRow }>(
      'olive',
      'mutation',
      'invitations.create',
      { email: 'priya@else.example', role: 'owner' },
    );
    const id = data?.invitation.id ?? '';
    await refused('mia', 'organizations.update', { name: 'Mine', membersMayJoin: false });
    await refused('una', 'keys.create', { name: 'Wide', scopes: ['read'] });
    await refused('adam', 'invitations.create', { email: 'friend@else.example', role: 'owner' });
    await refused('adam', 'invitations.resend', { id });
    await refused('mia', 'invitations.withdraw', { id });
    await refused('adam', 'members.changeRole', { ...userOf('adam'), role: 'member' });
    await refused('mia', 'members.changeRole', { ...userOf('una'), role: 'admin' });
    await refused('adam', 'members.remove', userOf('olive'));
    await refused('olive', 'members.remove', userOf('olive'));
    const token = linkToken(server.services.config.secret, 'invitation', id);
    await refused('mia', 'invitations.accept', { token });
    const { db } = server.services;
    const email = 'unverified@denials.example';
    const user = await createUser({ db, clock: Date.now }, null, {
      email,
      name: 'Uri',
      password,
      emailVerified: false,
    });
    await addMember({ db, clock: Date.now }, null, {
      organizationId: team.id,
      userId: user.id,
      role: 'member',
    });
    expect(await signIn(email, password)).toBe(403);
    const guesses = signInLimits.account.max - 1;
    for (let guess = 0; guess < guesses; guess += 1) {
      expect(await signIn(email, 'a wrong guess')).toBe(401);
    }
    expect(await signIn(email, password)).toBe(429);
    stored = await vi.waitFor(async () => {
      const events = await readStored();
      expect(events).toHaveLength(10 + 2 + guesses);
      return events;
    }, 60_000);
  });

  it('each event has a code, and each code occurs', () => {
    const codes = stored.map(({ disclosures }) => disclosures['private']?.reason);
    expect(new Set(codes)).toEqual(new Set(Object.keys(reasonTexts)));
  });

  it("an e-mail address is only in its owner's disclosures", () => {
    for (const { type, disclosures } of stored) {
      for (const [name, value] of Object.entries(disclosures)) {
        const addresses = JSON.stringify(value).match(/[\w.-]+@[\w.-]+/g) ?? [];
        const owner =
          name === 'actor'
            ? (value as { actor: { email: string } }).actor.email
            : /^subject:\w+:(.*)$/.exec(name)?.[1];
        expect([...new Set(addresses)], `${type} ${name}`).toEqual(owner ? [owner] : []);
      }
    }
  });

  it('a CSV file has the text of each code', async () => {
    const answer = await fetch(
      `${server.url}/api/v1/events.csv?organizationId=${team.id}&outcome=denied,failure`,
      { headers: await team.people.olive.headers() },
    );
    const rows = parse<Record<string, string>>(await answer.text(), { columns: true });
    expect(new Set(rows.map(({ Reason }) => Reason))).toEqual(new Set(Object.values(reasonTexts)));
  });
});

describe('a Portal act is never recorded with a reason in prose', () => {
  const source: Source = { actor: { type: 'user', id: '1' }, context: {}, keyId: null };
  const targets: Act<'session.sign_in_failure'>['targets'] = [{ type: 'user', id: '1' }];

  it.each([
    ['as a reason', { reason: 'Wrong password of ada@x.io' }],
    ['as the report of a tool', { reportedReason: 'Wrong password of ada@x.io' }],
  ])('%s', async (_how, prose) => {
    const { services } = server;
    const act: Act<'session.sign_in_failure'> = {
      type: 'session.sign_in_failure',
      organizationId: team.id,
      targets,
      details: {},
      outcome: 'failure',
      reason: 'wrong_password',
    };
    const recording = services.db.sequelize.transaction((transaction) =>
      recordAct(services, transaction, source, { ...act, ...prose } as typeof act),
    );
    await expect(recording).rejects.toThrow('$.reason');
  });

  it('such an act does not type-check', () => {
    const act = { organizationId: team.id, targets, details: {} };
    const prose: string = 'Wrong password';
    const acts: Act<'session.sign_in_failure'>[] = [
      // @ts-expect-error a reason is a code
      { ...act, type: 'session.sign_in_failure', outcome: 'failure', reason: prose },
      // @ts-expect-error only tools report a text
      { ...act, type: 'session.sign_in_failure', outcome: 'failure', reportedReason: prose },
      // @ts-expect-error a failure has a reason
      { ...act, type: 'session.sign_in_failure', outcome: 'failure' },
    ];
    const code: ReasonCode = 'wrong_password';
    acts.push({ ...act, type: 'session.sign_in_failure', outcome: 'failure', reason: code });
  });
});
