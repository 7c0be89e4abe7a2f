/** Records the events that requests write to the outbox, which the relay would delete. */

import type { EventType } from '@liblab/audit-core';
import pg from 'pg';

export interface OutboxRecorder extends AsyncDisposable {
  /** The types of the events that these answers' requests recorded. */
  typesOf(answers: readonly Response[]): Promise<ReadonlySet<EventType>>;
}

export async function recordOutbox({ ownerUrl }: { ownerUrl: string }): Promise<OutboxRecorder> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    create table recorded (type text, request_id text);
    create function keep_recorded() returns trigger language plpgsql security definer as $$
      begin
        insert into recorded values (new.event->>'type', new.event->'context'->>'requestId');
        return null;
      end $$;
    create trigger keep_recorded after insert on outbox for each row execute function keep_recorded()`);
  return {
    async typesOf(answers) {
      const { rows } = await owner.query<{ type: EventType }>(
        'select type from recorded where request_id = any($1)',
        [answers.map(({ headers }) => headers.get('x-request-id'))],
      );
      return new Set(rows.map(({ type }) => type));
    },
    [Symbol.asyncDispose]: () => owner.end(),
  };
}
