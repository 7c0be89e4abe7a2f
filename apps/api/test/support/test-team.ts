/** An organisation with signed-in members, and its events as its owner reads them. */

import type { Role, TrailEvent } from '@liblab/audit-core';
import { vi } from 'vitest';
import { createOrganization } from '../../src/portal/identity/create-organization.ts';
import { createTestMember } from './test-member.ts';
import { openSession } from './open-session.ts';
import { isAct, readActTypes } from './read-trail.ts';
import type { TestApp } from './test-app.ts';

export interface TeamMember {
  id: string;
  email: string;
  /** Opens a session on first use, and another a day later by the test's clock. */
  headers(): Promise<{ cookie: string }>;
}

export interface TestTeam<Name extends string> {
  id: string;
  people: Record<Name, TeamMember>;
  /** Calls a procedure as one of them; returns its data or its error. */
  call<Data>(
    who: Name,
    type: 'query' | 'mutation',
    path: string,
    input?: object,
  ): Promise<Answer<Data>>;
  /** The recorded events in order, without sign-ins, once there are `count` of them. */
  events(count: number): Promise<TrailEvent[]>;
}

export interface Answer<Data> {
  status: number;
  data?: Data;
  error?: { message: string; code: string; path?: string };
}

const dayMs = 24 * 60 * 60 * 1000;

/** Each name becomes `<name>@<slug>.example`. */
export async function createTestTeam<Name extends string>(
  server: TestApp,
  slug: string,
  roles: Record<Name, Role>,
): Promise<TestTeam<Name>> {
  const { db } = server.services;
  const { id } = await createOrganization({ db, clock: Date.now }, null, { name: slug });
  const people = {} as Record<Name, TeamMember>;
  for (const [name, role] of Object.entries(roles) as [Name, Role][]) {
    const email = `${name}@${slug}.example`;
    const user = await createTestMember(db, { organizationId: id, email, name, role });
    let signedIn: { atMs: number; headers: Promise<{ cookie: string }> } | undefined;
    people[name] = {
      id: user.id,
      email,
      headers() {
        const nowMs = server.services.clock();
        // A test that moves the clock by days outlives its sessions.
        if (!signedIn || nowMs - signedIn.atMs > dayMs) {
          signedIn = {
            atMs: nowMs,
            headers: openSession(server, email).then((cookie) => ({ cookie })),
          };
        }
        return signedIn.headers;
      },
    };
  }
  return {
    id,
    people,
    call: async (who, type, path, input = {}) =>
      answerOf(
        await server.call(
          type,
          path,
          { organizationId: id, ...input },
          await people[who].headers(),
        ),
      ),
    async events(count) {
      await vi.waitFor(async () => {
        const types = await readActTypes(server.services, id);
        if (types.length < count) throw new Error(`${types.length} of ${count}: ${types.join()}`);
      }, 60_000);
      const reader = Object.entries(roles).find(([, role]) => role === 'owner')?.[0] as Name;
      const { data } = await answerOf<{ events: TrailEvent[] }>(
        await server.call(
          'query',
          'events.list',
          { organizationId: id, limit: 200 },
          await people[reader].headers(),
        ),
      );
      const acts = (data?.events ?? []).filter(({ type }) => isAct(type));
      return acts.toSorted((a, b) => a.seq - b.seq);
    },
  };
}

/** The answer of any call. */
export async function answerOf<Data>(response: Response): Promise<Answer<Data>> {
  const { result, error } = (await response.json()) as {
    result?: { data: Data };
    error?: { message: string; data: { code: string; path?: string } };
  };
  return {
    status: response.status,
    ...(result ? { data: result.data } : {}),
    ...(error ? { error: { message: error.message, ...error.data } } : {}),
  };
}
