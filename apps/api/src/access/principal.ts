/** Who calls: a person with a session, a tool with a key, or nobody we know. */

import type { KeyScope, Role } from '@liblab/audit-core';

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  email: string;
  name: string;
  sessionId: string;
  /** Where calls without an organisation go; the user may have left it since. */
  activeOrganizationId: string | null;
  /** The user's role in each organisation that they belong to. */
  roles: ReadonlyMap<string, Role>;
}

export interface KeyPrincipal {
  kind: 'key';
  keyId: string;
  name: string;
  /** Those that have not revoked it and that its maker still belongs to; at least one. */
  organizationIds: readonly string[];
  scopes: readonly KeyScope[];
  /** The role that its maker has now in each of them; null: the service itself made it. */
  makerRoles: ReadonlyMap<string, Role> | null;
  /** Who made it, and for whom it acts; null: the service itself. */
  createdBy: { id: string; email: string; name: string } | null;
  /** Null: every type that is not reserved. */
  emitTypes: readonly string[] | null;
}

export type Principal = UserPrincipal | KeyPrincipal | { kind: 'anonymous' };
