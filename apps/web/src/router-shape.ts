/** The API's procedures as the page uses them, until the API's own router type can be imported. Types only. */

import { initTRPC } from '@trpc/server';
import type {
  EventTypeDescription,
  KeyScope,
  Outcome,
  Permission,
  Role,
  TrailEvent,
} from '@liblab/audit-core';

const t = initTRPC.create();

function query<Input, Output>() {
  return t.procedure
    .input((value: unknown) => value as Input)
    .query((): Output => {
      throw new Error('A shape is not a server.');
    });
}

function mutation<Input, Output>() {
  return t.procedure
    .input((value: unknown) => value as Input)
    .mutation((): Output => {
      throw new Error('A shape is not a server.');
    });
}

interface Filters {
  organizationId?: string | undefined;
  actor?: string | undefined;
  types?: string[] | undefined;
  outcome?: Outcome | Outcome[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  target?: { type: string; id: string } | undefined;
}

interface KeyRow {
  id: string;
  name: string;
  scopes: KeyScope[];
  emitTypes: string[] | null;
  createdAt: string;
  createdBy: { name: string; email: string } | null;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
  prefix: string;
}

export const shape = t.router({
  session: t.router({
    me: query<
      void,
      {
        user: { id: string; email: string; name: string };
        organizations: { id: string; name: string; slug: string; role: Role }[];
        activeOrganizationId: string | null;
        permissions: Permission[];
        demo: boolean;
      }
    >(),
  }),
  organizations: t.router({ setActive: mutation<{ organizationId: string }, unknown>() }),
  catalogue: t.router({ list: query<void, EventTypeDescription[]>() }),
  events: t.router({
    list: query<
      Filters & {
        limit?: number | undefined;
        cursor?: string | undefined;
        direction?: 'older' | 'newer' | undefined;
      },
      { events: TrailEvent[]; next?: string; previous?: string; searchedTo?: string }
    >(),
    get: query<
      { organizationId?: string | undefined; id: string },
      TrailEvent & {
        log: {
          leafHash: string;
          origin: string;
          checkpoint: { size: number; signedAt: string } | null;
        };
      }
    >(),
    count: query<Filters, { count: number; capped: boolean }>(),
  }),
  keys: t.router({
    list: query<{ organizationId?: string | undefined }, { keys: KeyRow[] }>(),
    create: mutation<
      {
        organizationId?: string | undefined;
        name: string;
        scopes: KeyScope[];
        emitTypes?: string[] | undefined;
        days?: number | undefined;
      },
      { key: KeyRow; secret: string }
    >(),
    revoke: mutation<{ organizationId?: string | undefined; id: string }, unknown>(),
  }),
  builds: t.router({
    get: query<
      { organizationId?: string | undefined; id: string },
      {
        build: {
          id: string;
          apiName: string;
          apiId: number;
          languages: string[];
          sdkVersion: string;
          durationMs: number;
          occurredAt: string;
          actor: TrailEvent['actor'];
          outcome: Outcome;
        };
        documents: {
          id: string;
          name: string;
          language: string;
          state: 'approved' | 'unapproved';
          changedAt: string;
          changedBy: TrailEvent['actor'];
        }[];
        pullRequests: {
          repository: string;
          language: string;
          sdkName: string;
          prNumber?: number;
          prUrl?: string;
          reason?: string;
          outcome: Outcome;
          occurredAt: string;
        }[];
        events: TrailEvent[];
      }
    >(),
  }),
  documents: t.router({
    get: query<
      { organizationId?: string | undefined; id: string },
      {
        document: {
          id: string;
          name: string;
          language: string;
          buildId: string;
          state: 'approved' | 'unapproved';
          changedAt: string;
          changedBy: TrailEvent['actor'];
        };
        events: TrailEvent[];
      }
    >(),
  }),
});

export type AppRouter = typeof shape;
