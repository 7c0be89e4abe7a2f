/** better-auth: sessions and passwords, on the Portal's own tables. */

import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins/organization';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { deriveKey } from '../derive-key.ts';
import { organizationRoles } from './organization-roles.ts';

export type Auth = ReturnType<typeof createAuth>;

export interface AuthOptions {
  config: Pick<Config, 'secret' | 'publicUrl'>;
  db: Pick<Database, 'pool'>;
  log: Logger;
}

/** The header by which our routes hand better-auth the address that Express has worked out. */
export const addressHeader = 'x-audit-client-address';

const sessionSeconds = 7 * 24 * 60 * 60;

/**
 * Builds better-auth. Its own router is never mounted: our routes call the few operations they offer, so every other
 * one of its routes does not exist. What it would check there, origins and rates, our routes check.
 */
export function createAuth({ config, db, log }: AuthOptions) {
  return betterAuth({
    appName: 'Audit Trails',
    baseURL: config.publicUrl ?? 'http://localhost',
    secret: deriveKey(config.secret, 'sessions').export().toString('base64url'),
    database: db.pool,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    // Only the text: what is attached may hold an e-mail address or a statement's parameters.
    logger: {
      level: 'error',
      log: (_level, message) => log.error({ from: 'better-auth' }, message),
    },
    advanced: {
      // Joined, an unknown address costs the same statements as a known one.
      database: { generateId: 'uuid', joins: true },
      useSecureCookies: config.publicUrl?.startsWith('https:') ?? false,
      cookiePrefix: 'audit-trails',
      ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 128 },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      requireEmailVerification: true,
      minPasswordLength: 12,
    },
    plugins: [
      organization({
        ...organizationRoles,
        allowUserToCreateOrganization: false,
        schema: organizationSchema,
      }),
    ],
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...stamps } },
    account: {
      modelName: 'accounts',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...stamps,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...stamps } },
    session: {
      modelName: 'sessions',
      fields: {
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        userId: 'user_id',
        ...stamps,
      },
      // Ends a week after sign-in whatever happens: reading who is signed in never writes.
      expiresIn: sessionSeconds,
      disableSessionRefresh: true,
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            await removeEndedSessions(db, session.userId);
            const activeOrganizationId = await oldestOrganization(db, session.userId);
            return { data: { ...session, activeOrganizationId } };
          },
        },
      },
    },
  });
}

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

const organizationSchema = {
  session: { fields: { activeOrganizationId: 'active_organization_id' } },
  organization: { modelName: 'organizations', fields: { createdAt: 'created_at' } },
  member: {
    modelName: 'members',
    fields: { organizationId: 'organization_id', userId: 'user_id', createdAt: 'created_at' },
  },
  invitation: {
    modelName: 'invitations',
    fields: {
      organizationId: 'organization_id',
      inviterId: 'inviter_id',
      expiresAt: 'expires_at',
      createdAt: 'created_at',
    },
  },
} as const;

/** Where a new session starts: the organisation its user joined first. */
async function oldestOrganization(
  db: Pick<Database, 'pool'>,
  userId: string,
): Promise<string | null> {
  const { rows } = await db.pool.query<{ organization_id: string }>(
    'select organization_id from members where user_id = $1 order by created_at, organization_id limit 1',
    [userId],
  );
  return rows[0]?.organization_id ?? null;
}

/** Those of the user that ran out: nothing else would ever look at them again. */
async function removeEndedSessions(db: Pick<Database, 'pool'>, userId: string): Promise<void> {
  await db.pool.query('delete from sessions where user_id = $1 and expires_at < now()', [userId]);
}
