/** Finds the key behind an Authorization header: one indexed look-up, kept 5 seconds in memory. */

import { hash } from 'node:crypto';
import { AppError, keyScopes, roles, type KeyScope, type Role } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { KeyPrincipal } from '../../access/principal.ts';
import type { Database } from '../../db/database.ts';

export interface KeyFinder {
  /**
   * The key's principal. Throws `unauthenticated`: a malformed and an unknown key answer alike; only who holds the
   * secret learns that it was revoked or has expired.
   */
  find(authorization: string): Promise<KeyPrincipal>;
  /** Drops what is kept of a key, so that its revocation holds at once in this process. */
  forget(keyId: string): void;
  /** The same for all keys that somebody made, when their role changes or their membership ends. */
  forgetCreatedBy(makerId: string): void;
  /** Resolves when no time of use is still being written. */
  settled(): Promise<void>;
}

/** A revocation elsewhere is seen after this at the latest. */
const keptMs = 5_000;
const usedEveryMs = 60_000;
const knownMax = 10_000;
/** Fewer, and apart: guessing must not push out the keys that are in use. */
const unknownMax = 1_000;

interface FoundKey {
  principal: KeyPrincipal;
  expiresAtMs: number;
  lastUsedAtMs: number;
}

interface Kept {
  key: Promise<FoundKey | undefined>;
  untilMs: number;
}

export function createKeyFinder({
  pool,
  clock,
  log,
}: {
  pool: Database['pool'];
  clock: () => number;
  log: Logger;
}): KeyFinder {
  const known = new Map<string, Kept>();
  const unknown = new Map<string, Kept>();
  const writes = new Set<Promise<void>>();

  /** By the secret's hash, so that neither the index nor the map leaks by timing what a secret begins with. */
  function look(digest: string): Promise<FoundKey | undefined> {
    const now = clock();
    const kept = known.get(digest) ?? unknown.get(digest);
    if (kept && kept.untilMs > now) return kept.key;
    const key = readKey(pool, digest);
    const fresh = { key, untilMs: now + keptMs };
    keep(known, digest, fresh, knownMax);
    key.then(
      (found) => {
        if (found || known.get(digest) !== fresh) return;
        known.delete(digest);
        keep(unknown, digest, fresh, unknownMax);
      },
      () => {
        if (known.get(digest) === fresh) known.delete(digest);
      },
    );
    return key;
  }

  /** Off the request's path: a lost update of the time of use harms nobody. */
  function noteUse(key: FoundKey): void {
    const now = clock();
    if (now - key.lastUsedAtMs < usedEveryMs) return;
    key.lastUsedAtMs = now;
    const write = writeUse(pool, key.principal.keyId, new Date(now))
      .catch((error: unknown) => {
        log.warn({ err: error, keyId: key.principal.keyId }, 'time of use not written');
      })
      .finally(() => writes.delete(write));
    writes.add(write);
  }

  function forget(which: (principal: KeyPrincipal) => boolean): void {
    for (const [digest, { key }] of known) {
      void key.then(
        (found) => {
          if (found && which(found.principal)) known.delete(digest);
        },
        () => {},
      );
    }
  }

  return {
    async find(authorization) {
      const secret = /^Bearer (llat_[A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1];
      const key = secret === undefined ? undefined : await look(hash('sha256', secret, 'hex'));
      if (!key) {
        throw new AppError(
          'unauthenticated',
          'The key is not valid. Send a key as Authorization: Bearer llat_…; create one under Settings, Keys.',
        );
      }
      if (key.principal.organizationIds.length === 0) {
        throw new AppError(
          'unauthenticated',
          'The key was revoked, or its creator has left the organisation. Create a new one under Settings, Keys.',
        );
      }
      if (key.expiresAtMs <= clock()) {
        throw new AppError(
          'unauthenticated',
          'The key has expired. Create a new one under Settings, Keys.',
        );
      }
      noteUse(key);
      return key.principal;
    },
    forget(keyId) {
      forget((principal) => principal.keyId === keyId);
    },
    forgetCreatedBy(makerId) {
      forget(({ createdBy }) => createdBy?.id === makerId);
    },
    async settled() {
      await Promise.all(writes);
    },
  };
}

/** Newest last; the oldest make room. */
function keep(map: Map<string, Kept>, digest: string, kept: Kept, max: number): void {
  map.delete(digest);
  map.set(digest, kept);
  for (const oldest of map.keys()) {
    if (map.size <= max) break;
    map.delete(oldest);
  }
}

async function readKey(pool: Database['pool'], digest: string): Promise<FoundKey | undefined> {
  const { rows } = await pool.query<{
    id: string;
    name: string;
    scopes: string[];
    emit_types: string[] | null;
    expires_at: Date;
    last_used_at: Date | null;
    organizations: { id: string; maker_role: string | null }[];
    created_by: { id: string; email: string; name: string } | null;
  }>(
    `select k.id, k.name, k.scopes, k.emit_types, k.expires_at, k.last_used_at,
            array(select jsonb_build_object('id', o.organization_id, 'maker_role', m.role)
                  from key_organizations o
                    left join members m on m.user_id = k.created_by and m.organization_id = o.organization_id
                  where o.key_id = k.id and o.revoked_at is null
                    and (k.created_by is null or m.role is not null)
                  order by o.organization_id) as organizations,
            case when u.id is not null then
              jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name) end as created_by
     from keys k left join users u on u.id = k.created_by where k.hash = decode($1, 'hex')`,
    [digest],
  );
  const row = rows[0];
  if (!row) return undefined;
  return {
    principal: {
      kind: 'key',
      keyId: row.id,
      name: row.name,
      organizationIds: row.organizations.map((organization) => organization.id),
      scopes: keyScopes.filter((scope: KeyScope) => row.scopes.includes(scope)),
      creatorRoles:
        row.created_by &&
        new Map(
          row.organizations.flatMap((organization): [string, Role][] =>
            roles
              .filter((role) => role === organization.maker_role)
              .map((role) => [organization.id, role]),
          ),
        ),
      createdBy: row.created_by,
      emitTypes: row.emit_types,
    },
    expiresAtMs: row.expires_at.getTime(),
    lastUsedAtMs: row.last_used_at?.getTime() ?? 0,
  };
}

async function writeUse(pool: Database['pool'], keyId: string, at: Date): Promise<void> {
  await pool.query(
    `update keys set last_used_at = $2
     where id = $1 and (last_used_at is null or last_used_at <= $2::timestamptz - interval '1 minute')`,
    [keyId, at],
  );
}
