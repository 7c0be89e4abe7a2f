/** The procedures of keys and CI tokens. They need a session: keys cannot create keys. */

import { limits, type EventType } from '@liblab/audit-core';
import { z } from 'zod';
import { requireSession, type Grant } from '../../access/authorize.ts';
import { sourceOf } from '../../access/source.ts';
import { storableText } from '../../http/storable-text.ts';
import { procedure, router, type CallContext } from '../../http/trpc.ts';
import { addKey, type NewMemberKey } from './add-key.ts';
import { keySpec } from './create-key.ts';
import { getToken } from './get-token.ts';
import { listKeys, type KeyRow } from './list-keys.ts';
import type { PortalContext } from '../portal-context.ts';
import { keyNotFound, revokeKey } from './revoke-key.ts';

const manage = procedure({ access: 'keys:manage' });
const own = procedure({ access: 'tokens:own' });
/** The operation checks the permission itself and records denials. */
const selfAuthorizing = (access: 'keys:manage' | 'tokens:own', type: EventType) =>
  procedure({ access, refusal: 'operation', records: [type] });
/** Any text, because emitters' events may contain ids of tokens that are not registered here. */
const targetId = storableText(z.string().min(1).max(limits.targetIdCharsMax));
const keyIdInput = z.object({ id: z.guid().toLowerCase() });

export function keysRouter(services: PortalContext) {
  return router({
    list: manage.query(async ({ ctx: { organizationId } }) => ({
      keys: await listKeys(services, organizationId),
    })),

    /** The returned secret cannot be read again. */
    create: selfAuthorizing('keys:manage', 'user.add_ci_token')
      .input(keySpec)
      .mutation(async ({ ctx, input }) => {
        const { name, scopes, emitTypes, days } = input;
        const { key, secret } = await add(services, ctx, {
          permission: 'keys:manage',
          name,
          scopes,
          days,
          ...(emitTypes ? { emitTypes } : {}),
        });
        return { key, secret };
      }),

    revoke: selfAuthorizing('keys:manage', 'user.remove_ci_token')
      .input(keyIdInput)
      .mutation(async ({ ctx, input: { id } }) => ({ key: await revoke(services, ctx, id) })),
  });
}

/** A CI token is a key with the single scope `build` that acts on behalf of its creator. */
export function tokensRouter(services: PortalContext) {
  return router({
    list: own.query(async ({ ctx: { organizationId, principal } }) => ({
      tokens: await listKeys(services, organizationId, {
        tokensOf: requireSession(principal).userId,
      }),
    })),

    /** Any key of the organisation, for its creator and for callers who may manage keys or read the trail. */
    get: procedure({ access: 'members:read' })
      .input(z.object({ id: targetId }))
      .query(({ ctx: { organizationId, principal, may }, input: { id } }) => {
        const { userId: callerId } = requireSession(principal);
        return getToken(services, { organizationId, id, callerId, may });
      }),

    /** The returned secret cannot be read again. */
    create: selfAuthorizing('tokens:own', 'user.add_ci_token')
      .input(z.object({ name: keySpec.shape.name, days: keySpec.shape.days }))
      .mutation(async ({ ctx, input: { name, days } }) => {
        const { key: token, secret } = await add(services, ctx, {
          permission: 'tokens:own',
          name,
          days,
          scopes: ['build'],
        });
        return { token, secret };
      }),

    revoke: selfAuthorizing('tokens:own', 'user.remove_ci_token')
      .input(keyIdInput)
      .mutation(async ({ ctx, input: { id } }) => ({ token: await revoke(services, ctx, id) })),
  });
}

type Call = CallContext & Grant;

async function add(
  services: PortalContext,
  { organizationId, principal, req, requestId }: Call,
  spec: Omit<NewMemberKey, 'organizationId'>,
): Promise<{ key: KeyRow; secret: string }> {
  const source = sourceOf(requireSession(principal), req, requestId);
  const { id, secret } = await addKey(services, source, { ...spec, organizationId });
  const [key] = await listKeys(services, organizationId, { id });
  return { key: key as KeyRow, secret };
}

async function revoke(
  services: PortalContext,
  { organizationId, principal, req, requestId }: Call,
  id: string,
): Promise<KeyRow> {
  const source = sourceOf(requireSession(principal), req, requestId);
  await revokeKey(services, source, { organizationId, id });
  const [key] = await listKeys(services, organizationId, { id });
  if (!key) throw keyNotFound();
  return key;
}
