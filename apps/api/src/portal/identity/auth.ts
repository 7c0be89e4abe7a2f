/** better-auth: who has a session, and how its cookie is signed, on the Portal's own tables. */

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

/** How long a session lasts. */
export const sessionSeconds = 7 * 24 * 60 * 60;

/**
 * Builds better-auth. Its own router is never mounted, so none of its routes exists but for those that ours stand for:
 * of its operations only the reading of a session for the page itself is called. It commits before its hooks run, so
 * signing in and out are ours, each in one transaction with its event.
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
      // Session and user by one statement.
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
