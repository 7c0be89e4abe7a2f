/** What people and tools do in the Portal, and the events it must record. */

import { randomUUID } from 'node:crypto';
import type { Role } from '@liblab/audit-core';
import type { Database } from '../../src/db/database.ts';
import { createOrganization } from '../../src/portal/identity/create-organization.ts';
import { createTestMember } from '../support/test-member.ts';
import { cookieOf, password } from '../support/test-app.ts';

/** One attempted act, about a person or thing that no other act concerns. */
export interface Attempt {
  kind: string;
  send(): Promise<Response>;
  /** The events that it records when it succeeds or is denied. */
  leaves: readonly Expected[];
  /** Whether its rows exist; absent for a denied act, which leaves none. */
  stands?: () => Promise<boolean>;
  /** The organisation that it creates, whose trail then holds its events; the world's when absent. */
  trail?: () => Promise<string | undefined>;
  /** A tool retries it under the same id until it is answered. */
  isRepeated?: true;
}

export interface Expected {
  type: string;
  outcome: 'success' | 'failure' | 'denied';
  /** `<type>:<id>` of a target, `<name>:<value>` of a detail, or `actor:<e-mail>`. */
  about: string;
}

export const success = (type: string, about: string): Expected => ({
  type,
  about,
  outcome: 'success',
});

export interface Person {
  userId: string;
  email: string;
}

/** An organisation with a signed-in owner, and an ingest client for it. */
export interface World {
  db: Database;
  /** The server's secret, for making links. */
  secret: Buffer;
  organizationId: string;
  owner: Person & { cookie: string };
  /** The events recorded while preparing. */
  done: Attempt[];
  createTestMember(role: Role): Promise<Person>;
  /** Signs in; the recorded events count as preparation. */
  signIn(person: Person): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Calls a procedure as the page does. */
  call(procedure: string, input: object, cookie: string): Promise<Response>;
  /** Whether the statement finds a row with these values. */
  finds(statement: string, ...values: unknown[]): Promise<boolean>;
}

export async function openWorld(db: Database, secret: Buffer, url: string): Promise<World> {
  const { id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: `Acts ${randomUUID()}`,
  });
  const post: World['post'] = (path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // A different address each time, to stay below the limits per address.
        'x-forwarded-for': anyAddress(),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const world: World = {
    db,
    secret,
    organizationId,
    owner: { userId: '', email: '', cookie: '' },
    done: [],
    post,
    call: (procedure, input, cookie) => post(`/trpc/${procedure}`, input, { cookie, origin: url }),
    async createTestMember(role) {
      const email = `${randomUUID()}@example.com`;
      const { id: userId } = await createTestMember(db, {
        organizationId,
        email,
        name: 'Torture',
        role,
      });
      return { userId, email };
    },
    async signIn(person) {
      const attempt = signInOf(world, person);
      world.done.push(attempt);
      return cookieOf(await done(attempt));
    },
    async finds(statement, ...values) {
      const { rowCount } = await db.pool.query(statement, values);
      return rowCount !== 0;
    },
  };
  const owner = await world.createTestMember('owner');
  world.owner = { ...owner, cookie: await world.signIn(owner) };
  return world;
}

/** Does it now; it must succeed. */
export async function done(attempt: Attempt): Promise<Response> {
  const answer = await attempt.send();
  if (!answer.ok) throw new Error(`${attempt.kind}: ${answer.status} ${await answer.text()}`);
  return answer;
}

export function signInOf({ post, finds }: World, { userId, email }: Person): Attempt {
  return {
    kind: 'sign-in',
    send: () => post('/api/auth/sign-in/email', { email, password }),
    stands: () => finds('select from sessions where user_id = $1', userId),
    leaves: [success('session.sign_in', `user:${userId}`)],
  };
}

const anyAddress = () => `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 256)).join('.')}`;
