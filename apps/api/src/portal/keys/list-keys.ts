/** Lists an organisation's keys, including revoked and expired ones. */

import type { KeyScope } from '@liblab/audit-core';
import { Op } from 'sequelize';
import type { KeyOrganizationModel } from '../../db/models/keys.ts';
import type { ActContext } from '../../trail/record/record-act.ts';

/** Times are ISO 8601. */
export interface KeyRow {
  id: string;
  name: string;
  scopes: KeyScope[];
  /** The event types that the key may emit; null for every type that is not reserved. */
  emitTypes: string[] | null;
  createdAt: string;
  /** Null: created by the service itself. */
  createdBy: { userId: string; name: string; email: string } | null;
  expiresAt: string;
  lastUsedAt: string | null;
  /** When this organisation revoked it. */
  revokedAt: string | null;
  revokedBy: { userId: string; name: string } | null;
  /** The first characters of the secret and an ellipsis. */
  prefix: string;
}

export interface KeyFilter {
  id?: string;
  /** Only the CI tokens that this user created. */
  tokensOf?: string;
}

/** The oldest revoked and expired keys are omitted beyond this. */
const listedMax = 1_000;

/** Newest first; without a filter, all keys of the organisation. */
export async function listKeys(
  { db: { models }, clock }: Pick<ActContext, 'db' | 'clock'>,
  organizationId: string,
  { id, tokensOf }: KeyFilter = {},
): Promise<KeyRow[]> {
  const now = new Date(clock());
  const select = async (isActive: boolean, limit: number) =>
    models.KeyOrganization.findAll({
      where: {
        organizationId,
        ...(isActive
          ? { revokedAt: null, '$key.expires_at$': { [Op.gt]: now } }
          : {
              [Op.or]: [
                { revokedAt: { [Op.ne]: null } },
                { '$key.expires_at$': { [Op.lte]: now } },
              ],
            }),
      },
      include: [
        {
          association: 'key',
          where: {
            ...(id === undefined ? {} : { id }),
            ...(tokensOf === undefined ? {} : { createdBy: tokensOf, scopes: ['build'] }),
          },
          include: [{ association: 'creator', attributes: ['name', 'email'] }],
        },
        { association: 'revoker', attributes: ['name'] },
      ],
      order: [['key', 'createdAt', 'DESC'], 'keyId'],
      limit,
    });
  // Active keys first, so that they are never omitted.
  const active = await select(true, listedMax);
  const inactive = await select(false, listedMax - active.length);
  // A key that was revoked between the two reads is in both.
  const seen = new Set(active.map(({ keyId }) => keyId));
  return [...active, ...inactive.filter(({ keyId }) => !seen.has(keyId))]
    .flatMap(keyRow)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

function keyRow({ key, revokedAt, revokedBy, revoker }: KeyOrganizationModel): KeyRow[] {
  if (!key) return [];
  const { createdBy, creator } = key;
  return [
    {
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      emitTypes: key.emitTypes,
      createdAt: key.createdAt.toISOString(),
      createdBy:
        createdBy !== null && creator
          ? { userId: createdBy, name: creator.name, email: creator.email }
          : null,
      expiresAt: key.expiresAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      revokedAt: revokedAt?.toISOString() ?? null,
      revokedBy: revokedBy !== null && revoker ? { userId: revokedBy, name: revoker.name } : null,
      prefix: `${key.prefix}…`,
    },
  ];
}
