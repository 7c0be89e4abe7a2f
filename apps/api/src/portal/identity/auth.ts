/** Configures better-auth, which reads sessions and signs their cookies, on the Portal's tables. */

import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins/organization';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { deriveKey } from '../../access/derive-key.ts';
import { organizationRoles } from './organization-roles.ts';

export type Auth = ReturnType<typeof createAuth>;

export interface AuthOptions {
  config: Pick<Config, 'secret' | 'publicUrl'>;
  db: Pick<Database, 'pool'>;
  log: Logger;
}

/** Lifetime of a session. */
export const sessionSeconds = 7 * 24 * 60 * 60;

/**
 * better-auth's router is not mounted: the only operation that is called is reading a session. better-auth commits before
 * its hooks run, so the Portal signs users in and out itself, in one transaction with the event.
 */
export function createAuth({ config, db, log }: AuthOptions) {
  return betterAuth({
    appName: 'Audit Trails',
    baseURL: config.publicUrl ?? 'http://localhost',
    secret: deriveKey(config.secret, 'sessions').export().toString('base64url'),
    database: db.pool,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    // Only the message: the attached data may contain an e-mail address or the parameters of a statement.
    logger: {
      level: 'error',
      log: (_level, message) => log.error({ from: 'better-auth' }, message),
    },
    advanced: {
      // Reads session and user in one statement.
      database: { generateId: 'uuid', joins: true },
      useSecureCookies: config.publicUrl?.startsWith('https:') ?? false,
      cookiePrefix: 'audit-trails',
    },
    plugins: [
      organization({
        ...organizationRoles,
        allowUserToCreateOrganization: false,
        schema: organizationSchema,
      }),
    ],
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...timestamps } },
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
        ...timestamps,
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', ...timestamps },
    },
    session: {
      modelName: 'sessions',
      fields: {
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        userId: 'user_id',
        ...timestamps,
      },
      // Sessions are not extended by use, so reading one never writes.
      expiresIn: sessionSeconds,
      disableSessionRefresh: true,
    },
  });
}

const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

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
