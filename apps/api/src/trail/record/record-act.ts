/** Records a Portal act in the act's own transaction, so that both commit or neither does. */

import { randomUUID } from 'node:crypto';
import {
  dropRedactedValues,
  isReasonCode,
  type EmittedTypeOf,
  type EventInput,
  type EventType,
  type LiblabCatalogue,
  type PortalCatalogue,
  type ReasonCode,
  type TypeOf,
} from '@liblab/audit-core';
import type { Transaction } from 'sequelize';
import type { Source } from '../../access/source.ts';
import type { TrailContext } from '../store/trail-context.ts';

type Input<T extends EventType> =
  T extends TypeOf<LiblabCatalogue>
    ? EventInput<LiblabCatalogue, T>
    : T extends TypeOf<PortalCatalogue>
      ? EventInput<PortalCatalogue, T>
      : never;

/** The services that Portal acts need. */
export interface ActContext extends TrailContext {
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Relays the outbox, after the act has committed. */
  relay: { wake(): void };
}

/** The event's trail: an organisation's, or that of the first organisation that the user joins. */
export type Destination = { organizationId: string } | { firstTrailOf: string };

/** The reason for a failed or denied act is a code: prose could contain personal data that erasure would miss. */
type Result<T extends EventType> =
  | { outcome?: 'success' }
  | { outcome: 'failure' | 'denied'; reason: ReasonCode }
  | (T extends EmittedTypeOf<LiblabCatalogue>
      ? {
          outcome: 'failure';
          /** The text with which a tool reports its own failure; stored as the event's reason. */
          reportedReason: string;
        }
      : never);

export type Act<T extends EventType> = Destination & {
  type: T;
} & Omit<
    Input<T>,
    'actor' | 'context' | 'id' | 'organizationId' | 'version' | 'occurredAt' | 'outcome' | 'reason'
  > &
  Result<T>;

/**
 * Writes the event to the outbox. Checks it first, so that an act whose event the trail would reject is rolled back.
 * Record a failed or denied act in a separate transaction, because the act's own is rolled back.
 *
 * @throws Error when the event does not match its type or its reason is not a code, which is a bug in the caller
 */
export async function recordAct<T extends EventType>(
  { db: { sequelize }, catalogue, clock, relay }: ActContext,
  transaction: Transaction,
  source: Source,
  act: Act<T>,
): Promise<void> {
  const { organizationId, firstTrailOf, ...recorded } = act as typeof act & {
    organizationId?: string;
    firstTrailOf?: string;
  };
  const event = { id: randomUUID(), ...checkedEvent({ catalogue, clock }, source, recorded) };
  await sequelize.query(
    'insert into outbox (event_id, organization_id, user_id, key_id, event) values ($1, $2, $3, $4, $5)',
    {
      bind: [
        event.id,
        organizationId ?? null,
        firstTrailOf ?? null,
        source.keyId,
        JSON.stringify(event),
      ],
      transaction,
    },
  );
  transaction.afterCommit(() => relay.wake());
}

/** A personal act is recorded in at most this many organisations, by the oldest memberships. */
const organizationsMax = 50;

/** The maximum number of a user's events that wait for a first trail, apart from those that created the account. */
const waitingMax = 100;

/**
 * Records what a user did in the trail of each of their organisations. Without an organisation, the event waits for the
 * first that they join. Records nothing when `userId` is null. Always one statement: constant cost, so timing reveals
 * nothing. The oldest waiting events are dropped, so a user who never joins an organisation cannot fill the table.
 *
 * @throws Error when the event does not match its type or its reason is not a code, which is a bug in the caller
 */
export async function recordPersonalAct<T extends EventType>(
  { db: { sequelize }, catalogue, clock, relay }: ActContext,
  transaction: Transaction,
  source: Source,
  { userId, ...act }: PersonalAct<T>,
): Promise<void> {
  const event = checkedEvent({ catalogue, clock }, source, act);
  await sequelize.query(
    `with room as (
       delete from outbox where position in (
         select position from outbox
         where user_id = $1 and organization_id is null
           and event->>'type' not in ('user.create', 'user.verified_email')
         order by position desc offset ${waitingMax - 1})
     )
     insert into outbox (event_id, organization_id, user_id, event)
     select id, organization_id, case when organization_id is null then $1::uuid end,
       ('{"id":"' || id || '",' || substr($2, 2))::json
     from (
       select gen_random_uuid() as id, m.organization_id
       from users u left join lateral (
         select organization_id from members where user_id = u.id
         order by created_at, organization_id limit ${organizationsMax}
       ) m on true
       where u.id = $1::uuid
     ) destinations`,
    { bind: [userId, JSON.stringify(event)], transaction },
  );
  transaction.afterCommit(() => relay.wake());
}

type PersonalAct<T extends EventType> = { userId: string | null } & Omit<
  Act<T>,
  'organizationId' | 'firstTrailOf'
>;

/** @throws Error when the event does not match its type or its reason is not a code */
function checkedEvent(
  { catalogue, clock }: Pick<ActContext, 'catalogue' | 'clock'>,
  { actor, context }: Source,
  act: { type: string; reason?: string; reportedReason?: string },
) {
  const { reportedReason, ...own } = act;
  const reason = reportedReason ?? own.reason;
  const event = {
    ...own,
    version: catalogue.latest(act.type)?.version,
    ...(reason === undefined ? {} : { reason }),
    occurredAt: new Date(clock()).toISOString(),
    actor,
    context,
  };
  const checked = catalogue.check({ ...event, id: randomUUID() });
  const invalid = (path: string, message: string) =>
    new Error(`The event ${act.type} cannot be recorded: ${path} ${message}`);
  if (!checked.ok) throw invalid(checked.error.path, checked.error.message);
  if (!checked.definition) throw invalid('$.type', 'is unknown');
  const isReport = reportedReason !== undefined && checked.definition.recordedBy === 'emitter';
  if (reason !== undefined && !isReport && !isReasonCode(reason))
    throw invalid('$.reason', 'must be a reason code');
  return dropRedactedValues(event);
}

/** Moves a user's waiting events into this trail. Call it in the transaction that makes the user a member. */
export async function releaseActs(
  { db: { sequelize } }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  { userId, organizationId }: { userId: string; organizationId: string },
): Promise<void> {
  await sequelize.query(
    'update outbox set organization_id = $2 where user_id = $1 and organization_id is null',
    { bind: [userId, organizationId], transaction },
  );
}
