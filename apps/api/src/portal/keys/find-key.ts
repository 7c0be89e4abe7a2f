/** Finds the key of an Authorization header: one indexed look-up, cached for 5 seconds. */

import { hash } from 'node:crypto';
import { AppError, keyScopes, roles, type KeyScope, type Role } from '@liblab/audit-core';
import type { Logger } from 'pino';
import type { KeyFinder } from '../../access/authenticate.ts';
import type { KeyPrincipal } from '../../access/principal.ts';
import type { Database } from '../../db/database.ts';

/** The key finder with its cache. Only the holder of a secret learns that its key was revoked or has expired. */
export interface CachingKeyFinder extends KeyFinder {
  /** Resolves when all pending updates of `last_used_at` are written. */
  settled(): Promise<void>;
}

/** A revocation in another process takes effect within this time. */
const cacheMs = 5_000;
const usedEveryMs = 60_000;
const knownMax = 10_000;
/** In a smaller cache of their own, so that guessed keys do not evict keys in use. */
const unknownMax = 1_000;

interface FoundKey {
  principal: KeyPrincipal;
  expiresAtMs: number;
  lastUsedAtMs: number;
}

interface CacheEntry {
  key: Promise<FoundKey | undefined>;
  expiresAtMs: number;
}

export function createKeyFinder({
  pool,
  clock,
  log,
}: {
  pool: Database['pool'];
  clock: () => number;
  log: Logger;
}): CachingKeyFinder {
  const known = new Map<string, CacheEntry>();
  const unknown = new Map<string, CacheEntry>();
  const writes = new Set<Promise<void>>();

  /** By the secret's hash, so that timing reveals nothing about the secret. */
  function lookUp(digest: string): Promise<FoundKey | undefined> {
    const now = clock();
    const cached = known.get(digest) ?? unknown.get(digest);
    if (cached && cached.expiresAtMs > now) return cached.key;
    const key = readKey(pool, digest);
    const entry = { key, expiresAtMs: now + cacheMs };
    addEntry(known, digest, entry, knownMax);
    key.then(
      (found) => {
        if (found || known.get(digest) !== entry) return;
        known.delete(digest);
        addEntry(unknown, digest, entry, unknownMax);
      },
      () => {
        if (known.get(digest) === entry) known.delete(digest);
      },
    );
    return key;
  }

  /** In the background: a lost update does no harm. */
  function recordUse(key: FoundKey): void {
    const now = clock();
    if (now - key.lastUsedAtMs < usedEveryMs) return;
    key.lastUsedAtMs = now;
    const write = writeUse(pool, key.principal.keyId, new Date(now))
      .catch((error: unknown) => {
        log.warn(
          { err: error, keyId: key.principal.keyId },
          'could not update the last use of a key',
        );
      })
      .finally(() => writes.delete(write));
    writes.add(write);
  }

  function forget(matches: (principal: KeyPrincipal) => boolean): void {
    for (const [digest, { key }] of known) {
      void key.then(
        (found) => {
          if (found && matches(found.principal)) known.delete(digest);
        },
        () => {},
      );
    }
  }

  return {
    async find(authorization) {
      const secret = /^Bearer (llat_[A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1];
      const key = secret === undefined ? undefined : await lookUp(hash('sha256', secret, 'hex'));
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
      recordUse(key);
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

/** Evicts the oldest entries beyond `max`. */
function addEntry(
  map: Map<string, CacheEntry>,
  digest: string,
  entry: CacheEntry,
  max: number,
): void {
  map.delete(digest);
  map.set(digest, entry);
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
