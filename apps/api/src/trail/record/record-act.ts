/** Records an act of the Portal in the act's own transaction: both stand, or neither does. */

import { randomUUID } from 'node:crypto';
import {
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

/** What an act of the Portal works with. */
export interface ActContext extends TrailContext {
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Appends what the outbox holds, once the act has committed. */
  relay: { wake(): void };
}

/** Where the event goes: into an organisation's trail, or into the first that the user joins. */
export type Destination = { organizationId: string } | { firstTrailOf: string };

/** An act that failed or was denied says why by a code: prose could hold personal data that no erasure finds. */
type Result<T extends EventType> =
  | { outcome?: 'success' }
  | { outcome: 'failure' | 'denied'; reason: ReasonCode }
  | (T extends EmittedTypeOf<LiblabCatalogue>
      ? {
          outcome: 'failure';
          /** The text of the tool that reports its own failure, stored as the event's reason. */
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
 * Writes the event to the outbox. It is checked here, so that an act whose event the trail would refuse does not happen.
 * A failed or denied act is recorded in a transaction of its own, since nothing else of it stands.
 *
 * @throws Error when the event does not fit its type or its reason is not a code: a mistake of the caller's
 */
export async function recordAct<T extends EventType>(
  { db: { sequelize }, catalogue, clock, relay }: ActContext,
  transaction: Transaction,
  source: Source,
  act: Act<T>,
): Promise<void> {
  const { organizationId, firstTrailOf, ...told } = act as typeof act & {
    organizationId?: string;
    firstTrailOf?: string;
  };
  const event = { id: randomUUID(), ...checkedEvent({ catalogue, clock }, source, told) };
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

/** Of whom so many organisations are told; the oldest memberships come first. */
const organizationsTold = 50;

/** So many events of a user wait for a first trail, besides those of how the account came about. */
const waitingMax = 100;

/**
 * Tells what a user did to each organisation that the user belongs to, and to the first that is joined where there is
 * none; to nobody when `userId` is null. One statement whichever it is: how many there are shows in no answer's cost.
 * Of what waits the oldest make room: whoever joins nothing fills no table.
 */
export async function recordPersonalAct<T extends EventType>(
  { db: { sequelize }, catalogue, clock, relay }: ActContext,
  transaction: Transaction,
  source: Source,
  { userId, ...told }: PersonalAct<T>,
): Promise<void> {
  const event = checkedEvent({ catalogue, clock }, source, told);
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
         order by created_at, organization_id limit ${organizationsTold}
       ) m on true
       where u.id = $1::uuid
     ) told`,
    { bind: [userId, JSON.stringify(event)], transaction },
  );
  transaction.afterCommit(() => relay.wake());
}

type PersonalAct<T extends EventType> = { userId: string | null } & Omit<
  Act<T>,
  'organizationId' | 'firstTrailOf'
>;

/** @throws Error when the event does not fit its type or its reason is not a code */
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
  const unfit = (path: string, message: string) =>
    new Error(`The event ${act.type} cannot be recorded: ${path} ${message}`);
  if (!checked.ok) throw unfit(checked.error.path, checked.error.message);
  if (!checked.definition) throw unfit('$.type', 'is unknown');
  const isReport = reportedReason !== undefined && checked.definition.recordedBy === 'emitter';
  if (reason !== undefined && !isReport && !isReasonCode(reason))
    throw unfit('$.reason', 'must be a reason code');
  return event;
}

/** What waited for the user's first trail goes into this one. Called in the transaction that makes somebody a member. */
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
