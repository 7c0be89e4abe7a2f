/**
 * Loaded into the API before its own code (`--import`): kills it at a point between an act and its event. SIGUSR2
 * arms it, so that the test can prepare its data through the same process.
 */

import pg from 'pg';
import type { ActCrashPoint } from './act-crash-points.ts';
import { crashAt } from './crash-at.ts';

let armed = false;
process.on('SIGUSR2', () => (armed = true));

const crash = (here: ActCrashPoint) => {
  if (armed) crashAt(here);
};

type Query = (this: pg.Client, ...args: unknown[]) => unknown;
/** What the open transaction of a connection will commit. */
const pending = new WeakMap<pg.Client, 'act' | 'removal'>();

const query = pg.Client.prototype.query as Query;
pg.Client.prototype.query = function crashing(...args) {
  const text = typeof args[0] === 'string' ? args[0].trimStart().toLowerCase() : '';
  if (text.startsWith('insert into outbox')) pending.set(this, 'act');
  if (text.startsWith('delete from outbox')) {
    crash('after the event is appended');
    pending.set(this, 'removal');
  }
  if (text.startsWith('select position, organization_id')) {
    return after(this, args, (result) => {
      if (result.rows.length > 0) crash('before the event is appended');
    });
  }
  const kind = pending.get(this);
  if (!text.startsWith('commit') || !kind) return query.apply(this, args);
  pending.delete(this);
  crash(`before the ${kind} is committed`);
  const result = after(this, args, () => crash(`after the ${kind} is committed`));
  // After the write to the socket: the database commits, and the process never reads the answer.
  setImmediate(() => crash(`when the commit of the ${kind} is sent`));
  return result;
} as Query as typeof pg.Client.prototype.query;

/** Runs the query and, once it is answered, `then`, before the caller sees the answer. */
function after(
  client: pg.Client,
  args: unknown[],
  then: (result: pg.QueryResult) => void,
): unknown {
  const callback = args.at(-1);
  if (typeof callback === 'function') {
    return query.call(client, ...args.slice(0, -1), (error: unknown, result: pg.QueryResult) => {
      if (!error) then(result);
      (callback as (error: unknown, result: unknown) => void)(error, result);
    });
  }
  return (query.apply(client, args) as Promise<pg.QueryResult>).then((result) => {
    then(result);
    return result;
  });
}
