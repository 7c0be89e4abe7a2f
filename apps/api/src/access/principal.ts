/** The caller: a person with a session, a tool with a key, or anonymous. */

import type { KeyScope, Role } from '@liblab/audit-core';

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  email: string;
  name: string;
  sessionId: string;
  /** The organisation of calls that name none; the user may no longer be a member of it. */
  activeOrganizationId: string | null;
  /** The user's role in each of their organisations. */
  roles: ReadonlyMap<string, Role>;
}

export interface KeyPrincipal {
  kind: 'key';
  keyId: string;
  name: string;
  /** The organisations that have not revoked the key and of which its creator is still a member; at least one. */
  organizationIds: readonly string[];
  scopes: readonly KeyScope[];
  /** The creator's current role in each of them; null when the service created the key. */
  creatorRoles: ReadonlyMap<string, Role> | null;
  /** The creator, for whom the key acts; null when the service created it. */
  createdBy: { id: string; email: string; name: string } | null;
  /** The event types that the key may emit; null for every type that is not reserved. */
  emitTypes: readonly string[] | null;
}

export type Principal = UserPrincipal | KeyPrincipal | { kind: 'anonymous' };
